"""Who comes into a chat and goes, and what a group becomes."""

import pytest
from telegram import Bot
from telegram.error import ChatMigrated

from bot.offline import ANONYMOUS, BOT, OWNER, JsonObject, OfflineTelegram
from tests.bot_api import read, read_message
from tests.conversation import ANA, BIA, CAL


def kinds(updates: list[JsonObject]) -> list[str]:
    return [kind for update in updates for kind in update if kind != "update_id"]


# Coming and going.


async def test_one_comes(telegram: OfflineTelegram, bot: Bot) -> None:
    message = read_message(bot, telegram.joins(ANA, telegram.group("Vecinas")))
    assert message.from_user is not None
    assert (message.from_user.id, [person.id for person in message.new_chat_members]) == (ANA.id, [ANA.id])


async def test_several_come_at_once(telegram: OfflineTelegram, bot: Bot) -> None:
    message = read_message(bot, telegram.joins(ANA, telegram.group("Vecinas"), BIA, CAL))
    assert message.from_user is not None
    assert message.from_user.id == OWNER.id
    assert [person.id for person in message.new_chat_members] == [ANA.id, BIA.id, CAL.id]


async def test_one_leaves(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas")
    telegram.joins(ANA, group)
    message = read_message(bot, telegram.leaves(ANA, group))
    assert message.left_chat_member is not None
    assert message.left_chat_member.id == ANA.id
    assert (await bot.get_chat_member(group.id, ANA.id)).status == "left"


async def test_one_is_removed_and_may_come_back(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas")
    telegram.joins(ANA, group)
    telegram.leaves(ANA, group, by=OWNER)
    assert (await bot.get_chat_member(group.id, ANA.id)).status == "kicked"
    with pytest.raises(ValueError, match="may not write"):
        telegram.says(ANA, group, "hi")
    telegram.joins(ANA, group)
    assert (await bot.get_chat_member(group.id, ANA.id)).status == "member"


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        pytest.param(True, ["chat_member", "chat_member", "chat_member"], id="an administrator learns of each"),
        pytest.param(False, [], id="a member does not"),
    ],
)
def test_changes_of_members(telegram: OfflineTelegram, *, admin: bool, expected: list[str]) -> None:
    group = telegram.group("Vecinas", bot_is_admin=admin)
    telegram.joins(ANA, group, BIA)
    telegram.leaves(BIA, group)
    assert kinds(telegram.consequences()) == expected
    assert telegram.consequences() == []


def test_a_channel_says_nothing_of_its_members(telegram: OfflineTelegram) -> None:
    channel = telegram.channel("News")
    assert telegram.joins(ANA, channel) is None
    assert telegram.leaves(ANA, channel) is None
    assert kinds(telegram.consequences()) == ["chat_member", "chat_member"]


async def test_the_bot_leaves(telegram: OfflineTelegram, bot: Bot) -> None:
    await bot.leave_chat(telegram.group("Vecinas").id)
    [left] = (read(bot, update).my_chat_member for update in telegram.consequences())
    assert left is not None
    assert (left.from_user.id, left.new_chat_member.status) == (BOT.id, "left")


# A group becomes a supergroup.


async def test_a_group_migrates(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas", basic=True, bot_is_admin=True)
    telegram.joins(ANA, group)
    old, new = (read_message(bot, update) for update in telegram.migrates(group))
    assert (old.chat.id, new.migrate_from_chat_id) == (group.id, group.id)
    assert (new.chat.id, new.chat.type) == (old.migrate_to_chat_id, "supergroup")
    assert new.from_user is not None
    assert new.from_user.id == ANONYMOUS.id
    assert await bot.get_chat_member_count(new.chat.id) == 3


async def test_an_old_group_tells_where_it_went(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas", basic=True)
    telegram.migrates(group)
    with pytest.raises(ChatMigrated) as error:
        await bot.send_message(group.id, "x")
    await bot.send_message(error.value.new_chat_id, "x")
    assert telegram.sent[-1].chat is group.moved_to


@pytest.mark.parametrize(
    ("basic", "with_bot"),
    [pytest.param(False, True, id="a supergroup"), pytest.param(True, False, id="a group without the bot")],
)
def test_others_do_not_migrate(telegram: OfflineTelegram, *, basic: bool, with_bot: bool) -> None:
    with pytest.raises(ValueError, match="no basic group"):
        telegram.migrates(telegram.group("Vecinas", basic=basic, with_bot=with_bot))


def test_a_group_migrates_once(telegram: OfflineTelegram) -> None:
    group = telegram.group("Vecinas", basic=True)
    telegram.migrates(group)
    with pytest.raises(ValueError, match="no basic group"):
        telegram.migrates(group)
