"""What admins see: the settings of a chat, as text and buttons. Pure: nothing is sent or changed from here."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.chat_ids import number_of
from bot.markup import bold, escape, lines, paragraphs
from bot.preferences import Settings, Speak
from bot.replies import Button, Reply, Row
from bot.store import Subscription
from content import Knowledge, Setting, SettingsLines

SETTING = r"set:(-\d{1,16}):([a-z]{2,3})((?::[\w/+-]+)*)"
"""The data of every button of the settings: whose, the panel's language, the setting and its value."""
BUDGETS = (5, 10, 20, 30, 60)
"""Answers an hour to choose from; Telegram lets a bot send 20 messages a minute to a group."""
HOURS = (1, 6, 24)
"""Hours to choose from in which an answer is not given twice."""
POST_TIMES = tuple(hour * 60 for hour in (7, 9, 12, 15, 18, 20))
"""Minutes of the day to choose from for scheduled quotes; any other can be typed."""
CURRENT = "✓"


@dataclass(frozen=True)
class State:
    """All that the panels of a chat tell."""

    chat: int
    settings: Settings = field(default_factory=Settings)
    subscription: Subscription | None = None
    waiting: int = 0
    """Join requests that wait."""
    is_channel: bool = False
    """A channel has a schedule of quotes and no other settings."""
    is_forum: bool = False
    topic: int = 0
    """The forum topic in which the panel stands."""
    ephemeral: bool = False
    """Whether Telegram's server knows messages that one member sees."""


@dataclass(frozen=True)
class Option:
    """A value that a button sets."""

    label: str
    value: str
    current: bool = False


class Panels:
    """Writes the settings of a chat in any language of the knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def overview(self, state: State, language: str) -> Reply:
        """Write all settings, with a button for each."""
        voice = self._lines(language)
        names = self.names(state, language)
        shown = [
            escape(voice.shown.format(name=setting.name, value=self._value(name, state, language)))
            for name, setting in names.items()
            if name != "leave"
        ]
        buttons = [self._button(setting.name, state, language, name) for name, setting in names.items()]
        rows = [*_pairs(buttons), (self._button(voice.close, state, language, "close"),)]
        return Reply(paragraphs(bold(voice.heading), lines(*shown)), tuple(rows))

    def names(self, state: State, language: str) -> dict[str, Setting]:
        """Return what can be set in a chat, by its key, in the panel's order."""
        names = self._lines(language).names
        possible = {"topics": state.is_forum, "ephemeral": state.ephemeral}
        if state.is_channel:
            return {"quotes": names.quotes}
        return {name: getattr(names, name) for name in type(names).model_fields if possible.get(name, True)}

    def setting(self, name: str, state: State, language: str) -> Reply:
        """Write one setting: what it does, and its values to press."""
        voice = self._lines(language)
        setting = self.names(state, language)[name]
        now = voice.shown.format(name=setting.name, value=self._value(name, state, language))
        if name == "leave":
            yes = self._button(voice.leave_yes, state, language, "leave", "yes")
            return Reply(escape(voice.leave_question), ((yes,), self._back(state, language)))
        rows = self._quotes(state, language) if name == "quotes" else self._options(name, state, language)
        return Reply(
            paragraphs(bold(setting.name), escape(setting.meaning), escape(now)), (*rows, self._back(state, language))
        )

    def zones(self, state: State, language: str) -> Reply:
        """Write the time zones to choose from."""
        voice = self._lines(language)
        now = state.subscription.zone if state.subscription else ""
        buttons = [
            self._option(Option(zone.rpartition("/")[2].replace("_", " "), zone, zone == now), state, language, "zone")
            for zone in self._knowledge.community.time_zones
        ]
        rows = (*_pairs(buttons), self._back(state, language, "quotes"))
        return Reply(paragraphs(bold(voice.names.quotes.name), escape(self._value("quotes", state, language))), rows)

    def _options(self, name: str, state: State, language: str) -> tuple[Row, ...]:
        options = {
            "language": self._languages,
            "speak": self._speaking,
            "topics": self._topics,
            "budget": self._budgets,
            "repeat": self._repeats,
        }.get(name)
        listed = options(state, language) if options else self._switch(name, state, language)
        return tuple((self._option(option, state, language, name),) for option in listed)

    def _languages(self, state: State, language: str) -> Iterator[Option]:
        chosen = state.settings.language
        yield Option(self._lines(language).choices.own.label, "own", chosen is None)
        for code, voice in self._knowledge.voices.items():
            yield Option(voice.name, code, chosen == code)

    def _speaking(self, state: State, language: str) -> Iterator[Option]:
        choices = self._lines(language).choices
        for speak in Speak:
            yield Option(getattr(choices, speak).label, speak, state.settings.speak is speak)

    def _topics(self, state: State, language: str) -> Iterator[Option]:
        choices = self._lines(language).choices
        yield Option(choices.everywhere.label, "all", not state.settings.topics)
        yield Option(choices.here.label, "here", state.topic in state.settings.topics)

    def _budgets(self, state: State, language: str) -> Iterator[Option]:
        for budget in BUDGETS:
            yield Option(str(budget), str(budget), state.settings.budget == budget)
        yield Option(self._lines(language).choices.unlimited.label, "0", not state.settings.budget)

    def _repeats(self, state: State, language: str) -> Iterator[Option]:
        voice = self._lines(language)
        yield Option(voice.choices.off.label, "0", not state.settings.repeat_hours)
        for hours in HOURS:
            yield Option(voice.hours.format(count=hours), str(hours), state.settings.repeat_hours == hours)

    def _switch(self, name: str, state: State, language: str) -> Iterator[Option]:
        choices = self._lines(language).choices
        is_on = _is_on(name, state.settings)
        yield Option(choices.on.label, "on", is_on)
        yield Option(choices.off.label, "off", not is_on)

    def _quotes(self, state: State, language: str) -> tuple[Row, ...]:
        voice, plan = self._lines(language), state.subscription
        often = (
            Option(voice.choices.off.label, "off", plan is None),
            Option(voice.choices.daily.label, "daily", plan is not None and plan.weekday is None),
            Option(voice.choices.weekly.label, "weekly", plan is not None and plan.weekday is not None),
        )
        rows: list[Row] = [tuple(self._option(option, state, language, "quotes") for option in often)]
        if plan is None:
            return tuple(rows)
        if plan.weekday is not None:
            days = [Option(day, str(number), number == plan.weekday) for number, day in enumerate(voice.weekdays)]
            rows += _rows([self._option(day, state, language, "weekday") for day in days], 3)
        times = [Option(clock_time(minute), str(minute), minute == plan.minute) for minute in POST_TIMES]
        rows += _rows([self._option(time, state, language, "time") for time in times], 3)
        spoken = [
            Option(voice.quotes_in.format(language=other.name), code, code == plan.language)
            for code, other in self._knowledge.voices.items()
        ]
        rows += [(self._option(option, state, language, "in"),) for option in spoken]
        return (*rows, (self._button(plan.zone, state, language, "zone"),))

    def _value(self, name: str, state: State, language: str) -> str:
        """Tell what is set, in a few words."""
        voice, settings = self._lines(language), state.settings
        switch = (voice.choices.on if _is_on(name, settings) else voice.choices.off).label
        match name:
            case "language":
                spoken = self._knowledge.voices.get(settings.language or "")
                return spoken.name if spoken else voice.choices.own.label
            case "speak":
                return next(option.label for option in self._speaking(state, language) if option.current)
            case "topics":
                count = len(settings.topics)
                return voice.some_topics.format(count=count) if count else voice.choices.everywhere.label
            case "budget":
                unlimited = voice.choices.unlimited.label
                return voice.answers.format(count=settings.budget) if settings.budget else unlimited
            case "repeat":
                return voice.hours.format(count=settings.repeat_hours) if settings.repeat_hours else switch
            case "join" if settings.join_rules:
                return voice.waiting.format(value=switch, count=state.waiting)
            case "quotes" if state.subscription:
                return self.plan(state.subscription, language)
        return switch

    def plan(self, plan: Subscription, language: str) -> str:
        """Tell when quotes are posted."""
        voice, time = self._lines(language), clock_time(plan.minute)
        if plan.weekday is None:
            told = voice.every_day.format(time=time, zone=plan.zone)
        else:
            told = voice.every_week.format(weekday=voice.weekdays[plan.weekday], time=time, zone=plan.zone)
        return voice.paused.format(value=told) if plan.paused else told

    def _option(self, option: Option, state: State, language: str, name: str) -> Button:
        label = f"{option.label} {CURRENT}" if option.current else option.label
        return self._button(label, state, language, name, option.value)

    def _button(self, label: str, state: State, language: str, *path: str) -> Button:
        return Button(label, data=":".join(("set", str(state.chat), language, *path)))

    def _back(self, state: State, language: str, *path: str) -> Row:
        label = self._lines(language).back
        if state.is_channel and not path:
            return (Button(label, data=f"channel:{language}:{number_of(state.chat)}"),)
        return (self._button(label, state, language, *path),)

    def _lines(self, language: str) -> SettingsLines:
        return self._knowledge.voices[language].settings


def clock_time(minute: int) -> str:
    """Return a minute of the day as clocks show it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _is_on(name: str, settings: Settings) -> bool:
    return {"welcome": settings.welcome, "join": settings.join_rules, "ephemeral": settings.ephemeral}.get(name, False)


def _pairs(buttons: list[Button]) -> list[Row]:
    return _rows(buttons, 2)


def _rows(buttons: list[Button], width: int) -> list[Row]:
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]
