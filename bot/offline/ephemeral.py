"""Messages that one member of a group and the bot see (Bot API 10.2, and in another form 10.3).

They are numbered by themselves and have no `message_id` (it is 0), so that no other method finds them. Doubtful, since
the documentation leaves it open: the words of the errors other than BOT_NOT_ADMIN, that Bot API 10.3 reads nothing of
the form of 10.2, that they count among the messages of a minute, and that they always arrive and last until deleted.
"""

from collections.abc import Mapping
from datetime import timedelta

from bot.offline.chats import Chat, Person, Sent
from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.keyboards import read_markup
from bot.offline.refusals import bad_request, require
from bot.offline.rules import read_text
from bot.offline.targets import reachable_chat, topic_of
from bot.offline.text import FormattedText
from bot.offline.world import Method, World

_ELIGIBLE = timedelta(seconds=15)
"""For how long what somebody did can be answered so by a bot that is no administrator: Bot API, Ephemeral messages."""


class Ephemerals(World):
    """What people do with commands that are declared ephemeral."""

    def asks_unseen(
        self, person: Person, chat: Chat, text: str, *, reply_to: Sent | None = None, thread: int | None = None
    ) -> JsonObject:
        """Take a command from the menu and send it so that only the bot sees it.

        A LookupError where the menu that the person sees in this chat does not declare it ephemeral, as none does on a
        server before Bot API 10.2: an app would then send it for all to see.
        """
        command = text.split()[0].partition("@")[0].removeprefix("/")
        if not self.menus.is_ephemeral(command, person, chat, is_admin=self.standing(chat, person).is_admin):
            raise LookupError(f"/{command} is seen by everybody in {chat.title}")
        self.join(person, chat)
        sent = _put(self, chat, person, self.bot, FormattedText.typed(text), thread)
        sent.reply_to = reply_to
        return self.updates.make("message", sent.as_json())


def receiver_of(world: World, call: Fields) -> Fields | None:
    """Return the parameters that name who alone shall see a message; None where it is for all.

    A server ignores the form of another version, and one before Bot API 10.2 both: the message is for all then.
    """
    if world.knows("10.3"):
        return call.inner("ephemeral_message_parameters")
    return call if world.knows("10.2") and "receiver_user_id" in call else None


def send_to_one(world: World, call: Fields, wanted: Fields) -> Sent:
    """Send a text that only one member sees."""
    chat = reachable_chat(world, call)
    require(chat.type in {"group", "supergroup"}, "BOT_NOT_ADMIN")
    receiver = _member(world, chat, wanted)
    answered = _answered(world, chat, receiver, call)
    pressed = wanted.text("callback_query_id")
    is_eligible = answered is not None or (pressed and world.queries.is_open("callback", pressed, _ELIGIBLE))
    require(is_eligible or chat.bot_status == "administrator", "BOT_NOT_ADMIN")
    text, markup = read_text(call), read_markup(call.inner("reply_markup"), chat.type)
    topic = topic_of(world, chat, call)
    world.count_send(chat)
    sent = _put(world, chat, world.bot, receiver, text, topic)
    sent.reply_to, sent.buttons = answered, markup.buttons
    return sent


def _member(world: World, chat: Chat, wanted: Fields) -> Person:
    person = chat.people.get(wanted.number("receiver_user_id") or 0)
    if person is None or person.is_bot:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return person


def _answered(world: World, chat: Chat, asker: Person, call: Fields) -> Sent | None:
    """Return the message for the bot alone that a call replies to, None where it replies to none."""
    reply = call.inner("reply_parameters")
    if reply is None or "ephemeral_message_id" not in reply:
        return None
    found = _find(world, chat, reply.number("ephemeral_message_id"))
    is_theirs = found is not None and found.sender == asker and world.now() - found.date < _ELIGIBLE
    require(is_theirs, "message to be replied not found")
    return found


def _delete_ephemeral_message(world: World, call: Fields) -> JSON:
    chat = reachable_chat(world, call)
    sent = _find(world, chat, call.number("ephemeral_message_id"))
    if sent is None or sent.seen_by != call.number("receiver_user_id"):
        raise bad_request("message to delete not found")
    sent.deleted = True
    return True


def _put(
    world: World, chat: Chat, sender: Person, receiver: Person, text: FormattedText, thread: int | None = None
) -> Sent:
    number = sum(sent.seen_by is not None for sent in world.sent) + 1
    extra: JsonObject = {"ephemeral_message_id": number, "receiver_user": receiver.as_json()}
    sent = Sent(0, chat, sender, world.now(), text, thread_id=thread, extra=extra)
    world.sent.append(sent)
    return sent


def _find(world: World, chat: Chat, number: int | None) -> Sent | None:
    unseen = (sent for sent in world.sent if sent.chat is chat and sent.seen_by is not None and not sent.deleted)
    return next((sent for sent in unseen if sent.extra["ephemeral_message_id"] == number), None)


METHODS: Mapping[str, Method] = {"deleteEphemeralMessage": _delete_ephemeral_message}
"""The methods, by name; those that edit are not imitated."""
