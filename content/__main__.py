"""The author's tools: `python -m content check | new | coverage | fingerprint | schema`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import yaml
from pydantic import BaseModel

from content.community import CommunityFile
from content.fingerprints import WINDOW, windows
from content.loader import PACKAGED, load
from content.model import ANSWER_RANGE, ID_PATTERN, MAX_RELATED, MIN_PHRASES, TITLE_LIMIT, EntryFile
from content.problems import ContentError, Problem
from content.reader import Data, Document, read

Command: TypeAlias = Callable[[argparse.Namespace], int]

TEMPLATE_HEAD = f"""\
# Lines like this one explain, and may be removed. What follows `>-` begins on the next line, two spaces further in.

# What the entry is for: answer, or limit or smalltalk for one that quotes nothing (and has no as_of, no quotes).
kind: answer
# Of when what it says is: a year and a month like 2024-08, or a year in quotation marks like "2024".
as_of:
# One to three quotes: a paragraph's id (see `python -m content coverage`) and {WINDOW} or more of its exact words.
quotes:
  - paragraph:
    text: >-

# Up to {MAX_RELATED} ids of entries to read next, in the brackets, with commas between them.
related: []
"""
TEMPLATE_TEXT = f"""
{{language}}:
  # What stands on its button: at most {TITLE_LIMIT} characters.
  title:
  # {ANSWER_RANGE[0]} to {ANSWER_RANGE[1]} characters; a yes-or-no question is answered in the first word.
  answer: >-

  # The quotes translated, in the same order; remove this part where they are in this language already.
  quotes:
    - >-

  # How people ask for it, one way a line: {MIN_PHRASES} or more.
  phrases:
    -
"""

SCHEMAS: dict[str, type[BaseModel]] = {"entry": EntryFile, "community": CommunityFile}
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
    command = _add(commands, schema, "print the JSON schema of a kind of file, for editors")
    command.add_argument("file", nargs="?", choices=SCHEMAS, default="entry", help="entry when none is given")
    options = parser.parse_args(arguments)
    try:
        run: Command = options.command
        return run(options)
    except (ContentError, OSError) as error:
        print(error, file=sys.stderr)
    return 1


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    command: Command,
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
    """Write the template of an entry with every language of the folder; never over one that exists."""
    folder: Path = options.folder
    path = folder / "knowledge" / options.topic / f"{options.entry}.yaml"
    languages = sorted(voice.stem for voice in (folder / "voice").glob("*.yaml"))
    if not (ID_PATTERN.fullmatch(options.topic) and ID_PATTERN.fullmatch(options.entry)):
        raise ContentError([Problem(path, 1, "names of entries and topics are 1-40 of a-z, 0-9 and _, a letter first")])
    if not languages:
        raise ContentError([Problem(folder / "voice", 1, "no language: this folder needs a file like en.yaml")])
    if existing := list((folder / "knowledge").glob(f"*/{options.entry}.yaml")):
        raise ContentError([Problem(existing[0], 1, f"the entry {options.entry} is here already")])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEMPLATE_HEAD + "".join(TEMPLATE_TEXT.format(language=name) for name in languages), "utf-8")
    print(f"Written: {path}. Fill it in, then run `python -m content check`.")
    return 0


def coverage(options: argparse.Namespace) -> int:
    """List every paragraph with the number of entries that quote it, and those that no entry quotes."""
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
    problems = [*document.repeated]
    problems += [document.problem((), f"`{key}` is missing") for key in DOCUMENT_KEYS if key not in document.data]
    prefix = f"{document.data['id']}." if "id" in document.data else ""
    paragraphs: dict[str, dict[str, object]] = {}
    for index, paragraph in enumerate(_list(document, "paragraphs", problems)):
        match paragraph:
            case {"id": str(number), "text": str(text), **others} if number.startswith(prefix):
                if number in paragraphs:
                    problems.append(document.problem(("paragraphs", index), f"the paragraph {number} stands twice"))
                place = _place(others.get("section", ""), number in options.aside)
                paragraphs[number] = {**place, "windows": list(windows(text))}
            case _:
                text = f"a paragraph needs a `text` and an `id` like {prefix}01"
                problems.append(document.problem(("paragraphs", index), text))
    for number in set(options.aside) - set(paragraphs):
        problems.append(document.problem(("paragraphs",), f"there is no paragraph {number} to set aside"))
    if problems:
        raise ContentError(problems)
    source = {key: document.data[key] for key in (*DOCUMENT_KEYS[1:], "link") if key in document.data}
    yaml.safe_dump(
        {**source, "paragraphs": {number.partition(".")[2]: found for number, found in paragraphs.items()}},
        sys.stdout,
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=None,
    )
    return 0


def _place(section: object, aside: bool) -> dict[str, object]:
    place: dict[str, object] = {} if section in ("", "null", "~") else {"section": section}
    return {**place, "aside": True} if aside else place


def _list(document: Document, key: str, problems: list[Problem]) -> list[Data]:
    value = document.data.get(key)
    if isinstance(value, list):
        return list(value)
    problems.append(document.problem((key,), f"`{key}` must be a list"))
    return []


def schema(options: argparse.Namespace) -> int:
    """Print the JSON schema of an entry's file or of the community's."""
    print(json.dumps(SCHEMAS[options.file].model_json_schema(), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
