"""The file of groups, channels and time zones: what is read from it, and what its editors are told is wrong."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from content import PACKAGED, ChatKind, Community, ContentError, Knowledge, load
from content.__main__ import main

LIBRARY = Path(__file__).parent / "library"
FILE = "community.yaml"
READERS = """\
- link: https://t.me/town_readers
  kind: group
  languages: [en, es]
  en: {name: Readers, description: Talk about books.}
  es: {name: Lectores, description: Hablar de libros.}
"""
NEWS = """\
- link: https://t.me/+AbCdEfGhIjKlMnOp
  kind: channel
  languages: [es]
  en: {name: News, description: What is new.}
  es: {name: Novedades, description: Lo nuevo.}
"""
TWO = f"time_zones: [America/Bogota, UTC]\nchats:\n{READERS}{NEWS}"
NO_CHAT = "must be a link to a group or channel, like https://t.me/name or https://t.me/+AbCdEfGhIjKlMnOp"
ZONES_24 = ", ".join(f"Etc/GMT{hour:+}" for hour in range(-12, 12))
NO_ZONE = "is no time zone: write an IANA name like Area/City, or UTC"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A valid content folder of another organisation, without this file; paths of problems begin there."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(LIBRARY, tmp_path, dirs_exist_ok=True))


def community(folder: Path, text: str) -> Community:
    (folder / FILE).write_text(text, "utf-8")
    return load(folder).community


def problems(folder: Path, text: str) -> list[str]:
    try:
        community(folder, text)
    except ContentError as error:
        return str(error).splitlines()
    return []


def change(old: str, new: str) -> str:
    assert TWO.count(old) == 1, f"{old!r} must stand once"
    return TWO.replace(old, new)


# what is read


def test_without_the_file_there_is_one_zone_and_no_chat(folder: Path) -> None:
    assert load(folder).community == Community(("UTC",), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("chats: []", Community(("UTC",), ()), id="no zones"),
        pytest.param(
            "time_zones: [America/Lima, Asia/Tokyo]", Community(("America/Lima", "Asia/Tokyo")), id="no chats"
        ),
    ],
)
def test_either_part_may_be_left_out(folder: Path, text: str, expected: Community) -> None:
    assert community(folder, text) == expected


def test_chats_are_read_in_the_order_of_the_file(folder: Path) -> None:
    readers, news = community(folder, TWO).chats
    assert (readers.link, readers.kind, readers.languages) == (
        "https://t.me/town_readers",
        ChatKind.GROUP,
        ("en", "es"),
    )
    assert (news.link, news.kind, news.languages) == ("https://t.me/+AbCdEfGhIjKlMnOp", ChatKind.CHANNEL, ("es",))
    assert {language: text.name for language, text in news.texts.items()} == {"en": "News", "es": "Novedades"}
    assert readers.texts["es"].description == "Hablar de libros."


def test_the_file_is_part_of_the_edition(folder: Path) -> None:
    without = load(folder).digest
    (folder / FILE).write_text(TWO, "utf-8")
    with_two = load(folder).digest
    (folder / FILE).write_text(change("Talk about books", "Talk about all books"), "utf-8")
    assert len({without, with_two, load(folder).digest}) == 3


def test_the_packaged_file_offers_zones_and_lists_no_chat(knowledge: Knowledge) -> None:
    assert knowledge.community.chats == ()
    assert {"America/Bogota", "America/Mexico_City", "America/Sao_Paulo"} < set(knowledge.community.time_zones)
    assert [name for name in knowledge.community.time_zones if ZoneInfo(name).key != name] == []


def test_the_example_in_the_packaged_file_is_right_once_its_signs_are_gone(folder: Path) -> None:
    text = (PACKAGED / FILE).read_text("utf-8")
    example = text[text.index("# chats:") : text.index("chats: []")].replace("# ", "")
    spanish = example.replace("[es, pt]", "[es]")
    assert [chat.kind for chat in community(folder, spanish[: spanish.index("    pt:")]).chats] == [ChatKind.GROUP]


# what is wrong


def test_two_chats_and_two_zones_are_no_problem(folder: Path) -> None:
    assert problems(folder, TWO) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("time_zones", "timezones", ["1: unknown key `timezones`"], id="an unknown key"),
        pytest.param(
            "kind: group",
            "king: group",
            ["3: `chats 1 kind` is missing", "4: unknown key `chats 1 king`"],
            id="an unknown key in a chat",
        ),
        pytest.param(
            "{name: Readers,",
            "{nam: Readers,",
            ["6: `chats 1 en name` is missing", "6: unknown key `chats 1 en nam`"],
            id="an unknown key in a language",
        ),
        pytest.param(
            "  es: {name: Lectores, description: Hablar de libros.}\n",
            "",
            ["3: `chats 1`: the language es is missing"],
            id="a missing language",
        ),
        pytest.param(
            "  es: {name: Lectores",
            "  fr: {name: Lecteurs",
            [
                "3: `chats 1`: the language es is missing",
                "7: unknown key `chats 1 fr` (a language needs a file voice/fr.yaml)",
            ],
            id="an unknown language in place of one",
        ),
        pytest.param(
            "kind: group",
            "kind: group\n  kind: channel",
            ["5: the key `kind` stands twice (first on line 4)"],
            id="a repeated key",
        ),
        pytest.param(
            "kind: group", "kind: chat", ["4: `chats 1 kind` must be 'group' or 'channel'"], id="another kind"
        ),
        pytest.param("languages: [en, es]", "languages: en", ["5: `chats 1 languages` must be a list"], id="no list"),
        pytest.param(
            "languages: [en, es]",
            "languages: []",
            ["5: `chats 1 languages` is empty"],
            id="no language spoken",
        ),
        pytest.param(
            "languages: [en, es]",
            "languages: [en, fr]",
            ["5: `chats 1 languages 2`: the language fr needs a file voice/fr.yaml"],
            id="a language that the folder has not",
        ),
        pytest.param(
            "languages: [en, es]",
            "languages: [en, en]",
            ["5: `chats 1 languages 2` en stands twice"],
            id="a language twice",
        ),
        pytest.param("name: Readers", f"name: {'x' * 40}", [], id="a name of 40 characters"),
        pytest.param(
            "name: Readers",
            f"name: {'x' * 41}",
            ["6: `chats 1 en name` must have at most 40 characters"],
            id="a name of 41 characters",
        ),
        pytest.param("name: Readers", 'name: ""', ["6: `chats 1 en name` is empty"], id="an empty name"),
        pytest.param("Lo nuevo.", "é" * 160, [], id="a description of 160 characters"),
        pytest.param(
            "Lo nuevo.",
            "é" * 161,
            ["12: `chats 2 es description` must have at most 160 characters"],
            id="a description of 161 characters",
        ),
        pytest.param(
            "  en: {name: News, description: What is new.}",
            "  en: News",
            ["11: `chats 2 en` must be a mapping of keys to values"],
            id="a text in place of a language",
        ),
    ],
)
def test_keys_languages_and_lengths(folder: Path, old: str, new: str, expected: list[str]) -> None:
    assert problems(folder, change(old, new)) == [f"{FILE}:{line}" for line in expected]


@pytest.mark.parametrize(
    ("link", "valid"),
    [
        pytest.param("https://t.me/town_readers", True, id="a public name"),
        pytest.param("https://t.me/News2026", True, id="capitals and digits"),
        pytest.param("https://t.me/joinchatters", True, id="a name that begins like an old invite link"),
        pytest.param("https://t.me/+Ab-d_fGhIjKlMnOp", True, id="an invite link"),
        pytest.param("https://t.me/joinchat/AbCdEfGhIjKlMnOpQrStUv", True, id="an old invite link"),
        pytest.param("http://t.me/town_readers", False, id="without encryption"),
        pytest.param("t.me/town_readers", False, id="without a scheme"),
        pytest.param("'@town_readers'", False, id="a name alone"),
        pytest.param("tg://join?invite=AbCdEfGhIjKlMnOp", False, id="another scheme"),
        pytest.param("https://example.org/town_readers", False, id="another site"),
        pytest.param("https://t.me.example.org/town_readers", False, id="a site that begins like it"),
        pytest.param("https://t.me@example.org/town_readers", False, id="a site behind a name"),
        pytest.param("https://t_me/town_readers", False, id="no dot"),
        pytest.param("https://t.me/", False, id="no name"),
        pytest.param("https://t.me/joinchat", False, id="an invite link without its secret"),
        pytest.param("https://t.me/joinchat/", False, id="an invite link that ends too early"),
        pytest.param("https://t.me/+", False, id="a plus alone"),
        pytest.param("https://t.me/+573001234567890", False, id="a telephone number"),
        pytest.param("https://t.me/town_readers/12", False, id="a message"),
        pytest.param("https://t.me/c/1234567890/12", False, id="a message of a private chat"),
        pytest.param("https://t.me/share/url?url=x", False, id="a page to share"),
        pytest.param("https://t.me/town_readers?start=x", False, id="a parameter"),
        pytest.param("https://t.me/lectores_ñandú", False, id="letters that names have not"),
        pytest.param("https://t.me/2readers", False, id="a digit first"),
        pytest.param("https://t.me/abc", False, id="three letters"),
        pytest.param(f"https://t.me/{'a' * 33}", False, id="33 letters"),
        pytest.param("https://t.me/town readers", False, id="a space"),
        pytest.param('""', False, id="nothing"),
    ],
)
def test_links(folder: Path, link: str, valid: bool) -> None:
    expected = [] if valid else [f"{FILE}:3: `chats 1 link` {NO_CHAT}"]
    assert problems(folder, change("https://t.me/town_readers", link)) == expected


@pytest.mark.parametrize(
    ("first", "second", "doubled"),
    [
        pytest.param("https://t.me/town_readers", "https://t.me/town_readers", True, id="the same"),
        pytest.param("https://t.me/town_readers", "https://t.me/Town_Readers", True, id="the same name in capitals"),
        pytest.param(
            "https://t.me/+AbCdEfGhIjKlMnOp",
            "https://t.me/joinchat/AbCdEfGhIjKlMnOp",
            True,
            id="the same invite, old and new",
        ),
        pytest.param("https://t.me/town_readers", "https://t.me/town_reader", False, id="another name"),
        pytest.param(
            "https://t.me/+AbCdEfGhIjKlMnOp",
            "https://t.me/+abCdEfGhIjKlMnOp",
            False,
            id="another secret, whose capitals count",
        ),
        pytest.param("https://t.me/abcdefghijklmnop", "https://t.me/+abcdefghijklmnop", False, id="a name, an invite"),
    ],
)
def test_links_to_the_same_chat(folder: Path, first: str, second: str, doubled: bool) -> None:
    text = f"chats:\n{READERS}{NEWS.replace('https://t.me/+AbCdEfGhIjKlMnOp', second)}"
    problem = f"{FILE}:7: `chats 2 link` leads to the same chat as `chats 1 link`"
    assert problems(folder, text.replace("https://t.me/town_readers", first, 1)) == ([problem] if doubled else [])


@pytest.mark.parametrize(
    ("zones", "expected"),
    [
        pytest.param("[America/Argentina/Buenos_Aires]", [], id="three parts"),
        pytest.param("[America/Argentina/ComodRivadavia]", [], id="32 characters"),
        pytest.param("[America/Bogotá]", [f"`time_zones 1` America/Bogotá {NO_ZONE}"], id="an accent"),
        pytest.param("[america/bogota]", [f"`time_zones 1` america/bogota {NO_ZONE}"], id="small letters"),
        pytest.param("[UTC, Bogota]", [f"`time_zones 2` Bogota {NO_ZONE}"], id="a city alone"),
        pytest.param("[EST]", [f"`time_zones 1` EST {NO_ZONE}"], id="a name for old programs"),
        pytest.param("[localtime]", [f"`time_zones 1` localtime {NO_ZONE}"], id="the machine's own"),
        pytest.param("[../zone]", [f"`time_zones 1` ../zone {NO_ZONE}"], id="a way out"),
        pytest.param('["{x}"]', [f"`time_zones 1` {{x}} {NO_ZONE}"], id="braces"),
        pytest.param('[""]', ["`time_zones 1` is empty"], id="nothing"),
        pytest.param(f"[America/{'x' * 25}]", ["`time_zones 1` must have at most 32 characters"], id="33 characters"),
        pytest.param("[UTC, America/Lima, UTC]", ["`time_zones 3` UTC stands twice"], id="twice"),
        pytest.param("[]", ["`time_zones` is empty"], id="none"),
        pytest.param("America/Lima", ["`time_zones` must be a list"], id="no list"),
        pytest.param("[[UTC]]", ["`time_zones 1` must be text"], id="a list of lists"),
        pytest.param(f"[{ZONES_24}]", [], id="24 zones"),
        pytest.param(f"[{ZONES_24}, UTC]", ["`time_zones` has 25, but may have at most 24"], id="25 zones"),
    ],
)
def test_time_zones(folder: Path, zones: str, expected: list[str]) -> None:
    assert problems(folder, f"time_zones: {zones}") == [f"{FILE}:1: {text}" for text in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("chats:\n", ["1: `chats` must be a list"], id="nothing after the key"),
        pytest.param("chats: {}\n", ["1: `chats` must be a list"], id="a mapping"),
        pytest.param("chats: [x]\n", ["1: `chats 1` must be a mapping of keys to values"], id="a text for a chat"),
        pytest.param("# nothing\n", ["1: the file must be a mapping of keys to values"], id="a comment alone"),
        pytest.param("- x\n", ["1: the file must be a mapping of keys to values"], id="a list"),
        pytest.param(
            f"time_zones: [Macondo]\nchats:\n{NEWS.replace('[es]', '[fr]')}{READERS.replace('group', 'club')}",
            [
                f"1: `time_zones 1` Macondo {NO_ZONE}",
                "5: `chats 1 languages 1`: the language fr needs a file voice/fr.yaml",
                "9: `chats 2 kind` must be 'group' or 'channel'",
            ],
            id="several at once",
        ),
    ],
)
def test_files_that_are_refused(folder: Path, text: str, expected: list[str]) -> None:
    assert problems(folder, text) == [f"{FILE}:{line}" for line in expected]


def test_another_ending_is_not_passed_over_in_silence(folder: Path) -> None:
    (folder / "community.yml").write_text(TWO, "utf-8")
    assert problems(folder, TWO) == ["community.yml:1: this file is not read: its name must be community.yaml"]


def test_where_no_language_can_be_read_that_is_the_only_problem(folder: Path) -> None:
    shutil.rmtree(folder / "voice")
    assert problems(folder, TWO) == ["voice:1: no language: this folder needs a file like en.yaml"]


def test_a_folder_in_place_of_the_file(folder: Path) -> None:
    (folder / FILE).mkdir()
    with pytest.raises(ContentError, match=r"^community\.yaml:1: cannot be read: Is a directory$"):
        load(folder)


def chats_of(number: int, description: str) -> str:
    text = READERS.replace("Hablar de libros.", description)
    return "chats:\n" + "".join(text.replace("town_readers", f"readers_{index}") for index in range(number))


@pytest.mark.parametrize(
    ("number", "description", "fit"),
    [
        pytest.param(15, "x" * 151, True, id="fifteen with long descriptions"),
        pytest.param(15, "x" * 152, False, id="fifteen with descriptions one character longer"),
        pytest.param(8, "📚" * 160, True, id="eight of emoji, which count twice"),
        pytest.param(9, "📚" * 160, False, id="nine of emoji"),
    ],
)
def test_all_chats_fit_one_message(folder: Path, number: int, description: str, fit: bool) -> None:
    problem = f"{FILE}:1: the chats' names and descriptions in es do not fit one message of 4096 characters"
    assert problems(folder, chats_of(number, description)) == ([] if fit else [problem])


# the schema


def test_the_schema_beside_the_content_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "community"]) == 0
    assert capsys.readouterr().out == (PACKAGED / "community.schema.json").read_text("utf-8")


def test_editors_are_told_which_schema_is_whose() -> None:
    options: Mapping[str, Mapping[str, str]] = json.loads(
        (PACKAGED.parent / ".vscode/settings.json").read_text("utf-8")
    )
    assert options["yaml.schemas"]["content/community.schema.json"] == "content/community.yaml"
