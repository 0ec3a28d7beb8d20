"""The command menus that people see."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
    BotCommandScopeDefault,
)

from bot.offline import OWNER, Chat, OfflineTelegram, Person
from tests.bot_api import refused
from tests.conversation import ANA, BIA, DRU

GROUP = -1001000000001
ADMINS = BotCommandScopeChatAdministrators(GROUP)
EVERY_ADMIN = BotCommandScopeAllChatAdministrators()
GROUPS = BotCommandScopeAllGroupChats()
DEFAULT = BotCommandScopeDefault()
PRIVATE = BotCommandScopeAllPrivateChats()
HERE = BotCommandScopeChat(GROUP)
ANA_HERE = BotCommandScopeChatMember(GROUP, ANA.id)
ANA_ALONE = BotCommandScopeChat(ANA.id)


@pytest.fixture
def group(telegram: OfflineTelegram) -> Chat:
    """A group where Ana is an ordinary member; its id is the one named above."""
    group = telegram.group("Vecinas")
    telegram.join(ANA, group)
    return group


async def put(bot: Bot, name: str, scope: BotCommandScope, language: str | None = None) -> None:
    await bot.set_my_commands([BotCommand(name, "x")], scope, language)


@pytest.mark.parametrize(
    ("above", "below", "person"),
    [
        pytest.param((ANA_HERE, None), (HERE, "es"), ANA, id="one member before the chat"),
        pytest.param((ANA_HERE, "es"), (ANA_HERE, None), ANA, id="a language before none"),
        pytest.param((ADMINS, None), (HERE, "en"), OWNER, id="the chat's administrators before the chat"),
        pytest.param((HERE, None), (EVERY_ADMIN, "en"), OWNER, id="the chat before all administrators"),
        pytest.param((EVERY_ADMIN, None), (GROUPS, "en"), OWNER, id="administrators before all groups"),
        pytest.param((GROUPS, None), (DEFAULT, "es"), ANA, id="groups before the default"),
        pytest.param((GROUPS, "es"), (GROUPS, None), ANA, id="groups in a language before none"),
        pytest.param((DEFAULT, None), (PRIVATE, "es"), ANA, id="private chats do not count"),
        pytest.param((GROUPS, None), (ADMINS, None), ANA, id="a member sees nothing of administrators"),
        pytest.param((GROUPS, None), (EVERY_ADMIN, "es"), ANA, id="nor of those of all groups"),
        pytest.param((GROUPS, None), (GROUPS, "pt"), ANA, id="another language does not count"),
    ],
)
async def test_menus_in_a_group(
    telegram: OfflineTelegram,
    bot: Bot,
    group: Chat,
    above: tuple[BotCommandScope, str | None],
    below: tuple[BotCommandScope, str | None],
    person: Person,
) -> None:
    await put(bot, "below", *below)
    await put(bot, "above", *above)
    assert telegram.menu(person, group) == {"above": "x"}


@pytest.mark.parametrize(
    ("above", "below"),
    [
        pytest.param((ANA_ALONE, None), (PRIVATE, "es"), id="one chat before all"),
        pytest.param((PRIVATE, None), (DEFAULT, "es"), id="private chats before the default"),
        pytest.param((DEFAULT, None), (GROUPS, "es"), id="groups do not count"),
    ],
)
async def test_menus_in_private(
    telegram: OfflineTelegram,
    bot: Bot,
    chat: Chat,
    above: tuple[BotCommandScope, str | None],
    below: tuple[BotCommandScope, str | None],
) -> None:
    await put(bot, "below", *below)
    await put(bot, "above", *above)
    assert telegram.menu(ANA, chat) == {"above": "x"}


@pytest.mark.parametrize(
    ("person", "name"),
    [
        pytest.param(ANA, "es", id="es"),
        pytest.param(BIA, "pt", id="pt-br"),
        pytest.param(OWNER, "all", id="a language without a menu"),
        pytest.param(DRU, "all", id="no language"),
    ],
)
async def test_menus_have_languages(telegram: OfflineTelegram, bot: Bot, person: Person, name: str) -> None:
    for language in ("all", "es", "pt"):
        await put(bot, language, PRIVATE, None if language == "all" else language)
    assert list(telegram.menu(person, telegram.private(person))) == [name]


async def test_a_deleted_menu_is_not_shown(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await put(bot, "ask", PRIVATE, "es")
    assert [command.command for command in await bot.get_my_commands(PRIVATE, "es")] == ["ask"]
    assert await bot.get_my_commands(PRIVATE) == ()
    assert await bot.delete_my_commands(PRIVATE, "es")
    assert await bot.get_my_commands(PRIVATE, "es") == ()
    assert telegram.menu(ANA, chat) == {}


async def test_commands_keep_their_order(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.set_my_commands([("topics", "B"), ("ask", "A")])
    assert list(telegram.menu(ANA, chat).items()) == [("topics", "B"), ("ask", "A")]


async def test_scopes_that_do_not_fit(telegram: OfflineTelegram, bot: Bot, chat: Chat, group: Chat) -> None:
    with refused("can't change commands in channel chats"):
        await put(bot, "ask", BotCommandScopeChat(telegram.channel("News").id))
    with refused("can't use specified scope in private chats"):
        await put(bot, "ask", BotCommandScopeChatAdministrators(chat.id))
    with refused("chat not found"):
        await put(bot, "ask", BotCommandScopeChat(-5))
    with refused("user not found"):
        await put(bot, "ask", BotCommandScopeChatMember(group.id, 999))
