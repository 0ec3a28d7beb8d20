"""Who may do what in a chat: administrators with rights, anonymous ones, and restricted members."""

import pytest
from telegram import Bot, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatAction

from bot.offline import ANONYMOUS, BOT, OWNER, Chat, JsonObject, OfflineTelegram, Person
from tests.bot_api import MORE, OTHER_BOT, read, read_message, refused
from tests.conversation import ANA, BIA


@pytest.fixture
def group(telegram: OfflineTelegram) -> Chat:
    """A group with Ana and Bia, where the bot is an ordinary member."""
    group = telegram.group("Vecinas")
    telegram.join(ANA, group)
    telegram.join(BIA, group)
    return group


# Administrators.


@pytest.mark.parametrize(
    ("rights", "invites", "deletes"),
    [
        pytest.param({}, True, True, id="all where none is named"),
        pytest.param({"can_invite_users": True}, True, False, id="only those named True"),
        pytest.param({"can_invite_users": False}, False, True, id="all but those named False"),
        pytest.param({"can_invite_users": True, "can_delete_messages": False}, True, False, id="both kinds"),
    ],
)
@pytest.mark.parametrize("person", [pytest.param(BOT, id="the bot"), pytest.param(ANA, id="Ana")])
async def test_an_administrator_has_rights(
    telegram: OfflineTelegram,
    bot: Bot,
    group: Chat,
    person: Person,
    rights: dict[str, bool],
    *,
    invites: bool,
    deletes: bool,
) -> None:
    telegram.promotes(OWNER, group, person, **rights)
    member = await bot.get_chat_member(group.id, person.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_invite_users, member.can_delete_messages) == (invites, deletes)


async def test_the_rights_of_a_channel_are_its_own(telegram: OfflineTelegram, bot: Bot) -> None:
    channel = telegram.channel("News")
    telegram.promotes(OWNER, channel, ANA, can_edit_messages=True)
    [_, ana, itself] = await bot.get_chat_administrators(channel.id)
    assert isinstance(ana, ChatMemberAdministrator)
    assert isinstance(itself, ChatMemberAdministrator)
    assert (ana.can_post_messages, ana.can_edit_messages, ana.can_manage_topics) == (False, True, None)
    assert (itself.can_post_messages, itself.can_edit_messages) == (True, True)


def test_a_misspelt_right_is_a_mistake_of_the_test(telegram: OfflineTelegram, group: Chat) -> None:
    with pytest.raises(ValueError, match="no such right here: can_post_messages"):
        telegram.promotes(OWNER, group, BOT, can_post_messages=True)


async def test_the_bot_learns_of_its_promotion(telegram: OfflineTelegram, bot: Bot, group: Chat) -> None:
    changes = [
        read(bot, telegram.promotes(ANA, group, BOT, can_invite_users=True)).my_chat_member,
        read(bot, telegram.promotes(ANA, group, BOT, can_invite_users=False)).my_chat_member,
        read(bot, telegram.demotes(ANA, group, BOT)).my_chat_member,
    ]
    statuses = [(change.old_chat_member.status, change.new_chat_member.status) for change in changes if change]
    assert statuses == [("member", "administrator"), ("administrator", "administrator"), ("administrator", "member")]
    before = changes[1] and changes[1].old_chat_member
    assert isinstance(before, ChatMemberAdministrator)
    assert before.can_invite_users


def test_only_an_administrator_learns_of_others(telegram: OfflineTelegram, group: Chat) -> None:
    assert telegram.promotes(OWNER, group, ANA) is None
    telegram.promotes(OWNER, group, BOT)
    assert "chat_member" in (telegram.demotes(OWNER, group, ANA) or {})


@pytest.mark.parametrize(
    ("allowed", "kinds"),
    [
        pytest.param(None, ["my_chat_member"], id="it must be asked for"),
        pytest.param([], ["my_chat_member"], id="an empty list asks for nothing special"),
        pytest.param(["chat_member"], ["chat_member"], id="asked for"),
    ],
)
async def test_a_change_of_members_is_delivered_if_asked_for(
    telegram: OfflineTelegram, bot: Bot, group: Chat, allowed: list[str] | None, kinds: list[str]
) -> None:
    await bot.get_updates(allowed_updates=allowed)
    telegram.deliver(telegram.promotes(OWNER, group, BOT))
    telegram.deliver(telegram.promotes(OWNER, group, ANA))
    assert [
        kind
        for update in await bot.get_updates()
        for kind in update.to_dict()
        if kind in {"my_chat_member", "chat_member"}
    ] == kinds


async def test_a_demoted_bot_has_left_a_channel(telegram: OfflineTelegram, bot: Bot) -> None:
    change = read(bot, telegram.demotes(OWNER, telegram.channel("News"), BOT)).my_chat_member
    assert change is not None
    assert change.new_chat_member.status == "left"


async def test_who_is_promoted_demoted_or_removed_loses_what_was(
    telegram: OfflineTelegram, bot: Bot, group: Chat
) -> None:
    telegram.restricts(OWNER, group, ANA, can_send_messages=False)
    telegram.promotes(OWNER, group, ANA, is_anonymous=True, can_invite_users=True)
    telegram.demotes(OWNER, group, ANA)
    telegram.says(ANA, group, "hi")
    assert telegram.sent[-1].sender == ANA
    telegram.promotes(OWNER, group, ANA, can_invite_users=True)
    telegram.leaves(ANA, group, by=OWNER)
    assert (await bot.get_chat_member(group.id, ANA.id)).status == "kicked"
    telegram.joins(ANA, group)
    assert (await bot.get_chat_member(group.id, ANA.id)).status == "member"


# Anonymous administrators.


async def test_an_anonymous_administrator_writes_as_the_group(telegram: OfflineTelegram, bot: Bot, group: Chat) -> None:
    telegram.promotes(OWNER, group, ANA, is_anonymous=True)
    message = read_message(bot, telegram.says(ANA, group, "/ask@offline_bot"))
    assert message.from_user is not None
    assert message.sender_chat is not None
    assert (message.from_user.id, message.sender_chat.id) == (ANONYMOUS.id, group.id)


async def test_an_anonymous_administrator_presses_by_name(telegram: OfflineTelegram, bot: Bot, group: Chat) -> None:
    telegram.promotes(OWNER, group, ANA, is_anonymous=True)
    await bot.send_message(group.id, "x", reply_markup=MORE)
    query = read(bot, telegram.presses(ANA, telegram.sent[-1], "More")).callback_query
    assert query is not None
    assert query.from_user.id == ANA.id


@pytest.mark.parametrize(
    ("admin", "listed"),
    [
        pytest.param(True, {OWNER.id, ANA.id, BOT.id}, id="an administrator sees anonymous ones"),
        pytest.param(False, {OWNER.id}, id="a member does not"),
    ],
)
async def test_the_list_of_administrators(
    telegram: OfflineTelegram, bot: Bot, group: Chat, *, admin: bool, listed: set[int]
) -> None:
    telegram.promotes(OWNER, group, ANA, is_anonymous=True)
    telegram.promotes(OWNER, group, OTHER_BOT)
    if admin:
        telegram.promotes(OWNER, group, BOT)
    assert {member.user.id for member in await bot.get_chat_administrators(group.id)} == listed


def test_a_named_administrator_writes_under_the_own_name(telegram: OfflineTelegram, group: Chat) -> None:
    telegram.promotes(OWNER, group, ANA, is_anonymous=True)
    telegram.promotes(OWNER, group, ANA)
    telegram.says(ANA, group, "hi")
    assert telegram.sent[-1].sender == ANA


# Restricted members.


async def test_a_restricted_member_cannot_write(telegram: OfflineTelegram, bot: Bot, group: Chat) -> None:
    telegram.restricts(OWNER, group, ANA, can_send_messages=False)
    member = await bot.get_chat_member(group.id, ANA.id)
    assert isinstance(member, ChatMemberRestricted)
    assert (member.can_send_messages, member.can_send_polls, member.is_member) == (False, True, True)
    with pytest.raises(ValueError, match="may not write"):
        telegram.says(ANA, group, "hi")


async def test_a_restricted_bot_hears_but_cannot_write(telegram: OfflineTelegram, bot: Bot, group: Chat) -> None:
    update = telegram.restricts(OWNER, group, BOT, can_send_messages=False)
    assert "my_chat_member" in (update or {})
    assert telegram.says(ANA, group, "/ask@offline_bot")
    with refused("not enough rights to send text messages to the chat"):
        await bot.send_message(group.id, "x")
    with refused("not enough rights to send text messages"):
        await bot.send_chat_action(group.id, ChatAction.TYPING)


async def test_a_bot_that_may_send_texts_can_write(telegram: OfflineTelegram, bot: Bot, group: Chat) -> None:
    telegram.restricts(OWNER, group, BOT, can_send_polls=False)
    assert (await bot.send_message(group.id, "x")).text == "x"


def test_basic_groups_restrict_nobody(telegram: OfflineTelegram) -> None:
    with pytest.raises(ValueError, match="supergroups only"):
        telegram.restricts(OWNER, telegram.group("Vecinas", basic=True), ANA)


# Posting in a channel.


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        pytest.param({"can_post_messages": True}, None, id="with the right"),
        pytest.param({"can_post_messages": False}, "need administrator rights in the channel chat", id="without it"),
    ],
)
async def test_posting_needs_a_right(
    telegram: OfflineTelegram, bot: Bot, rights: dict[str, bool], words: str | None
) -> None:
    channel = telegram.channel("News")
    telegram.promotes(OWNER, channel, BOT, **rights)
    with refused(words):
        await bot.send_message(channel.id, "x")


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        pytest.param({"can_delete_messages": True}, None, id="with the right"),
        pytest.param({"can_delete_messages": False}, "message can't be deleted", id="without it"),
    ],
)
@pytest.mark.parametrize("basic", [pytest.param(True, id="group"), pytest.param(False, id="supergroup")])
async def test_deleting_needs_a_right(
    telegram: OfflineTelegram, bot: Bot, rights: dict[str, bool], words: str | None, *, basic: bool
) -> None:
    group = telegram.group("Vecinas", basic=basic)
    telegram.promotes(OWNER, group, BOT, **rights)
    telegram.says(ANA, group, "hi")
    with refused(words):
        assert await bot.delete_message(group.id, telegram.sent[-1].message_id)


def test_a_promotion_is_from_who_promotes(telegram: OfflineTelegram, group: Chat) -> None:
    change = (telegram.promotes(ANA, group, BOT) or {})["my_chat_member"]
    assert isinstance(change, dict)
    author: JsonObject = ANA.as_json()
    assert change["from"] == author
