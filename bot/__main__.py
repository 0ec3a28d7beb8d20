"""The command line: run, chat, ask, evaluate.

`ask` and `evaluate` need no Telegram: what needs it is imported where it is used, so that they start fast.
"""

import argparse
import asyncio
import gc
import locale
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__
from bot.answers import Answers
from bot.ask import Asker
from bot.config import Config, ConfigError
from bot.learnt import learnt_matcher
from bot.replies import Replies
from content import ContentError, Knowledge, load

if TYPE_CHECKING:
    from rich.console import Console

    from bot.store import Count, StoreError
    from bot.terminal import Terminal


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run one command; 0 when all went well, 1 with one plain sentence on standard error otherwise."""
    _forgive_encodings()
    options = _parser().parse_args(arguments)
    gc.disable()  # while the knowledge is built, which makes a million objects and no rubbish
    try:
        config = Config.from_env(environ)
        return _run(options, config, environ)
    except BrokenPipeError:  # whoever read the output, `head` for example, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ConfigError, ContentError, OSError) as error:
        print(_plainly(error), file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    finally:
        gc.enable()
    return 1


def _forgive_encodings() -> None:
    """Read and write what the terminal's encoding has no sign for as a question mark."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Explains a knowledge base on Telegram.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="serve Telegram; without TELEGRAM_BOT_TOKEN, open the local chat")
    commands.add_parser("chat", help="talk to the bot in this terminal")
    ask = commands.add_parser("ask", help="answer one question, or with --jsonl one JSON object a line")
    ask.add_argument("question", nargs="*")
    ask.add_argument("--lang", help="the language of the reply, like es; else the question's own")
    ask.add_argument("--explain", action="store_true", help="show what was heard, and what weighed most")
    ask.add_argument("--jsonl", action="store_true", help='read {"q": …, "lang": …} lines, write one line for each')
    evaluate = commands.add_parser("evaluate", help="score a file of questions whose answers are known")
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--save", type=Path, metavar="RUN", help="write the verdicts, to compare with later")
    evaluate.add_argument("--against", type=Path, metavar="RUN", help="tell what changed since a saved run")
    evaluate.add_argument("--chart", type=Path, metavar="PNG", help="draw how reliable the score is")
    evaluate.add_argument(
        "--known-failures", action="store_true", help="every question of the file is known to fail: status 1 if not"
    )
    backup = commands.add_parser("backup", help="copy the SQLite database into a new file; the bot may run meanwhile")
    backup.add_argument("file", type=Path)
    restore = commands.add_parser("restore", help="put a backup in the database's place; stop the bot first")
    restore.add_argument("file", type=Path)
    commands.add_parser("counts", help="how often each answer was asked for, and whether it helped")
    confusions = commands.add_parser("confusions", help="list the phrases that speak for another entry than their own")
    confusions.add_argument("--lang", help="only those of one language, like es")
    return parser


def _run(options: argparse.Namespace, config: Config, environ: Mapping[str, str]) -> int:
    match options.command:  # the database is saved whatever is wrong with the content
        case "backup":
            return _backup(config, options.file)
        case "restore":
            return _restore(config, options.file)
    knowledge = load(config.content_folder)
    match options.command:
        case "ask":
            return _ask(options, knowledge)
        case "evaluate":
            return _evaluate(options, knowledge)
        case "confusions":
            return _confusions(options.lang, knowledge)
        case "counts":
            return _counts(config, knowledge)
        case "chat":
            return _chat(knowledge)
    if config.token is None:
        print("TELEGRAM_BOT_TOKEN is not set, so this is the local chat.", file=sys.stderr)
        return _chat(knowledge)
    return _serve(config, config.token, environ, knowledge)


def _answers(knowledge: Knowledge) -> Answers:
    answers = Answers(knowledge, learnt_matcher(knowledge), Replies(knowledge, __version__))
    gc.freeze()
    gc.enable()
    return answers


def _ask(options: argparse.Namespace, knowledge: Knowledge) -> int:
    question = " ".join(options.question)
    if options.lang is not None and options.lang not in knowledge.voices:
        raise ConfigError(f"--lang must be one of {', '.join(knowledge.voices)}.")
    if not options.jsonl and not question.strip():
        raise ConfigError("Write a question after `ask`, or use --jsonl.")
    if options.jsonl and options.explain:
        raise ConfigError("--explain is for one question: leave out --jsonl.")
    asker = Asker(knowledge, _answers(knowledge))
    if not options.jsonl:
        print(asker.text(question, options.lang))
        if options.explain:
            print("\n" + asker.explanation(question))
        return 0
    for line in asker.answer_lines(_decoded(sys.stdin.buffer), options.lang):
        sys.stdout.buffer.write(line.encode() + b"\n")
        sys.stdout.buffer.flush()
    return 0


def _decoded(lines: Iterator[bytes]) -> Iterator[str]:
    """Decode line by line, so that one that is not UTF-8 spoils no other."""
    return (line.decode("utf-8-sig", "replace") for line in lines)


def _evaluate(options: argparse.Namespace, knowledge: Knowledge) -> int:
    from rich.console import Console
    from rich.progress import track

    from bot.evaluation import evaluate, read_questions
    from bot.report import compare, draw_reliability, passing, read_verdicts, reliability, report, saved

    if options.chart and not find_spec("matplotlib"):
        raise ConfigError("--chart needs matplotlib: python -m pip install matplotlib")
    questions = read_questions(options.file)
    before = read_verdicts(options.against) if options.against else None
    answers, console, waiting = _answers(knowledge), Console(), Console(stderr=True)
    asking = track(questions, "Asking", console=waiting, transient=True, disable=not waiting.is_terminal)
    results = [result for question in asking for result in evaluate([question], answers)]
    report(results, answers, console)
    if before is not None:
        compare(results, before, console)
    if options.save:
        options.save.write_text(saved(results), "utf-8", "surrogatepass")  # JSON may hold halves of characters
    if options.chart:
        draw_reliability(reliability(results), options.chart)
    if options.known_failures and (mended := passing(results)):
        print("\nThese fail no longer. Strike them off:", *(result.question.text for result in mended), sep="\n  ")
        return 1
    return 0


def _confusions(language: str | None, knowledge: Knowledge) -> int:
    from rich.console import Console

    from bot.answers import confusions_in
    from bot.report import report_confusions

    if language is not None and language not in knowledge.voices:
        raise ConfigError(f"--lang must be one of {', '.join(knowledge.voices)}.")
    found = confusions_in(knowledge)
    report_confusions([one for one in found if language in (None, one.phrase.language)], Console())
    return 0


def _backup(config: Config, file: Path) -> int:
    from bot.store import StoreError, back_up

    try:
        back_up(_address(config), file)
    except StoreError as error:
        raise ConfigError(str(error)) from None
    print(f"The database is backed up in {file}.")
    return 0


def _restore(config: Config, file: Path) -> int:
    from bot.clock import now
    from bot.store import StoreError, restore

    try:
        kept = restore(_address(config), file, now())
    except StoreError as error:
        raise ConfigError(str(error)) from None
    print(f"The database is what {file} holds." + (f" What it was before is kept in {kept}." if kept else ""))
    return 0


def _counts(config: Config, knowledge: Knowledge) -> int:
    from rich.console import Console

    from bot.report import report_counts
    from bot.store import Store, StoreError

    async def read() -> "list[Count]":
        store = Store(_address(config), secret="")  # no marks of people are needed to count
        try:
            await store.migrate()
            return await store.counts.all()
        finally:
            await store.close()

    try:
        report_counts(asyncio.run(read()), knowledge, Console())
    except StoreError as error:
        raise ConfigError(_of_database(error)) from None
    return 0


def _address(config: Config) -> str:
    from bot.store import file_url

    return config.database or file_url(config.data_folder)


def _of_database(error: "StoreError") -> str:
    """Return what is wrong with the database, in one line."""
    from bot.store import explained

    return f"The database cannot be used: {explained(error)}."


def _chat(knowledge: Knowledge) -> int:
    from rich.console import Console

    from bot.app import build_app
    from bot.offline import OfflineTelegram
    from bot.store import IN_MEMORY, Store
    from bot.terminal import Terminal

    telegram, console = OfflineTelegram(), Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    language = (locale.getlocale()[0] or "en")[:2]
    store = Store(IN_MEMORY, secret="")  # nothing that is said in the terminal outlasts it
    app = build_app(_answers(knowledge), store, Config(), request=telegram)
    terminal = Terminal(app, store, telegram, console, language)
    terminal.run(_typed(terminal) if sys.stdin.isatty() else _piped(terminal, console))
    return 0


def _typed(terminal: "Terminal") -> Iterator[str]:
    """Read lines from the keyboard until Ctrl-D or Ctrl-C."""
    while True:
        try:
            yield input(terminal.prompt)
        except (EOFError, KeyboardInterrupt):
            print()
            return


def _piped(terminal: "Terminal", console: "Console") -> Iterator[str]:
    """Read lines from a pipe, and show each as if it had been typed."""
    for line in _decoded(sys.stdin.buffer):
        console.print(f"{terminal.prompt}{line.rstrip()}", markup=False)
        yield line


def _serve(config: Config, token: str, environ: Mapping[str, str], knowledge: Knowledge) -> int:
    from telegram.error import InvalidToken, TelegramError

    from bot import logs
    from bot.app import build_app
    from bot.intake import CurrentEffects, DeafError
    from bot.limiter import Limiter
    from bot.metrics import Metrics
    from bot.outage import Outage
    from bot.running import Process
    from bot.sessions import Sessions
    from bot.store import Store, StoreError
    from bot.transport import AiohttpRequest, proxy_from

    logs.set_up(config.log_level, config.secrets, config.log_format)
    try:
        request = AiohttpRequest(proxy=proxy_from(environ, config.api_url))
    except ValueError as error:
        raise ConfigError(f"The network cannot be set up: {error}") from None
    store = Store(_address(config), secret=token)
    metrics, outage, sessions = Metrics(), Outage(), Sessions()
    limiter = Limiter(CurrentEffects(), metrics=metrics)
    app = build_app(_answers(knowledge), store, config, request, limiter, outage, sessions, metrics)

    async def serve() -> None:
        await Process(app, store, sessions, outage, metrics, config).run()

    try:
        asyncio.run(serve())
    except InvalidToken:
        print("Telegram does not know this TELEGRAM_BOT_TOKEN: copy it again from BotFather.", file=sys.stderr)
    except StoreError as error:
        print(_of_database(error), file=sys.stderr)
    except DeafError as error:
        print(error, file=sys.stderr)
    except TelegramError as error:
        print(f"Telegram refused to start the bot ({type(error).__name__}).", file=sys.stderr)
    else:
        return 0
    return 1


def _plainly(error: Exception) -> str:
    """Return an error as one sentence, or as the list of problems that it is."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return str(error)


if __name__ == "__main__":
    # The first process of a container is sent no signal that it does not ask for: while it starts, it would not end
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.exit(main())
