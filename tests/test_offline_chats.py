"""What the bot learns of chats and members, and its own profile."""

from collections.abc import Sequence

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats

from bot.offline import BOT, OWNER, Chat, JsonObject, OfflineTelegram
from tests.bot_api import OTHER_BOT, raw, refused
from tests.conversation import ANA, BIA

# Who is where.


@pytest.fixture
def group(telegram: OfflineTelegram) -> Chat:
    """A group of four, where the bot and Ana are administrators."""
    group = telegram.group("Vecinas", bot_is_admin=True)
    telegram.says(ANA, group, "hi")
    telegram.says(BIA, group, "oi")
    group.admins.add(ANA.id)
    return group


async def test_a_member_has_a_status(telegram: OfflineTelegram, bot: Bot, group: Chat) -> None:
    telegram.private(OTHER_BOT)
    people = (OWNER, ANA, BIA, BOT, OTHER_BOT)
    statuses = [(await bot.get_chat_member(group.id, person.id)).status for person in people]
    assert statuses == ["creator", "administrator", "member", "administrator", "left"]


async def test_a_stranger_has_no_status(bot: Bot, group: Chat) -> None:
    with refused("PARTICIPANT_ID_INVALID"):
        await bot.get_chat_member(group.id, 999)


async def test_members_are_counted(bot: Bot, group: Chat) -> None:
    assert await bot.get_chat_member_count(group.id) == 4


async def test_administrators_are_listed(bot: Bot, group: Chat) -> None:
    admins = await bot.get_chat_administrators(group.id)
    assert {admin.user.id for admin in admins} == {OWNER.id, ANA.id, BOT.id}


async def test_a_private_chat_has_no_admins(bot: Bot, chat: Chat) -> None:
    with refused("no administrators"):
        await bot.get_chat_administrators(chat.id)


async def test_get_chat(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    assert (await bot.get_chat(chat.id)).first_name == "Ana"
    assert (await bot.get_chat(telegram.group("Foro", forum=True).id)).is_forum


async def test_get_me(bot: Bot) -> None:
    me = await bot.get_me()
    known = me.username, me.can_read_all_group_messages, me.supports_guest_queries
    assert known == ("offline_bot", False, True)


# The bot's profile.


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        pytest.param([("ask", "Ask")], None, id="a command"),
        pytest.param([("a" * 32, "x" * 256)], None, id="longest command"),
        pytest.param([(f"c{number}", "x") for number in range(100)], None, id="100 commands"),
        pytest.param([(f"c{number}", "x") for number in range(101)], "BOT_COMMANDS_TOO_MUCH", id="101 commands"),
        pytest.param([("a" * 33, "x")], "command length must not exceed 32", id="33 letters"),
        pytest.param([("", "x")], "command must be non-empty", id="no name"),
        pytest.param([("Ask", "x")], "BOT_COMMAND_INVALID", id="a capital letter"),
        pytest.param([("ask", "")], "command description must be non-empty", id="no description"),
        pytest.param([("ask", "x" * 257)], "description length must not exceed 256", id="long description"),
    ],
)
async def test_commands(bot: Bot, commands: Sequence[tuple[str, str]], words: str | None) -> None:
    call = {"commands": [{"command": name, "description": description} for name, description in commands]}
    with refused(words):
        assert await raw(bot, "setMyCommands", call)


async def test_commands_for_some(bot: Bot) -> None:
    scope = BotCommandScopeAllPrivateChats()
    assert await bot.set_my_commands([BotCommand("ask", "Ask")], scope=scope, language_code="es")
    assert await bot.delete_my_commands(scope=scope)
    with refused("BotCommandScope"):
        await raw(bot, "setMyCommands", {"commands": [], "scope": {"type": "everyone"}})


@pytest.mark.parametrize(
    ("method", "call", "words"),
    [
        pytest.param("setMyName", {"name": "x" * 64}, None, id="name"),
        pytest.param("setMyName", {"name": "x" * 65}, "NAME_TOO_LONG", id="long name"),
        pytest.param("setMyDescription", {"description": "x" * 512}, None, id="description"),
        pytest.param("setMyDescription", {"description": "x" * 513}, "DESCRIPTION_TOO_LONG", id="too long"),
        pytest.param("setMyShortDescription", {"short_description": "x" * 120}, None, id="short description"),
        pytest.param(
            "setMyShortDescription",
            {"short_description": "x" * 121},
            "SHORT_DESCRIPTION_TOO_LONG",
            id="longer",
        ),
        pytest.param("setMyDescription", {"language_code": "pt"}, None, id="language"),
        pytest.param("setMyDescription", {"language_code": "pt-BR"}, "invalid language code", id="locale"),
    ],
)
async def test_profile(bot: Bot, method: str, call: JsonObject, words: str | None) -> None:
    with refused(words):
        assert await raw(bot, method, call)
