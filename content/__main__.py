"""The author's tools: `python -m content check | new | coverage | fingerprint | schema`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import yaml

from content.fingerprints import windows
from content.loader import ID_PATTERN, PACKAGED, load
from content.model import MIN_PHRASES, EntryFile
from content.problems import ContentError, Problem
from content.reader import Data, Document, read

Command: TypeAlias = Callable[[argparse.Namespace], int]

DOCUMENT_KEYS = ("id", "title", "publisher", "published", "language")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when all is well, 1 when there are problems (printed to standard error)."""
    parser = argparse.ArgumentParser(prog="python -m content", description=__doc__)
    parser.add_argument("--folder", type=Path, default=PACKAGED, help="another content folder")
    commands = parser.add_subparsers(required=True)
    _add(commands, check, "check everything and print each problem as path:line: problem")
    command = _add(commands, new, "write a template for a new entry")
    command.add_argument("topic", help="the folder under knowledge/, like surveillance")
    command.add_argument("entry", help="the new entry's id, like secret_interception")
    _add(commands, coverage, "list the paragraphs and how many entries quote each")
    command = _add(commands, fingerprint, "make a source file from a document, to standard output")
    command.add_argument("document", type=Path, help="a YAML file with paragraphs: id, section, text")
    command.add_argument("--aside", nargs="+", default=[], metavar="ID", help="paragraphs that nobody need quote")
    _add(commands, schema, "print the JSON schema of an entry's file, for editors")
    options = parser.parse_args(arguments)
    try:
        run: Command = options.command
        return run(options)
    except (ContentError, OSError) as error:
        print(error, file=sys.stderr)
    return 1


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    command: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(command.__name__, help=text, description=text)
    parser.set_defaults(command=command)
    return parser


def check(options: argparse.Namespace) -> int:
    """Load the folder, which checks it; say how much there is."""
    knowledge = load(options.folder)
    phrases = sum(len(text.phrases) for entry in knowledge.entries.values() for text in entry.texts.values())
    languages = ", ".join(knowledge.voices)
    print(f"{len(knowledge.entries)} entries, {phrases} phrases in {languages}: no problem. Stamp {knowledge.stamp}")
    return 0


def new(options: argparse.Namespace) -> int:
    """Write the template of an entry with every language of the folder; never over a file that exists."""
    if not (ID_PATTERN.fullmatch(options.topic) and ID_PATTERN.fullmatch(options.entry)):
        print("names of entries and topics are 1-40 of a-z, 0-9 and _, a letter first", file=sys.stderr)
        return 1
    path: Path = options.folder / "knowledge" / options.topic / f"{options.entry}.yaml"
    languages = sorted(voice.stem for voice in (options.folder / "voice").glob("*.yaml"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(_template(languages))
    print(f"Written: {path}. Fill it in, then run `python -m content check`.")
    return 0


def _template(languages: Sequence[str]) -> str:
    text = (
        'as_of: "2024"            # of when what the answer says is: a year, or a year and month like 2024-08\n'
        "quotes:                  # one to three; words copied exactly from one paragraph\n"
        "  - paragraph: \n    text: \n"
        "related: []              # up to four ids of entries to read next\n"
    )
    for language in languages:
        phrases = "    - \n" * MIN_PHRASES
        text += f"{language}:\n  title: \n  answer: >-\n    \n  phrases:\n{phrases}"
        text += (
            "  quotes:                # translations, in order; leave out where the quote is in this language\n    - \n"
        )
    return text


def coverage(options: argparse.Namespace) -> int:
    """List every paragraph with the number of entries that quote it; 1 when one is quoted by none."""
    knowledge = load(options.folder)
    quoted = [quote.paragraph for entry in knowledge.entries.values() for quote in entry.quotes]
    names = [
        f"{name}.{number}"
        for name, source in knowledge.sources.items()
        for number, paragraph in source.paragraphs.items()
        if not paragraph.aside
    ]
    for name in names:
        print(f"{name:<12} {quoted.count(name):3}  {knowledge.paragraph(name)[1].section}".rstrip())
    missing = [name for name in names if name not in quoted]
    print(f"{len(names) - len(missing)} of {len(names)} paragraphs are quoted.")
    if missing:
        print(f"No entry quotes {', '.join(missing)}.")
    return 0


def fingerprint(options: argparse.Namespace) -> int:
    """Print the source file that proves quotes from a document, and holds nothing else of its text."""
    document = read(options.document)
    problems = [document.problem((), f"`{key}` is missing") for key in DOCUMENT_KEYS if key not in document.data]
    name = document.data.get("id")
    paragraphs: dict[str, dict[str, object]] = {}
    for index, paragraph in enumerate(_list(document, "paragraphs", problems)):
        match paragraph:
            case {"id": str(number), "text": str(text), **others} if number.startswith(f"{name}."):
                section = others.get("section")
                place: dict[str, object] = {"section": section} if section and section != "null" else {}
                if number in options.aside:
                    place["aside"] = True
                paragraphs[number.partition(".")[2]] = {**place, "windows": list(windows(text))}
            case _:
                problems.append(
                    document.problem(("paragraphs", index), f"a paragraph needs a `text` and an `id` like {name}.01")
                )
    if problems:
        raise ContentError(problems)
    source = {key: document.data[key] for key in (*DOCUMENT_KEYS[1:], "link") if key in document.data}
    yaml.safe_dump(
        {**source, "paragraphs": paragraphs},
        sys.stdout,
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=None,
    )
    return 0


def _list(document: Document, key: str, problems: list[Problem]) -> list[Data]:
    value = document.data.get(key)
    if isinstance(value, list):
        return list(value)
    problems.append(document.problem((key,), f"`{key}` must be a list"))
    return []


def schema(options: argparse.Namespace) -> int:  # every command takes the options
    """Print the JSON schema of an entry's file."""
    print(json.dumps(EntryFile.model_json_schema(), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
