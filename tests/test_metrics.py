"""The bot's numbers: each counts what it says, and none of them tells anything of anybody."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from prometheus_client import generate_latest
from telegram.error import Forbidden, NetworkError, RetryAfter

from bot import __version__
from bot.answers import Answers
from bot.app import build_app
from bot.config import Config
from bot.intake.polling import ALLOWED
from bot.metrics import CallKind, Metrics, UpdateKind, kind_of, kind_of_call
from bot.offline import BOT, JsonObject, OfflineTelegram, Person
from bot.outage import Outage
from bot.reload import ContentWatch
from bot.replies import Finding, Replies
from bot.routine import Routine
from bot.sessions import Sessions
from bot.store import Store
from content import ContentError, Knowledge, Problem, load
from intents import Outcome
from tests.conversation import ANA, PEOPLE, Conversation
from tests.scripted import Scripted, doubtful, sure
from tests.test_errors import Broken

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
LIBRARY = Path(__file__).parent / "library"
OUTCOMES: dict[str, Outcome] = {
    f"{name} {language}": outcome
    for language in ("en", "es", "pt")
    for name, outcome in dict[str, Outcome](
        {
            "answer": sure("secret_interception", 97.0, language),
            "smalltalk": sure("thanks", 80.0, language),
            "limit": sure("ratification_today", 95.0, language),
            "clarify": doubtful("who_leads_alsur", "what_is_alsur", language=language),
        }
    ).items()
}


@pytest.fixture
def metrics() -> Metrics:
    """The numbers of a bot to which nothing has happened."""
    return Metrics()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def counted(metrics: Metrics, name: str) -> dict[tuple[str, ...], float]:
    """Return what a counter has counted, by its labels' values, as far as it is not 0."""
    samples = [sample for family in metrics.registry.collect() for sample in family.samples if sample.name == name]
    return {tuple(sample.labels.values()): sample.value for sample in samples if sample.value}


async def counting(
    engine: Scripted, knowledge: Knowledge, telegram: OfflineTelegram, store: Store, metrics: Metrics
) -> AsyncIterator[Conversation]:
    answers, sessions = Answers(knowledge, engine, Replies(knowledge, "0")), Sessions()
    app = build_app(answers, store, Config(), telegram, sessions=sessions, metrics=metrics, clock=telegram.now)
    async with app:
        yield Conversation(knowledge, app, telegram, store, sessions)


@pytest.fixture
async def talk(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store, metrics: Metrics
) -> AsyncIterator[Conversation]:
    """A conversation that is counted, with a scripted engine."""
    async for talk in counting(Scripted(OUTCOMES), knowledge, telegram, sqlite_store, metrics):
        yield talk


@pytest.fixture
async def broken(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store, metrics: Metrics
) -> AsyncIterator[Conversation]:
    """A conversation that is counted, in which every question fails."""
    async for talk in counting(Broken({}), knowledge, telegram, sqlite_store, metrics):
        yield talk


# Kinds


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        pytest.param({"update_id": 1, "message": {}}, "message", id="a message"),
        pytest.param({"update_id": 1, "callback_query": {"message": {}}}, "callback_query", id="a press"),
        pytest.param({"update_id": 1, "poll": {}}, "other", id="what was not asked for"),
        pytest.param({"update_id": 1, "my secret": {}}, "other", id="what nobody knows"),
        pytest.param({}, "other", id="nothing"),
    ],
)
def test_the_kind_of_an_update(update: JsonObject, kind: UpdateKind) -> None:
    assert kind_of(update) == kind


def test_all_kinds_that_the_bot_asks_for_are_told_apart() -> None:
    assert {kind_of({kind: {}}) for kind in ALLOWED} == set(get_args(UpdateKind)) - {"other"}


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        ("sendMessage", "send"),
        ("copyMessage", "copy"),
        ("forwardMessage", "forward"),
        ("editMessageText", "edit"),
        ("answerInlineQuery", "answer"),
        ("getChatMember", "other"),
        ("deleteMessage", "other"),
    ],
)
def test_the_kind_of_a_call(endpoint: str, kind: CallKind) -> None:
    assert kind_of_call(endpoint) == kind


# What is counted


@pytest.mark.parametrize("outcome", ["set_aside", "unreadable", "timed_out"])
def test_what_is_to_alarm_is_0_before_it_happens_first(metrics: Metrics, outcome: str) -> None:
    assert value(metrics, "bot_updates_total", kind="message", outcome=outcome) == 0


def test_an_update_is_counted_by_kind_and_outcome(metrics: Metrics) -> None:
    metrics.updated("message", "handled", 0.2)
    metrics.updated("message", "repeated")
    assert counted(metrics, "bot_updates_total") == {("message", "handled"): 1, ("message", "repeated"): 1}


def test_only_what_handlers_were_at_has_a_time(metrics: Metrics) -> None:
    metrics.updated("message", "handled", 0.2)
    metrics.updated("message", "repeated")
    assert value(metrics, "bot_update_seconds_sum", kind="message") == 0.2
    assert value(metrics, "bot_update_seconds_count", kind="message") == 1


@pytest.mark.parametrize("gauge", ["updates_waiting", "updates_in_hand", "messages_unsent"])
def test_what_waits_is_counted_while_it_does_also_if_it_fails(metrics: Metrics, gauge: str) -> None:
    counter = {
        "updates_waiting": metrics.waiting,
        "updates_in_hand": metrics.in_hand,
        "messages_unsent": metrics.sending,
    }
    with pytest.raises(ValueError, match="1"), counter[gauge]():
        raise ValueError(value(metrics, f"bot_{gauge}"))
    assert value(metrics, f"bot_{gauge}") == 0


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")  # of the seconds in RetryAfter
@pytest.mark.parametrize(
    ("error", "outcomes"),
    [
        pytest.param(lambda: RetryAfter(3), {("send", "refused"): 1.0}, id="come later"),
        pytest.param(lambda: Forbidden("blocked"), {("send", "failed"): 1.0}, id="refused for good"),
        pytest.param(lambda: NetworkError("lost"), {("send", "failed"): 1.0}, id="lost"),
        pytest.param(asyncio.CancelledError, {}, id="broken off: nobody knows"),
    ],
)
def test_a_call_that_failed_is_counted(
    metrics: Metrics, error: Callable[[], BaseException], outcomes: dict[tuple[str, ...], float]
) -> None:
    failure = error()
    with pytest.raises(type(failure)), metrics.calling("send"):
        raise failure
    assert counted(metrics, "bot_calls_total") == outcomes


def test_a_score_is_counted_in_its_range(metrics: Metrics) -> None:
    metrics.answered(Finding("answer", "es", 93.5), "private")
    scores = {bound: value(metrics, "bot_match_score_bucket", outcome="answer", le=bound) for bound in ("90.0", "95.0")}
    assert scores == {"90.0": 0, "95.0": 1}


def test_figures_of_others_are_looked_up_whenever_somebody_looks(metrics: Metrics) -> None:
    heard_at, failing = [1.0], [False]
    metrics.look_at(lambda: heard_at[0], lambda: failing[0])
    heard_at[0], failing[0] = 1700000000.0, True
    assert value(metrics, "bot_heard_timestamp_seconds") == 1700000000
    assert value(metrics, "bot_database_failing") == 1


# Questions


@LANGUAGES
@pytest.mark.parametrize("outcome", ["answer", "smalltalk", "limit", "clarify", "unknown"])
async def test_a_question_in_private_is_counted_by_what_it_was(
    talk: Conversation, metrics: Metrics, outcome: str, language: str
) -> None:
    await talk.say(PEOPLE[language], f"{outcome} {language}")
    assert counted(metrics, "bot_questions_total") == {(outcome, language, "private"): 1}


@LANGUAGES
async def test_a_question_in_a_group_is_counted(talk: Conversation, metrics: Metrics, language: str) -> None:
    group = talk.telegram.group("G")
    await talk.say(PEOPLE[language], f"/ask@{BOT.username} answer {language}", group)
    assert counted(metrics, "bot_questions_total") == {("answer", language, "group"): 1}


@LANGUAGES
async def test_a_question_whose_answer_stands_already_is_counted_too(
    talk: Conversation, metrics: Metrics, language: str
) -> None:
    group = talk.telegram.group("G")
    for _ in range(2):
        await talk.say(PEOPLE[language], f"/ask@{BOT.username} answer {language}", group)
    assert counted(metrics, "bot_questions_total") == {("answer", language, "group"): 2}


async def test_what_members_say_to_each_other_is_not_counted(talk: Conversation, metrics: Metrics) -> None:
    group = talk.telegram.group("G", bot_is_admin=True)
    await talk.say(ANA, "hasta mañana", group)
    assert counted(metrics, "bot_questions_total") == {}


@LANGUAGES
@pytest.mark.parametrize("outcome", ["answer", "clarify", "unknown"])
async def test_a_guest_question_is_counted(talk: Conversation, metrics: Metrics, outcome: str, language: str) -> None:
    await talk.hear(talk.telegram.asks_as_guest(PEOPLE[language], "Elsewhere", f"{outcome} {language}"))
    assert counted(metrics, "bot_questions_total") == {(outcome, language, "guest"): 1}


@LANGUAGES
async def test_an_inline_query_is_counted(talk: Conversation, metrics: Metrics, language: str) -> None:
    await talk.hear(talk.telegram.asks_inline(PEOPLE[language], f"clarify {language}"))
    assert counted(metrics, "bot_questions_total") == {("clarify", language, "inline"): 1}


async def test_an_inline_query_without_words_is_no_question(talk: Conversation, metrics: Metrics) -> None:
    await talk.hear(talk.telegram.asks_inline(ANA, ""))
    assert counted(metrics, "bot_questions_total") == {}


async def test_a_language_that_nobody_here_speaks_makes_no_label(talk: Conversation, metrics: Metrics) -> None:
    await talk.say(Person(9, "X", "tlh-evil"), "qapla'")
    assert {language for _, language, _ in counted(metrics, "bot_questions_total")} <= {"en", "es", "pt"}


# Errors


async def test_a_defect_is_counted(broken: Conversation, metrics: Metrics) -> None:
    await broken.say(ANA, "¿quién?")
    assert counted(metrics, "bot_errors_total") == {("defect",): 1}


@pytest.mark.parametrize(
    ("description", "code", "kind"),
    [
        pytest.param("Bad Request: message text is empty", 400, "telegram", id="a call that Telegram refuses"),
        pytest.param("Bad Gateway", 502, "network", id="a Telegram that is not well"),
    ],
)
async def test_what_fails_at_telegram_is_counted(
    talk: Conversation, metrics: Metrics, description: str, code: int, kind: str
) -> None:
    talk.telegram.fail_next("sendMessage", description, code)
    await talk.say(ANA, "answer es")
    assert counted(metrics, "bot_errors_total") == {(kind,): 1}


# What happens unasked


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        pytest.param(None, "posted", id="posted"),
        pytest.param(("Forbidden: bot is not a member", 403), "paused", id="the bot may not write there"),
        pytest.param(("Internal Server Error", 500), "left_out", id="Telegram is not well"),
    ],
)
async def test_a_scheduled_post_is_counted(
    talk: Conversation, metrics: Metrics, refusal: tuple[str, int] | None, outcome: str
) -> None:
    answers = Answers(talk.knowledge, Scripted({}), Replies(talk.knowledge, "0"))
    routine = Routine(answers, Sessions(), talk.store, talk.telegram.now, Outage(), metrics)
    channel, now = talk.telegram.channel("C"), datetime(2026, 3, 2, 14, tzinfo=UTC)
    await talk.store.subscriptions.subscribe(
        channel.id, language="es", zone="UTC", minute=14 * 60, weekday=None, thread=None
    )
    talk.telegram.clock.pass_time(now - talk.telegram.now())
    if refusal:
        talk.telegram.fail_next("sendMessage", *refusal)
    await routine.tick(talk.app.bot)
    assert counted(metrics, "bot_scheduled_posts_total") == {(outcome,): 1}


def test_the_program_and_its_content_are_told(metrics: Metrics) -> None:
    metrics.answers_from("1.2.3", "abc")
    assert counted(metrics, "bot_content_info") == {("1.2.3", "abc"): 1}


async def test_the_bot_tells_what_it_answers_from(talk: Conversation, metrics: Metrics) -> None:
    assert counted(metrics, "bot_content_info") == {(__version__, talk.knowledge.stamp): 1}


@pytest.mark.parametrize("outcome", ["renewed", "refused"])
async def test_a_change_of_the_content_is_counted(knowledge: Knowledge, metrics: Metrics, outcome: str) -> None:
    async def learn(_: Path) -> Answers:
        if outcome == "refused":
            raise ContentError([Problem(LIBRARY, 1, "bad")])
        return Answers(library, Scripted({}), Replies(library, "0"))

    async def told(*_: object) -> None: ...

    library, before = load(LIBRARY), Answers(knowledge, Scripted({}), Replies(knowledge, "0"))
    watch = ContentWatch(before, LIBRARY, told, told, learn=learn, metrics=metrics)
    for _ in range(2):
        await watch.look()
    assert counted(metrics, "bot_content_reloads_total") == {(outcome,): 1}


# Privacy


async def test_nobody_is_found_in_the_numbers(broken: Conversation, metrics: Metrics) -> None:
    zoe, words = Person(987654321, "Zoraida", "es", username="zoraida_q"), "secretísimo"
    group = broken.telegram.group("Quebracho")
    await broken.say(zoe, words)
    await broken.say(zoe, f"/ask@{BOT.username} {words}", group)
    await broken.hear(broken.telegram.asks_inline(zoe, words))
    told = generate_latest(metrics.registry).decode()
    assert 'bot_errors_total{kind="defect"} 3.0' in told
    assert [
        secret for secret in ("987654321", "Zoraida", "zoraida_q", words, "Quebracho", str(group.id)) if secret in told
    ] == []
