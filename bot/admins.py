"""Who may decide: asked of Telegram each time, since rights change."""

from telegram import Bot, ChatMember, ChatMemberAdministrator, ChatMemberOwner, ChatMemberRestricted, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden


async def member_of(bot: Bot, chat: int, person: int) -> ChatMember | None:
    """Return somebody's place in a chat; None where the bot cannot see it, as in a group that is a supergroup now."""
    try:
        return await bot.get_chat_member(chat, person)
    except (BadRequest, ChatMigrated, Forbidden):
        return None


async def is_admin(bot: Bot, chat: int, person: int) -> bool:
    """Tell whether somebody administers a chat."""
    return isinstance(await member_of(bot, chat, person), ChatMemberAdministrator | ChatMemberOwner)


async def is_from_admin(message: Message) -> bool:
    """Tell whether an admin of its group wrote a message; an anonymous one writes as the group itself."""
    if message.sender_chat:
        return message.sender_chat.id == message.chat_id
    return message.from_user is not None and await is_admin(message.get_bot(), message.chat_id, message.from_user.id)


async def may_post(bot: Bot, channel: int, person: int) -> bool:
    """Tell whether somebody, or the bot, may post in a channel."""
    member = await member_of(bot, channel, person)
    return can_post(member)


def can_post(member: ChatMember | None) -> bool:
    """Tell whether a member of a channel may post there."""
    if isinstance(member, ChatMemberAdministrator):
        return bool(member.can_post_messages)
    return isinstance(member, ChatMemberOwner)


def can_write(member: ChatMember) -> bool:
    """Tell whether a member of a group may write there, as far as that is decided for each."""
    return not isinstance(member, ChatMemberRestricted) or member.can_send_messages


async def may_invite(bot: Bot, chat: int) -> bool:
    """Tell whether the bot may let people in: join requests are shown only to admins with this right."""
    member = await member_of(bot, chat, bot.id)
    return isinstance(member, ChatMemberAdministrator) and member.can_invite_users


async def sees_all(bot: Bot, chat: int) -> bool:
    """Tell whether Telegram shows the bot all messages of a group: to admins, and where privacy mode is off."""
    me = await bot.get_me()
    return bool(me.can_read_all_group_messages) or await is_admin(bot, chat, me.id)
