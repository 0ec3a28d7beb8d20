"""What somebody may do in a chat: statuses, the rights of administrators, and what is withheld from members.

The names of the rights are the Bot API's (ChatMemberAdministrator, ChatMemberRestricted).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.offline.chats import Chat, Person
from bot.offline.fields import JsonObject

_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
_MORE_RIGHTS = {
    "group": ("can_pin_messages",),
    "supergroup": ("can_pin_messages", "can_manage_topics"),
    "channel": ("can_post_messages", "can_edit_messages", "can_manage_direct_messages"),
}
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
"""What an ordinary member may do unless it is withheld."""


def rights_in(chat: Chat) -> tuple[str, ...]:
    """Return the rights that an administrator can have in a chat of this kind."""
    return _ADMIN_RIGHTS + _MORE_RIGHTS.get(chat.type, ())


def given(named: Mapping[str, bool], known: Iterable[str]) -> frozenset[str]:
    """Return the rights that are given: those named True and no others, or all but those named False.

    A ValueError where a name is unknown: a misspelt right would make a test say nothing.
    """
    known = frozenset(known)
    if unknown := named.keys() - known:
        raise ValueError(f"no such right here: {', '.join(sorted(unknown))}")
    chosen = {name for name, value in named.items() if value}
    return frozenset(chosen) if chosen else known - named.keys()


@dataclass(frozen=True)
class Standing:
    """What somebody is in a chat, and may do there."""

    status: str
    rights: frozenset[str] = frozenset()
    """An administrator's rights, or what a restricted member may still do."""
    is_anonymous: bool = False

    @property
    def is_admin(self) -> bool:
        """Whether it is the owner or an administrator."""
        return self.status in {"creator", "administrator"}

    def may(self, right: str) -> bool:
        """Return whether an administrator has this right; who is none has no such rights."""
        return self.is_admin and right in self.rights


def standing(chat: Chat, person: Person, bot: Person) -> Standing:
    """Return what somebody is and may do in a chat; an administrator of whom nothing is noted may do all."""
    status = chat.bot_status if person == bot else _status(chat, person)
    anonymous = person.id in chat.anonymous
    match status:
        case "creator":
            return Standing(status, frozenset(rights_in(chat)), anonymous)
        case "administrator":
            return Standing(status, chat.rights.get(person.id, frozenset(rights_in(chat))), anonymous)
        case "restricted":
            return Standing(status, chat.permitted.get(person.id, frozenset()))
    return Standing(status)


def _status(chat: Chat, person: Person) -> str:
    if person == chat.owner:
        return "creator"
    if person.id in chat.admins:
        return "administrator"
    if person.id in chat.banned:
        return "kicked"
    if person.id not in chat.people:
        return "left"
    return "restricted" if person.id in chat.permitted else "member"


def as_member(chat: Chat, person: Person, bot: Person) -> JsonObject:
    """Return the Bot API's ChatMember of somebody in a chat."""
    held = standing(chat, person, bot)
    member: JsonObject = {"user": person.as_json(), "status": held.status}
    match held.status:
        case "creator":
            return member | {"is_anonymous": held.is_anonymous}
        case "administrator":
            known: JsonObject = {right: right in held.rights for right in rights_in(chat)}
            return member | {"can_be_edited": False, "is_anonymous": held.is_anonymous} | known
        case "restricted":
            allowed: JsonObject = {name: name in held.rights for name in PERMISSIONS}
            return member | {"is_member": True, "until_date": 0} | allowed
        case "kicked":
            return member | {"until_date": 0}
    return member
