"""What every command shares: where the agent lives, how a command ends, and how it speaks to a person or a program."""

# ruff: noqa: PLC0415 - the store, the rules and rich are loaded by the command that needs them: `--version`, `--help`
# and a Tab of the shell answer at once, also on a small computer.

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from agent.database import Database
    from agent.places import Place
    from rules.faults import Fault
    from rules.rule import Names, Rule, RuleBook
    from watchers.api import Watcher

# What takes no longer needs no word about it.
PATIENCE_SECONDS = 2.0
NARROWEST = 20
# Of what there is, as many are named to somebody who asked for something else.
MOST_NAMED = 12
# What a mark says has to be told apart where it cannot be shown: of ✓ and ✗ both would read as ?, which is unknown.
PLAIN_MARKS = {"✓": "+", "✗": "-", "●": "*", "→": "->", "·": ".", "…": "...", "×": "x"}


class Exit(IntEnum):
    """What a command's exit status says."""

    FINE = 0
    ATTENTION = 1
    USAGE = 2
    FAULTY_RULES = 3
    NO_STORE = 4
    NOT_FOUND = 5
    BROKEN_KIND = 6
    INTERRUPTED = 130
    NOBODY_READS = 141


MEANINGS = {
    Exit.FINE: "Everything is fine, and what was asked for was done.",
    Exit.ATTENTION: "It worked, and something needs the owner: a channel that fails, a source that cannot be seen.",
    Exit.USAGE: "The command line is wrong.",
    Exit.FAULTY_RULES: "The rule file is missing, faulty or cannot be written; every fault was printed with its place.",
    Exit.NO_STORE: "There is no store yet, or it cannot be read or written.",
    Exit.NOT_FOUND: "There is no rule, message, kind, channel or file of that name.",
    Exit.BROKEN_KIND: "A kind of source that another package brought cannot be loaded; the message names the package.",
    Exit.INTERRUPTED: "It was interrupted with Ctrl-C.",
    Exit.NOBODY_READS: "Whoever read its output stopped reading, as `| head` does.",
}

Rules = Annotated[
    Path | None,
    typer.Option("--rules", metavar="FILE", help="The rule file, or the folder that holds rules.yaml."),
]
State = Annotated[
    str | None, typer.Option("--state", metavar="DIR", help="The folder of the store, or a postgresql:// address.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for a person.")]


def exit_codes_table() -> str:
    """Return the exit codes as a Markdown table, for the reference."""
    rows = [f"| {code.value} | {MEANINGS[code]} |" for code in Exit]
    return "\n".join(["| code | meaning |", "| ---: | --- |", *rows]) + "\n"


# Where the agent lives.


def place_of(rules: Path | None, state: str | None) -> Place:
    """Return where this agent lives."""
    from agent.places import find_place

    return find_place(rules, state, os.environ)


def rules_of(place: Place) -> RuleBook:
    """Read the rule file, or print its faults and end."""
    book, faults = rules_or_faults(place)
    if book is None:
        print_faults(faults)
        end(Exit.FAULTY_RULES)
    return book


def rules_or_faults(place: Place) -> tuple[RuleBook | None, tuple[Fault, ...]]:
    """Return the rule book, or what is wrong with it; a broken installation ends the command."""
    from agent.rulebook import read_rules
    from rules.faults import RuleFaults
    from watchers.registry import BrokenKind

    try:
        return read_rules(place), ()
    except RuleFaults as error:
        return None, error.faults
    except BrokenKind as error:
        fail(str(error), Exit.BROKEN_KIND)


def names_of(place: Place) -> Names:
    """Return what the rule file says of `me` and `topics`, as far as it can be read; nothing where there is none."""
    from agent.files import DiskFiles
    from rules.file.collected import Faults
    from rules.file.profile import names
    from rules.file.sections import gather
    from rules.rule import Names, Profile

    if not place.rules.exists():
        return Names(Profile(place.zone, None))
    unseen = Faults()
    sections = gather(str(place.rules), DiskFiles(place.rules.parent), unseen)
    return names(sections.named["me"], sections.named["topics"], place.zone, unseen)


def installed_kinds() -> Mapping[str, type[Watcher]]:
    """Return every installed kind by its name; one that cannot be used ends the command."""
    from watchers.registry import BrokenKind, kinds

    try:
        return kinds()
    except BrokenKind as error:
        fail(str(error), Exit.BROKEN_KIND)


def print_faults(faults: tuple[Fault, ...]) -> None:
    """Print every fault of a rule file with its place, and what to do where there is no file at all."""
    for fault in faults:
        complain(str(fault))
    if len(faults) == 1 and not Path(faults[0].place.file).exists():
        complain("trusted-agent init writes one to start with; --rules names another.", style="yellow")
        return
    complain(f"\n{counted(len(faults), 'fault')} in the rule file", style="red")


def rule_named(name: str, book: RuleBook) -> Rule | None:
    """Return the rule with that id or name."""
    from rules.slug import slug

    return book.rule(name) or book.rule(slug(name)) or next((rule for rule in book.rules if rule.name == name), None)


def rule_id_of(asked: str, book: RuleBook | None, database: Database) -> str:
    """Return the id of the rule of that id or name, in the file or once in it, or say that there is none and end."""
    from agent.views.history import known_rules

    with database.reading() as connection:
        known = known_rules(connection)
    found = rule_id_among(asked, book, known)
    written = [rule.id for rule in book.rules] if book is not None else []
    return found if found is not None else not_found("rule", asked, list(dict.fromkeys([*written, *known])))


def rule_id_among(asked: str, book: RuleBook | None, known: Mapping[str, str]) -> str | None:
    """Return the id of the rule of that id or name: one of the file, or else one of these that the store knows."""
    current = rule_named(asked, book) if book is not None else None
    if current is not None:
        return current.id
    return next((rule_id for rule_id, name in known.items() if asked in (rule_id, name)), None)


def not_found(what: str, name: str, known: list[str]) -> NoReturn:
    """Say that there is nothing of that name, name what was probably meant, and end."""
    from rules.faults import nearest

    meant = nearest(name, known)
    hint = f"did you mean {meant}?" if meant else _there_are(known)
    fail(f"there is no {what} {name}; {hint}", Exit.NOT_FOUND)


def _there_are(known: list[str]) -> str:
    match known:
        case []:
            return "none has been written yet"
        case [only]:
            return f"there is only {only}"
    more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
    return f"there are {', '.join(known[:MOST_NAMED])}{more}"


@contextmanager
def store_of(place: Place) -> Iterator[Database]:
    """Open the store to look into it, or say why that cannot be and end."""
    from agent.database import StoreError
    from agent.views.opening import looking_into

    try:
        with looking_into(place.store) as database:
            yield database
    except StoreError as error:
        fail(str(error), Exit.NO_STORE)


# How a command ends.


def fail(sentence: str, code: Exit) -> NoReturn:
    """Say what is wrong and end with a code."""
    complain(f"trusted-agent: {sentence}", style="red")
    end(code)


def end(code: Exit) -> NoReturn:
    """End with a code."""
    raise typer.Exit(code)


# How it speaks.


Part = str | tuple[str, str]
"""A piece of a line: its text, or its text with a style of rich."""


def say(*parts: Part, indent: int = 0) -> None:
    """Print a line: on a terminal wrapped at words and in colour, anywhere else as one line without."""
    _print(_console(), parts, indent)


def complain(sentence: str, *, style: str = "") -> None:
    """Print a sentence on standard error."""
    _print(_console(is_error=True), ((sentence, style),), 0)


def print_json(value: Any) -> None:
    """Print one JSON value on a line of its own, in UTF-8 whatever the terminal's encoding is."""
    from agent.commands.plain import plain

    # A lone surrogate, which no encoding takes, leaves as the escape that it is in JSON.
    line = json.dumps(plain(value), ensure_ascii=False).encode("utf-8", "backslashreplace")
    with _speaking():
        sys.stdout.flush()
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()


@contextmanager
def patience(doing: str) -> Iterator[None]:
    """Say on a terminal what takes so long, once it does."""
    console = _console(is_error=True)
    if not console.is_terminal:
        yield
        return
    status = console.status(printable(doing))
    timer = threading.Timer(PATIENCE_SECONDS, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()


def counted(number: int, noun: str, many: str = "") -> str:
    """Return a number with its noun: "1 rule", "3 rules"."""
    return f"{number:,} {noun if number == 1 else many or f'{noun}s'}"


def printable(text: str) -> str:
    """Return a text without what a terminal obeys: it may come from a page that means no good."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def spelt(text: str, encoding: str) -> str:
    """Return a text with its marks in ASCII where an encoding has none for them."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_in(encoding, letter) for letter in text)
    return text


def _in(encoding: str, letter: str) -> str:
    return letter if letter not in PLAIN_MARKS or letter.encode(encoding, "ignore") else PLAIN_MARKS[letter]


def width() -> int:
    """Return how many columns a line may take; off a terminal, as many as on a common one."""
    return _console().width if is_terminal() else 80


def is_terminal() -> bool:
    """Return whether a person reads the output."""
    return _console().is_terminal


def _print(console: Console, parts: tuple[Part, ...], indent: int) -> None:
    from rich.text import Text

    margin = " " * indent
    styled = [(part, "") if isinstance(part, str) else part for part in parts]
    text = Text.assemble(*[(spelt(printable(words), console.encoding), style) for words, style in styled])
    if console.is_terminal:
        lines = list(text.wrap(console, max(NARROWEST, console.width - indent)))
    else:
        lines = list(text.split("\n", allow_blank=True))
    with nullcontext() if console.stderr else _speaking():
        for line in lines:
            line.rstrip()
            console.print(Text(margin if line else "") + line, soft_wrap=True)


@contextmanager
def _speaking() -> Iterator[None]:
    """Say what keeps the output from being written, such as a disk that is full, and end."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        cannot_say(error)


def cannot_say(error: OSError) -> NoReturn:
    """Say why the output cannot be written, and end."""
    # Python flushes once more at its end, and would fail again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    fail(f"the output cannot be written: {error.strerror}", Exit.ATTENTION)


@cache
def _console(*, is_error: bool = False) -> Console:
    from rich.console import Console

    class Terminal(Console):
        """A console that leaves it to `agent.command` what to do where nobody reads."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Terminal(highlight=False, stderr=is_error)
