"""The menus of commands that people see: what a member can do, an admin, and somebody in private, in their language."""

from collections.abc import Mapping

import pytest
from telegram import Bot

from bot.command_menus import ADMIN_COMMANDS, MEMBER_COMMANDS, PRIVATE_COMMANDS, CommandMenus
from bot.offline import OWNER, Chat, OfflineTelegram, Person
from bot.outage import Bridge, Outage
from bot.store import Store
from content import Knowledge
from tests.conversation import ANA, CAL

CODES = pytest.mark.parametrize(
    ("code", "language"),
    [
        pytest.param("en", "en", id="English"),
        pytest.param("es", "es", id="Spanish"),
        pytest.param("pt-br", "pt", id="Brazilian Portuguese"),
        pytest.param("fr", "en", id="another language"),
        pytest.param(None, "en", id="no language"),
    ],
)


@pytest.fixture
async def menus(bot: Bot, knowledge: Knowledge, sqlite_store: Store) -> CommandMenus:
    """The menus, registered."""
    menus = CommandMenus(knowledge)
    await menus.register(bot, sqlite_store.registrations, Bridge(Outage()))
    return menus


@pytest.fixture
def group(telegram: OfflineTelegram) -> Chat:
    """A group with an owner and a member."""
    group = telegram.group("G")
    telegram.join(ANA, group)
    return group


def speaking(person: Person, code: str | None) -> Person:
    """Return somebody with another language set in Telegram."""
    return Person(person.id, person.first_name, code)


def lines(knowledge: Knowledge, language: str, names: tuple[str, ...]) -> Mapping[str, str]:
    texts = knowledge.voices[language].commands.model_dump()
    return {name: texts[name] for name in names}


@CODES
@pytest.mark.usefixtures("menus")
async def test_a_member_sees_what_members_can_do(
    telegram: OfflineTelegram, knowledge: Knowledge, group: Chat, code: str | None, language: str
) -> None:
    assert telegram.menu(speaking(ANA, code), group) == lines(knowledge, language, MEMBER_COMMANDS)


@CODES
@pytest.mark.usefixtures("menus")
async def test_an_admin_sees_the_settings_too(
    telegram: OfflineTelegram, knowledge: Knowledge, group: Chat, code: str | None, language: str
) -> None:
    admin = speaking(ANA, code)
    telegram.promotes(OWNER, group, admin)
    assert telegram.menu(admin, group) == lines(knowledge, language, ADMIN_COMMANDS)


@CODES
@pytest.mark.usefixtures("menus")
async def test_an_anonymous_admin_sees_what_admins_see(
    telegram: OfflineTelegram, knowledge: Knowledge, group: Chat, code: str | None, language: str
) -> None:
    admin = speaking(ANA, code)
    telegram.promotes(OWNER, group, admin, is_anonymous=True)
    assert telegram.menu(admin, group) == lines(knowledge, language, ADMIN_COMMANDS)


@CODES
@pytest.mark.usefixtures("menus")
async def test_somebody_in_private_sees_what_can_be_done_there(
    telegram: OfflineTelegram, knowledge: Knowledge, code: str | None, language: str
) -> None:
    person = speaking(ANA, code)
    assert telegram.menu(person, telegram.private(person)) == lines(knowledge, language, PRIVATE_COMMANDS)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        pytest.param("settings", {"admin"}, id="settings are for admins"),
        pytest.param("publish", {"private"}, id="publishing is for private chats"),
        pytest.param("language", {"private"}, id="so is a language of one's own"),
        pytest.param("ask", {"member", "admin"}, id="in private one just writes"),
        pytest.param("remove", {"member", "admin"}, id="answers are taken back in groups"),
        pytest.param("community", {"member", "admin", "private"}, id="the community is for all"),
        pytest.param("privacy", {"member", "admin", "private"}, id="so is privacy"),
        pytest.param("help", {"member", "admin", "private"}, id="so is help"),
    ],
)
@pytest.mark.usefixtures("menus")
async def test_who_sees_a_command(telegram: OfflineTelegram, group: Chat, name: str, seen: set[str]) -> None:
    shown = {
        "member": telegram.menu(ANA, group),
        "admin": telegram.menu(OWNER, group),
        "private": telegram.menu(ANA, telegram.private(ANA)),
    }
    assert {place for place, menu in shown.items() if name in menu} == seen


@pytest.mark.usefixtures("menus")
async def test_who_is_no_admin_any_more_sees_a_members_menu(telegram: OfflineTelegram, group: Chat) -> None:
    telegram.promotes(OWNER, group, ANA)
    assert "settings" in telegram.menu(ANA, group)
    telegram.demotes(OWNER, group, ANA)
    assert "settings" not in telegram.menu(ANA, group)


@CODES
async def test_a_discreet_group_keeps_its_menus(
    telegram: OfflineTelegram,
    bot: Bot,
    knowledge: Knowledge,
    menus: CommandMenus,
    group: Chat,
    code: str | None,
    language: str,
) -> None:
    admin, member = speaking(CAL, code), speaking(ANA, code)
    telegram.promotes(OWNER, group, admin)
    expected = lines(knowledge, language, ADMIN_COMMANDS), lines(knowledge, language, MEMBER_COMMANDS)
    for change in (menus.make_discreet, menus.make_public):
        await change(bot, group.id)
        assert (telegram.menu(admin, group), telegram.menu(member, group)) == expected


async def test_a_group_that_is_public_again_has_no_menu_of_its_own(
    telegram: OfflineTelegram, bot: Bot, menus: CommandMenus, group: Chat
) -> None:
    other = telegram.group("Other")
    await menus.make_discreet(bot, group.id)
    calls = len(telegram.calls)
    await menus.make_public(bot, group.id)
    assert {method for method, _ in telegram.calls[calls:]} == {"deleteMyCommands"}
    assert list(telegram.menu(ANA, other)) == list(MEMBER_COMMANDS)
