"""The chat in the terminal, played from its first line to its last."""

import re
from collections.abc import Callable, Iterator
from io import StringIO
from random import Random

import pytest
from rich.console import Console

from bot.answers import Answers
from bot.app import build_app
from bot.config import Config
from bot.offline import OfflineTelegram
from bot.store import IN_MEMORY, Store
from bot.terminal import Terminal, to_text
from content import Voice


class Screen:
    """A terminal of which a test types the lines and reads the page."""

    def __init__(self, answers: Answers, language: str = "es", *, is_terminal: bool = False) -> None:
        self.telegram = OfflineTelegram()
        self.page = StringIO()
        console = Console(file=self.page, width=100, force_terminal=is_terminal, color_system=None)
        config = Config()
        store = Store(IN_MEMORY, secret="")
        app = build_app(answers, store, config, request=self.telegram, random=Random(1))
        self.terminal = Terminal(app, store, self.telegram, console, language)

    def play(self, *lines: str) -> str:
        """Type lines; return what the last of them printed."""
        start = 0

        def keyboard() -> Iterator[str]:
            nonlocal start
            for line in lines:
                start = len(self.page.getvalue())
                yield line if not line.startswith("press ") else self.number_of(line.removeprefix("press "))

        self.terminal.run(keyboard())
        return self.page.getvalue()[start:]

    def number_of(self, label: str) -> str:
        """Return the number that stands last before a label."""
        *_, last = re.finditer(rf"^(\d+)\. {re.escape(label)}$", self.page.getvalue(), re.MULTILINE)
        return last[1]


@pytest.fixture
def screen(answers: Answers) -> Screen:
    return Screen(answers)


@pytest.fixture
def es(answers: Answers) -> Voice:
    return answers.knowledge.voices["es"]


@pytest.fixture
def title(answers: Answers) -> Callable[[str, str], str]:
    return answers.replies.title


LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
LEADS = "¿quién dirige AlSur?"


def test_it_begins_with_help_and_the_start_message(screen: Screen, es: Voice) -> None:
    page = screen.play("")
    printed = screen.page.getvalue()
    assert page == ""
    assert printed.startswith(
        "Write a question. A number presses the button with that number. Ctrl-D leaves.\n/as NAME"
    )
    assert f"/?                   these lines again\n{es.start}\n\n1. {next(iter(es.samples.values()))}\n2. " in printed


@pytest.mark.parametrize("language", ["en", "es", "pt", "xx"])
def test_it_speaks_the_language_of_the_terminal(answers: Answers, language: str) -> None:
    screen = Screen(answers, language)
    screen.play()
    voices = answers.knowledge.voices
    assert voices.get(language, voices["en"]).start in screen.page.getvalue()


@pytest.mark.parametrize(
    ("lines", "entry", "language"),
    [
        pytest.param([LEADS], "who_leads_alsur", "es", id="a question"),
        pytest.param([f"  {LEADS}  \n"], "who_leads_alsur", "es", id="with white space around"),
        pytest.param(["press ¿Me pueden espiar sin avisarme?"], "secret_interception", "es", id="a sample's number"),
        pytest.param([LEADS, "press Português"], "who_leads_alsur", "pt", id="the other language's number"),
        pytest.param(["/start a_cajar_ruling_en"], "cajar_ruling", "en", id="a link"),
        pytest.param(
            [LEADS, "/edit me pueden espiar sin avisar?"], "secret_interception", "es", id="an edited question"
        ),
        pytest.param(["/as Bia pt", "/start a_cajar_ruling_pt"], "cajar_ruling", "pt", id="somebody else"),
        pytest.param(["/group", f"/ask@offline_bot {LEADS}"], "who_leads_alsur", "es", id="a command in a group"),
        pytest.param(["/group", f"/reply {LEADS}"], "who_leads_alsur", "es", id="a reply in a group"),
        pytest.param(
            ["/group", f"/reply {LEADS}", "/edit me pueden espiar sin avisar?", "/reply em português?"],
            "secret_interception",
            "pt",
            id="a follow-up in a group",
        ),
        pytest.param(["/group", "/private", LEADS], "who_leads_alsur", "es", id="back in private"),
    ],
)
def test_a_line_is_answered(
    screen: Screen, title: Callable[[str, str], str], lines: list[str], entry: str, language: str
) -> None:
    assert screen.play(*lines).startswith(f"{title(entry, language)}\n\n")


def test_a_quotation_stands_behind_a_bar(screen: Screen, answers: Answers) -> None:
    entry = answers.knowledge.entries["who_leads_alsur"]
    page = screen.play(LEADS)
    assert entry.quotes[0].text in page
    assert len([line for line in page.splitlines() if line.startswith("┃ ")]) == 2


@pytest.mark.parametrize("line", ["99", "0", "007", "-1", "1.", "²", "٣", "1" * 4000])
def test_a_number_that_no_button_has_is_a_question(screen: Screen, line: str) -> None:
    screen.play(line)
    assert screen.telegram.sent[-2].plain == line
    assert screen.telegram.sent[-1].sender == screen.telegram.bot


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        pytest.param(["x" * 5000], "a person can send 1 to 4096 characters", id="a line too long to be sent"),
        pytest.param(["1" * 5000], "a person can send 1 to 4096 characters", id="a number too long to be sent"),
        pytest.param(
            ["/inline " + "x" * 257], "an inline query has at most 256 characters", id="an inline query too long"
        ),
        pytest.param(
            ["/group", "/reply " + "x" * 5000], "a person can send 1 to 4096 characters", id="a reply too long"
        ),
        pytest.param(["/reply"], "There is no message of the bot here to reply to.", id="a reply of nothing"),
        pytest.param(["/edit"], "There is no message of yours to edit.", id="an edit to nothing"),
        pytest.param(
            ["/as Bia", "/edit hola"], "There is no message of yours to edit.", id="an edit of another's message"
        ),
        pytest.param(
            ["/as Bia", "/reply hola"],
            "There is no message of the bot here to reply to.",
            id="a reply where the bot said nothing",
        ),
        pytest.param(["/group", "hola a todos"], "(Telegram does not deliver this to the bot)", id="talk in a group"),
        pytest.param(
            ["/group", "/ask@other_bot hola"], "(Telegram does not deliver this to the bot)", id="another bot's command"
        ),
    ],
)
def test_what_cannot_be_done_is_noted_and_the_chat_goes_on(
    screen: Screen, title: Callable[[str, str], str], lines: list[str], note: str
) -> None:
    assert screen.play(*lines) == f"{note}\n"
    assert screen.play("/private", LEADS).startswith(title("who_leads_alsur", "es"))


def test_help_can_be_read_again(screen: Screen) -> None:
    page = screen.play("/?")
    assert page.startswith("Write a question.")
    assert screen.page.getvalue().startswith(page)


def test_copy_shows_what_is_copied(screen: Screen, answers: Answers, es: Voice) -> None:
    quote = answers.knowledge.entries["who_leads_alsur"].quotes[0].text
    assert screen.play(LEADS, f"press {es.buttons.copy_quote}") == f"copied: {quote}\n"


def test_share_opens_the_inline_results(screen: Screen, title: Callable[[str, str], str], es: Voice) -> None:
    assert f"  · {title('who_leads_alsur', 'es')}\n" in screen.play(LEADS, f"press {es.buttons.share}")


def test_a_link_is_shown(screen: Screen, es: Voice) -> None:
    lines = ["/group", f"/ask@offline_bot {LEADS}", f"press {es.buttons.private_chat}"]
    assert screen.play(*lines) == "opens https://t.me/offline_bot?start=a_who_leads_alsur_es\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("", "topics", id="no words"),
        pytest.param(LEADS, "who_leads_alsur", id="words"),
    ],
)
def test_inline_lists_what_is_found(screen: Screen, answers: Answers, es: Voice, words: str, expected: str) -> None:
    titles = list(es.topics.values()) if expected == "topics" else [answers.replies.title(expected, "es")]
    page = screen.play(f"/inline {words}")
    assert [f"  · {name}" for name in titles] == page.splitlines()[: len(titles)]


def test_numbers_press_the_buttons_of_the_chat_one_is_in(screen: Screen, title: Callable[[str, str], str]) -> None:
    page = screen.play("/group Vecinos", f"/ask@offline_bot {LEADS}", "/private", "2")
    assert page.startswith(title("secret_interception", "es"))


@pytest.mark.parametrize(
    ("lines", "prompt"),
    [
        pytest.param([], "You> ", id="at first"),
        pytest.param(["/as Ana es"], "Ana> ", id="as somebody"),
        pytest.param(["/as Ana es", "/as"], "You> ", id="as oneself again"),
        pytest.param(["/as Ana es", "/as Bia", "/as ANA"], "Ana> ", id="as somebody again"),
        pytest.param(["/group"], "You in Group> ", id="in a group"),
        pytest.param(["/group Vecinos", "/as Ana"], "Ana in Vecinos> ", id="as somebody in a group"),
        pytest.param(["/group Vecinos", "/group Otros", "/group Vecinos"], "You in Vecinos> ", id="in the first group"),
        pytest.param(["/group [bold]", "/private"], "You> ", id="in private again"),
        pytest.param(["/channel Noticias"], "You> ", id="in private, where one publishes"),
        pytest.param(["/group Vecinos", "/channel Noticias"], "You> ", id="in private after a group"),
    ],
)
def test_the_prompt_says_who_speaks_where(screen: Screen, lines: list[str], prompt: str) -> None:
    screen.play(*lines)
    assert screen.terminal.prompt == prompt


def test_a_group_is_made_once(screen: Screen, es: Voice) -> None:
    added = f"{es.added.format(bot='offline_bot')}\n\n{es.sees_addressed}"
    assert screen.play("/group Vecinos") == f"{added}\n\n"
    assert screen.play("/private", "/group Vecinos") == ""


# Channels


PUBLISH = ["/channel Noticias", "/publish"]
NOTICIAS = "\u2068Noticias\u2069"
"""The channel's name as the bot writes it: isolated from the writing around it."""


def test_a_channel_is_made_once(screen: Screen) -> None:
    assert screen.play("/channel Noticias") == "Noticias is there, and the bot may post in it: /publish\n"
    assert screen.play("/channel Noticias") == "Noticias is there already.\n"
    assert [chat.title for chat in screen.telegram.chats.values() if chat.type == "channel"] == ["Noticias"]


@LANGUAGES
def test_a_post_is_seen_in_the_channel_and_reported_in_private(answers: Answers, language: str) -> None:
    screen, voice = Screen(answers, language), answers.knowledge.voices[language]
    title, topic = (
        answers.replies.title("who_leads_alsur", language),
        answers.knowledge.entries["who_leads_alsur"].topic,
    )
    labels = [voice.publish.pick, voice.topics[topic], title, voice.publish.post]
    page = screen.play(*PUBLISH, "1", *(f"press {label}" for label in labels))
    post, _, report = page.partition(f"\n{voice.publish.posted.format(channel=NOTICIAS)}\n\n1. {NOTICIAS}\n2. ")
    assert post.startswith(f"(in Noticias)\n{title}\n\n")
    assert f"\n\n{voice.buttons.private_chat}\n" in post
    assert report == f"{voice.settings.back}\n\n"


@LANGUAGES
def test_a_channel_is_chosen_by_number(answers: Answers, language: str) -> None:
    screen, lines = Screen(answers, language), answers.knowledge.voices[language].publish
    page = screen.play("/channel Uno", "/channel Dos", "/publish")
    assert page.endswith(f"\n\n1. {lines.choose_button}: Uno\n2. {lines.choose_button}: Dos\n\n")
    page = screen.play("/publish", "2")
    assert page.startswith(lines.menu.format(channel="\u2068Dos\u2069"))


@pytest.mark.parametrize(
    ("lines", "choices"),
    [
        pytest.param(["/publish"], [""], id="none"),
        pytest.param(["/group Vecinos", "/private", "/publish"], [""], id="a group is no channel"),
        pytest.param(["/channel Ajeno", "/as Ana es", "/publish"], [""], id="another's channel"),
        pytest.param(["/as Ana es", "/channel Suyo", "/as Ana es", "/publish"], [": Suyo"], id="one's own"),
        pytest.param([*PUBLISH, "1", "/publish"], [": Noticias"], id="one that was chosen before"),
        pytest.param([*PUBLISH, "/about"], [": Noticias"], id="the keyboard waits until it is used"),
        pytest.param([*PUBLISH, "1", "/about"], [], id="and is put away then"),
    ],
)
def test_which_channels_can_be_chosen(screen: Screen, es: Voice, lines: list[str], choices: list[str]) -> None:
    page = screen.play(*lines)
    shown = [line for line in page.splitlines() if re.match(r"\d+\. ", line)]
    assert shown == [f"{number}. {es.publish.choose_button}{choice}" for number, choice in enumerate(choices, 1)]


def test_without_a_channel_there_is_nothing_to_choose_from_until_one_is_made(screen: Screen, es: Voice) -> None:
    assert screen.play("/publish", "1") == "You have nothing to choose from: make a channel with /channel.\n"
    assert screen.play("/publish", "/channel Noticias", "1").startswith(es.publish.menu.format(channel=NOTICIAS))


# What buttons do


@LANGUAGES
def test_the_notice_of_a_pressed_button_is_shown(answers: Answers, language: str) -> None:
    voice = answers.knowledge.voices[language]
    page = Screen(answers, language).play(f"/start a_who_leads_alsur_{language}", f"press {voice.buttons.helpful}")
    assert page.startswith(f"{voice.rated}\n{answers.replies.title('who_leads_alsur', language)}\n")
    assert voice.buttons.helpful not in page


def test_a_button_without_a_notice_shows_its_message_alone(screen: Screen, title: Callable[[str, str], str]) -> None:
    assert screen.play(LEADS, "press English").startswith(f"{title('who_leads_alsur', 'en')}\n\n")


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        pytest.param([], "(the bot deleted its message)", id="it is said"),
        pytest.param(["1"], "(Telegram does not deliver this to the bot)", id="its buttons cannot be pressed"),
        pytest.param(["/reply hola"], "There is no message of the bot here to reply to.", id="nor can one reply to it"),
    ],
)
def test_what_the_bot_deletes_is_gone(screen: Screen, es: Voice, lines: list[str], note: str) -> None:
    asked = ["/group", f"/ask@offline_bot {LEADS}", f"press {es.buttons.remove}"]
    assert screen.play(*asked, *lines) == f"{note}\n"


def test_somebody_changes_language_and_stays_the_same_person(screen: Screen, answers: Answers) -> None:
    page = screen.play("/as Ana es", "2024", "/as Ana pt", "/start")
    assert page.startswith(answers.knowledge.voices["pt"].start)
    assert {sent.chat.id for sent in screen.telegram.sent} == {1001, 1002}


def test_nothing_is_logged_in_a_whole_chat(
    screen: Screen, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = ["/topics", "1", "/quote", "/sources", "/language", "1", "/privacy", "/about", "/help", "/forget"]
    screen.play(*commands, "periodistas", "1", "más", "¿fuente?", "xqzv wkrj", "1", "/nonsense", "gracias")
    assert caplog.records == []
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_frames_and_says_what_was_edited(answers: Answers) -> None:
    screen = Screen(answers, is_terminal=True)
    asked = screen.play(LEADS)
    edited = screen.play(LEADS, "/edit me pueden espiar sin avisar?")
    assert asked.startswith("╭───")
    assert edited.startswith("╭─ edited ───")
    assert max(map(len, edited.splitlines())) <= 90


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("plain", "plain", id="plain text"),
        pytest.param("<b>bold</b> and <i>italic</i>", "bold and italic", id="styles"),
        pytest.param("&lt;b&gt; &amp; &quot;", '<b> & "', id="escaped signs"),
        pytest.param('<a href="https://a.b">here</a>', "here", id="a link"),
        pytest.param("<blockquote>one\ntwo</blockquote>\nthree", "┃ one\n┃ two\nthree", id="a quotation"),
        pytest.param("<blockquote expandable>one</blockquote>", "┃ one", id="a folded quotation"),
        pytest.param("[bold]no markup of rich[/bold]", "[bold]no markup of rich[/bold]", id="square brackets"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_to_text(html: str, text: str) -> None:
    assert to_text(html).plain == text


@pytest.mark.parametrize(
    ("html", "style"),
    [
        pytest.param("<b>x</b>", "bold", id="bold"),
        pytest.param("<i>x</i>", "italic dim", id="italics"),
        pytest.param('<a href="https://a.b">x</a>', "underline", id="a link"),
        pytest.param("<b><i>x</i></b>", "bold italic dim", id="both"),
    ],
)
def test_to_text_keeps_styles(html: str, style: str) -> None:
    assert [span.style for span in to_text(html).spans] == [style]
