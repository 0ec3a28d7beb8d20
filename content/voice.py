"""The bot's own lines, one file a language in `voice/`: everything that a person can read which is no entry."""

from typing import Annotated, TypeAlias

from pydantic import Field

from content.lines import JoinLines, Label, Notice, PublishLines, SettingsLines, WelcomeLines
from content.model import COMMAND_LIMIT, Line, Part, SourceNames, Text, line, texts_up_to

CommandLine: TypeAlias = Annotated[Line, texts_up_to(COMMAND_LIMIT)]


class Buttons(Part):
    """Labels of buttons: short, words before any sign."""

    topics: Line
    language: Line
    another_quote: Line
    copy_quote: Line
    share: Line
    none_of_these: Line
    private_chat: Line
    back: Line
    helpful: Label
    not_helpful: Label
    remove: Label
    show_to_all: Label
    to_editors: Label
    add_to_group: Label


class Followups(Part):
    """What people say about an answer: a message of these words alone; any other word makes it a question."""

    more: tuple[Text, ...] = Field(min_length=1)
    source: tuple[Text, ...] = Field(min_length=1)
    another_quote: tuple[Text, ...] = Field(min_length=1)
    in_language: dict[str, Annotated[tuple[Text, ...], Field(min_length=1)]] = Field(
        description="For each language of the folder, how a speaker of this one asks for it"
    )


class Commands(Part):
    """One line for each command, as Telegram's menu shows it."""

    ask: CommandLine
    topics: CommandLine
    quote: CommandLine
    sources: CommandLine
    language: CommandLine
    community: CommandLine
    publish: CommandLine
    settings: CommandLine
    remove: CommandLine
    privacy: CommandLine
    forget: CommandLine
    about: CommandLine
    help: CommandLine
    start: CommandLine


class Voice(Part):
    """All lines of one language. Names in braces are filled in by the bot; no markup is needed or obeyed."""

    name: Line = Field(description="The language's own name")
    names: tuple[Text, ...] = Field(min_length=1, description="What people may type after /language to mean it")
    months: tuple[Text, ...] = Field(min_length=12, max_length=12)
    month_and_year: Annotated[str, line("month", "year")]

    description: Annotated[Line, texts_up_to(512)] = Field(description="Shown in an empty chat with the bot")
    short_description: Annotated[Line, texts_up_to(120)] = Field(description="Shown on the bot's profile")
    commands: Commands
    buttons: Buttons
    followups: Followups
    samples: dict[str, Text] = Field(min_length=3, max_length=3, description="Entry ids and the questions to show")
    topics: dict[str, Text] = Field(description="Folders with answers and their titles, in the menu's order")
    sources: dict[str, SourceNames]

    start: Line
    help: Annotated[str, line("bot")]
    help_group: Annotated[str, line("bot")]
    added: Annotated[str, line("bot")] = Field(description="The one message when added to a group")
    quoted: Annotated[str, line("text")] = Field(description="The quotation marks of the language")
    source_line: Annotated[str, line("title", "date")]
    source_line_with_section: Annotated[str, line("title", "section", "date")]
    original: Line = Field(description="Heads a quote in the document's own language")
    translation: Line = Field(description="Heads an unofficial translation")
    as_of: Annotated[str, line("date")]
    also_asked: Annotated[Line, texts_up_to(100)] = Field(
        description="Above the buttons for the other questions of a message"
    )
    clarify: Line
    unknown: Line
    unknown_group: Line
    none_of_these: Line
    topics_menu: Line
    topic_menu: Annotated[str, line("topic")]
    related: Line
    no_more_quotes: Line
    no_quote: Line
    sources_menu: Line
    no_link: Line
    language_menu: Line
    language_set: Line
    language_unknown: Annotated[str, line("languages")]
    privacy: Line
    sees_addressed: Line = Field(description="What the bot can see in a group with privacy mode on")
    sees_all: Line = Field(description="What it can see when it is an admin or privacy mode is off")
    sees_questions: Line = Field(description="The same where admins let it answer questions to nobody in particular")
    keeps_in_groups: Annotated[str, line("bot")]
    shares: Line = Field(description="What several copies of the bot pass on to each other, told with /privacy")
    forgotten: Line
    forgotten_yours: Line = Field(description="In a group, to a member: the talk is everybody's")
    about: Annotated[str, line("version", "stamp")]
    rated: Notice = Field(description="Thanks for telling whether an answer helped")
    sent_to_editors: Line
    repeated: Line = Field(description="Before the link to an earlier answer")
    budget_spent: Annotated[str, line("bot")] = Field(description="Once, with the last answer of an hour in a group")
    removal_refused: Notice = Field(description="Somebody else asked")
    removal_too_old: Notice
    removal_usage: Annotated[str, line("bot")]
    not_here: Line = Field(description="The goodbye in a chat that the bot's owner does not allow")
    settings: SettingsLines
    publish: PublishLines
    join: JoinLines
    welcome: WelcomeLines
    only_text: Line
    ask_usage: Annotated[str, line("bot")]
    menu_changed: Line
    failed: Line
    slow_down: Notice = Field(description="Once, in private, to whoever writes or presses faster than the bot answers")
    inline_button: Line
