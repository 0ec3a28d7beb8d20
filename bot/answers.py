"""From a question to a reply: what the engine heard, in which language to answer, and what to say here."""

from collections.abc import Sequence
from dataclasses import replace

from bot.replies import Finding, Place, Replies, Reply, first_known
from bot.sessions import Session, Shown
from content import Kind, Knowledge
from intents import (
    Answer,
    Calibration,
    Clarify,
    Confusion,
    Explanation,
    LanguageWords,
    Matcher,
    Outcome,
    Phrase,
    Rules,
    Unknown,
    confusions,
    words,
)

SCORES = {Kind.ANSWER: 64.0, Kind.SMALLTALK: 50.0, Kind.LIMIT: 90.0}
"""From which score on an entry is the answer: a wrong "you're welcome" does less harm than "I don't know that", but a
wrong "the documents don't say" hides what they do say."""
CALIBRATION = Calibration(-0.25, 1.1, 4.9)
"""Measured on the questions of `tests/questions/tuning*.jsonl`, for a knowledge base with `limit` entries: they take up
most questions about something else, so that a match's lead tells more than its score."""
ASKING_WORDS = 2
"""Words at the beginning of a text among which one that asks is looked for: "y quién decide"."""
OVERHEARD_SCORE = 99.0
"""From this score on a question to nobody in particular is answered, where the admins allow it. Of 114 that members ask
each other in three languages, many about marches, police and letters, none reached it (the highest: 97); of the tuning
questions' 837 with an answer 377 do, and of 411 about something else one."""
GROUP_SCORE = 92.0
"""From this score on a reply to the bot or a mention of it is taken for a question that it can answer: of sixty that
people in a group ask each other ("are you serious?", "¿alguien tiene el enlace?") four were, in a trial."""


def matcher_of(knowledge: Knowledge) -> Matcher:
    """Build the engine from all phrases and titles of the knowledge."""
    return Matcher(_phrases(knowledge), _languages(knowledge), _rules(knowledge), CALIBRATION)


def confusions_in(knowledge: Knowledge) -> list[Confusion]:
    """Find the phrases that speak for another entry than their own, the clearest first."""
    return confusions(_phrases(knowledge), _languages(knowledge), _rules(knowledge))


def _phrases(knowledge: Knowledge) -> list[Phrase]:
    return [
        Phrase(text, entry.id, language)
        for entry in knowledge.entries.values()
        for language, spoken in entry.texts.items()
        for text in (spoken.title, *spoken.phrases)
    ]


def _languages(knowledge: Knowledge) -> dict[str, LanguageWords]:
    return {
        language: LanguageWords(
            known.abbreviations,
            known.synonyms,
            known.common,
            knowledge.concepts.get(language, {}),
            known.questions,
            known.joiners,
        )
        for language, known in knowledge.words.items()
    }


def _rules(knowledge: Knowledge) -> dict[str, Rules]:
    """Two answers are no rivals if they quote the same paragraph: each shows the asker what it says."""
    rules = {}
    for entry in knowledge.entries.values():
        subjects = {quote.paragraph for quote in entry.quotes} or {entry.kind.value}
        rules[entry.id] = Rules(SCORES[entry.kind], entry.kind == Kind.SMALLTALK, frozenset(subjects))
    return rules


class _Edition:
    """One state of the knowledge and all that is made from it; nothing of it changes."""

    def __init__(self, knowledge: Knowledge, matcher: Matcher, replies: Replies) -> None:
        self.knowledge = knowledge
        self.replies = replies
        self.matcher = matcher
        self.question_words = {
            asking[0]
            for known in knowledge.words.values()
            for text in known.questions
            if len(asking := words(text)) == 1
        }
        self.followups = {
            frozenset(words(text)): action
            for voice in knowledge.voices.values()
            for action, texts in (
                ("more", voice.followups.more),
                ("source", voice.followups.source),
                ("another_quote", voice.followups.another_quote),
                *((f"in {other}", texts) for other, texts in voice.followups.in_language.items()),
            )
            for text in texts
            if words(text)
        }
        self.followup_words = frozenset(word for phrase in self.followups for word in phrase)


class Answers:
    """Answers questions and follow-ups; one for all chats, the session tells them apart."""

    def __init__(self, knowledge: Knowledge, matcher: Matcher, replies: Replies) -> None:
        self._edition = _Edition(knowledge, matcher, replies)

    @property
    def knowledge(self) -> Knowledge:
        """What is known now; whoever keeps it does not see the next edition."""
        return self._edition.knowledge

    @property
    def replies(self) -> Replies:
        """What is said now; whoever keeps it does not see the next edition."""
        return self._edition.replies

    def renew(self, newer: "Answers") -> None:
        """Answer as another one does from now on: in one step, so that no reply mixes two editions."""
        self._edition = newer._edition

    def hear(self, question: str) -> Outcome:
        """Find out what a question asks for; small talk is never suggested."""
        outcome = self._edition.matcher.match(question)
        if not isinstance(outcome, Clarify):
            return outcome
        serious = tuple(match for match in outcome.ranked if not self._is_smalltalk(match.entry))
        shown = sum(not self._is_smalltalk(entry) for entry in outcome.suggestions)
        if not shown:
            return Unknown(outcome.language, outcome.language_sure, outcome.ranked)
        return replace(outcome, ranked=serious, shown=shown)

    def explain(self, question: str, entries: Sequence[str]) -> Explanation:
        """Explain what of a question spoke for and against some entries."""
        texts = {entry: self.knowledge.entries[entry].texts for entry in entries}
        phrases = {
            entry: {language: text.phrases for language, text in spoken.items()} for entry, spoken in texts.items()
        }
        return self._edition.matcher.explain(question, phrases)

    def _is_smalltalk(self, entry: str) -> bool:
        return self.kind(entry) == Kind.SMALLTALK

    def knows(self, entry: str, language: str) -> bool:
        """Tell whether there is such an entry in such a language: what comes from buttons and links may be made up."""
        return entry in self.knowledge.entries and language in self.knowledge.voices

    def kind(self, entry: str) -> Kind:
        """Return the kind of an entry."""
        return self.knowledge.entries[entry].kind

    def language(self, session: Session, client: str | None, outcome: Outcome | None = None) -> str:
        """Choose the language of a reply: a person's choice, the question's, the talk's, the client's."""
        heard = outcome.language if outcome else None
        sure = heard if outcome and outcome.language_sure else None
        wishes = [session.language, sure, session.spoken, (client or "").partition("-")[0], heard]
        return first_known(wishes, self.knowledge.voices)

    def member_language(self, session: Session, client: str | None) -> str:
        """Choose the language for a group's member who wrote nothing but a command: the admins' choice, their own."""
        wishes = [session.language, (client or "").partition("-")[0], session.spoken]
        return first_known(wishes, self.knowledge.voices)

    def to_command(self, question: str, session: Session, client: str | None, bot: str) -> Reply:
        """Reply to an explicit /ask in a group: with one short line if nothing is known."""
        return self.reply(self.hear(question), session, client, Place.GROUP, bot)

    def when_sure(
        self, question: str, session: Session, client: str | None, bot: str, least: float = GROUP_SCORE
    ) -> Reply | None:
        """Reply to what may be a question for the bot in a group, or None: silence is better than babble."""
        if not self.is_question(question) or self._action(question):  # "source?" is about what somebody else said
            return None
        outcome = self.hear(question)
        match outcome:
            case Answer(ranked=(best, *_)) if best.score >= least and self.kind(best.entry) == Kind.ANSWER:
                return self.reply(outcome, session, client, Place.GROUP, bot)
        return None

    def is_question(self, text: str) -> bool:
        """Tell whether a text asks, by its sign or one of its first words; people in a group mostly comment."""
        return "?" in text or not self._edition.question_words.isdisjoint(words(text)[:ASKING_WORDS])

    def to_guest(self, question: str, client: str | None, bot: str) -> Reply:
        """Reply to a guest question, in one message that stands alone."""
        outcome = self.hear(question)
        language = self.language(Session(), client, outcome)
        match outcome:
            case Answer(entry=entry, also=also):
                reply = self.replies.answer_alone(entry, language, bot, also)
            case Clarify(suggestions=suggestions):
                reply = self.replies.choices(suggestions, language, bot)
            case Unknown():
                return self.reply(outcome, Session(), client, Place.GROUP, bot)
        return replace(reply, finding=self.finding(outcome, language))

    def follow_up(self, text: str, shown: Shown | None, place: Place, bot: str) -> Reply | None:
        """Reply to a message about an answer shown, or None if it is none."""
        action = self._action(text)
        return self._followed(action, shown, place, bot) if shown and action and self._stands(shown) else None

    def _stands(self, shown: Shown) -> bool:
        """Tell whether an answer that a chat saw is in this edition too."""
        if not self.knows(shown.entry, shown.language):
            return False
        return shown.quote <= max(0, len(self.knowledge.entries[shown.entry].quotes) - 1)

    def _action(self, text: str) -> str | None:
        """Tell which follow-up a text is: it holds one whole, and no word that belongs to none ("more countries")."""
        said = frozenset(words(text))
        followups, known = self._edition.followups, self._edition.followup_words
        whole = [phrase for phrase in followups if phrase <= said <= known]
        return followups[max(whole, key=len)] if whole else None

    def _followed(self, action: str, shown: Shown, place: Place, bot: str) -> Reply:
        match action:
            case "more":
                return self.replies.more(shown)
            case "source":
                return self.replies.source(shown)
            case "another_quote":
                return self.replies.another_quote(shown)
            case _:
                return self.replies.answer(shown.entry, action.removeprefix("in "), place, bot)

    def reply(self, outcome: Outcome, session: Session, client: str | None, place: Place, bot: str) -> Reply:
        """Reply to what was heard, whatever it is."""
        language = self.language(session, client, outcome)
        if outcome.language_sure:
            session.spoken = outcome.language
        match outcome:
            case Answer(entry=entry, also=also):
                reply = self.replies.answer(entry, language, place, bot, also)
            case Clarify(suggestions=suggestions):
                reply = self.replies.clarify(suggestions, language)
            case Unknown(ranked=ranked):
                reply = self.replies.unknown((match.entry for match in ranked), language, place)
        return replace(reply, finding=self.finding(outcome, language))

    def finding(self, outcome: Outcome, language: str) -> Finding:
        """Return what a question that is answered in a language was found to be."""
        name = self.kind(outcome.entry).value if isinstance(outcome, Answer) else type(outcome).__name__.lower()
        return Finding(name, language, outcome.ranked[0].score if outcome.ranked else 0.0)
