"""The bot's lines for those who run groups and channels, and for those who want to join them: parts of a voice."""

from typing import Annotated, TypeAlias

from pydantic import Field

from content.model import Line, Part, Text, line, texts_up_to

BUTTON_LIMIT = 40
"""Characters of a label that a small phone still shows in one row."""
NOTICE_LIMIT = 200
"""Characters of the notice that a pressed button shows (Bot API, answerCallbackQuery)."""

Label: TypeAlias = Annotated[Line, texts_up_to(BUTTON_LIMIT)]
Notice: TypeAlias = Annotated[Line, texts_up_to(NOTICE_LIMIT)]
Typed: TypeAlias = Annotated[tuple[Text, ...], Field(min_length=1)]
"""What people may type to mean a thing: capitals and accents don't matter."""


class Setting(Part):
    """One thing that admins can set: its name on the button, what they may type for it, and what it does."""

    name: Label
    typed: Typed
    meaning: Line


class Choice(Part):
    """One value of a setting: its label, and what admins may type for it."""

    label: Label
    typed: Typed


class SettingNames(Part):
    """All things that can be set, in the order of the panel."""

    language: Setting
    speak: Setting
    topics: Setting
    budget: Setting
    repeat: Setting
    ephemeral: Setting
    welcome: Setting
    join: Setting
    quotes: Setting
    leave: Setting


class Choices(Part):
    """The values that have names."""

    on: Choice
    off: Choice
    own: Choice = Field(description="Answers in the language of each question")
    commands: Choice
    replies: Choice
    questions: Choice
    everywhere: Choice = Field(description="In all topics of a forum")
    unlimited: Choice = Field(description="Answers without a limit")
    here: Choice = Field(description="In this topic of a forum, or no longer in it")
    daily: Choice
    weekly: Choice


class SettingsLines(Part):
    """The settings of a group."""

    heading: Line
    shown: Annotated[str, line("name", "value")] = Field(description="One line of the panel")
    names: SettingNames
    choices: Choices
    weekdays: tuple[Text, ...] = Field(min_length=7, max_length=7, description="From Monday on")
    some_topics: Annotated[str, line("count")]
    answers: Annotated[str, line("count")]
    hours: Annotated[str, line("count")]
    waiting: Annotated[str, line("value", "count")] = Field(description="Join requests: on or off, and how many wait")
    every_day: Annotated[str, line("time", "zone")]
    every_week: Annotated[str, line("weekday", "time", "zone")]
    paused: Annotated[str, line("value")]
    quotes_in: Annotated[str, line("language")] = Field(description="The button for the language of scheduled quotes")
    back: Label
    close: Label
    saved: Notice
    admins_only: Notice
    no_forum: Notice
    cannot_read: Notice = Field(description="The bot cannot hear questions that are not addressed to it")
    cannot_invite: Notice = Field(description="The bot lacks the right that join requests need")
    not_ephemeral: Notice = Field(description="Telegram's server does not know messages that one member sees")
    not_understood: Annotated[str, line("bot")]
    zone_unknown: Line
    rules_saved: Annotated[str, line("language")]
    rules_too_long: Annotated[str, line("limit")]
    rules_usage: Annotated[str, line("bot")]
    rules_typed: Typed = Field(description="What admins type before a language and the rules for applicants")
    leave_question: Line
    leave_yes: Label
    goodbye: Line
    in_groups: Annotated[str, line("bot")] = Field(description="The answer to /settings in a private chat")


class PublishLines(Part):
    """Posting in channels."""

    choose: Line
    choose_button: Label
    add_button: Label
    not_admin: Line
    bot_not_admin: Line
    menu: Annotated[str, line("channel")]
    pick: Label
    topics: Annotated[str, line("channel")]
    preview: Annotated[str, line("channel")]
    answer: Label
    quote: Annotated[str, line("number"), texts_up_to(BUTTON_LIMIT)]
    post: Label
    posted: Annotated[str, line("channel")]
    failed: Annotated[str, line("channel")]
    none_found: Line
    paused: Annotated[str, line("chat")]
    resumed: Annotated[str, line("chat")]
    stopped: Annotated[str, line("chat")]


class JoinLines(Part):
    """The door: groups to join, and what applicants read."""

    chats: Line = Field(description="Above the list of groups and channels")
    no_chats: Line
    asked: Annotated[str, line("group")]
    rules: Line = Field(description="The rules of a group whose admins wrote none")
    agree: Label
    inside: Annotated[str, line("group")]
    settled: Line
    too_late: Line
    failed: Line


class WelcomeLines(Part):
    """The greeting of newcomers."""

    one: Annotated[str, line("bot")]
    many: Annotated[str, line("count", "bot")]
