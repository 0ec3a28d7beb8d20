"""The panels of the settings keep to Telegram's limits, whatever is set; each button's data can be read again."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.chat_ids import number_of
from bot.markup import plain
from bot.panels import CURRENT, SETTING, Panels, State, clock_time
from bot.preferences import Settings, Speak
from bot.replies import Button, Reply
from bot.store import Subscription
from bot.timetable import ZONE_LIMIT
from content import MESSAGE_LIMIT, Community, Knowledge, utf16_units

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
CHAT = -1009999999999999
"""As long as the ids of chats get."""
LONGEST = "America/Argentina/ComodRivadavia"
FULL = State(
    CHAT,
    Settings(
        "pt", Speak.QUESTIONS, frozenset(range(1, 1000)), 1000, 168, welcome=True, join_rules=True, ephemeral=True
    ),
    Subscription(CHAT, "en", LONGEST, 1439, weekday=2, thread=9, posts=999, last=None, paused=True),
    waiting=99999,
    is_forum=True,
    topic=2**31,
    ephemeral=True,
)
CHANNEL = replace(FULL, is_channel=True)
PLAIN = State(CHAT)


@pytest.fixture(scope="module")
def panels(knowledge: Knowledge) -> Panels:
    """The panels of a knowledge whose time zones have the longest names."""
    return Panels(replace(knowledge, community=Community((LONGEST,) * 24)))


def every(panels: Panels, state: State, language: str) -> Iterator[Reply]:
    yield panels.overview(state, language)
    yield panels.zones(state, language)
    for name in panels.names(state, language):
        yield panels.setting(name, state, language)


def buttons(reply: Reply) -> list[Button]:
    return [button for row in reply.rows for button in row]


@LANGUAGES
@pytest.mark.parametrize(
    "state", [pytest.param(FULL, id="full"), pytest.param(CHANNEL, id="channel"), pytest.param(PLAIN, id="plain")]
)
def test_every_panel_keeps_to_the_limits(panels: Panels, language: str, state: State) -> None:
    for reply in every(panels, state, language):
        assert 0 < utf16_units(plain(reply.text)) <= MESSAGE_LIMIT
        assert max(map(len, reply.rows)) <= 8
        assert len(buttons(reply)) <= 100
        assert all(button.text and len(button.data.encode()) <= 64 for button in buttons(reply))


def test_the_longest_zone_is_the_longest_there_is() -> None:
    assert len(LONGEST) == ZONE_LIMIT


@LANGUAGES
def test_every_button_can_be_read_again(panels: Panels, language: str) -> None:
    for reply in every(panels, FULL, language):
        assert all(re.fullmatch(SETTING, button.data) for button in buttons(reply))


@LANGUAGES
def test_one_value_is_marked_in_every_list(panels: Panels, language: str) -> None:
    chosen = replace(FULL, settings=replace(FULL.settings, budget=20, repeat_hours=6, topics=frozenset()))
    for name in ("language", "speak", "topics", "budget", "repeat", "ephemeral", "welcome", "join"):
        marked = [button for button in buttons(panels.setting(name, chosen, language)) if CURRENT in button.text]
        assert len(marked) == 1


@LANGUAGES
def test_a_number_of_ones_own_is_told_though_no_button_has_it(panels: Panels, language: str) -> None:
    reply = panels.setting("budget", replace(PLAIN, settings=Settings(budget=777)), language)
    assert "777" in plain(reply.text)
    assert not any(CURRENT in button.text for button in buttons(reply))


@LANGUAGES
def test_a_paused_schedule_is_told(panels: Panels, knowledge: Knowledge, language: str) -> None:
    lines = knowledge.voices[language].settings
    told = lines.every_week.format(weekday=lines.weekdays[2], time="23:59", zone=LONGEST)
    assert lines.paused.format(value=told) in plain(panels.overview(FULL, language).text)


@LANGUAGES
def test_a_schedule_that_is_off_has_no_times(panels: Panels, language: str) -> None:
    assert not [button for button in buttons(panels.setting("quotes", PLAIN, language)) if ":time:" in button.data]


@LANGUAGES
def test_a_channel_has_a_schedule_only_and_the_way_back_to_its_posts(panels: Panels, language: str) -> None:
    assert list(panels.names(CHANNEL, language)) == ["quotes"]
    assert (
        buttons(panels.setting("quotes", CHANNEL, language))[-1].data == f"channel:{language}:{number_of(CHANNEL.chat)}"
    )


@pytest.mark.parametrize(("minute", "expected"), [(0, "00:00"), (61, "01:01"), (1439, "23:59")])
def test_times_are_written_as_on_clocks(minute: int, expected: str) -> None:
    assert clock_time(minute) == expected
