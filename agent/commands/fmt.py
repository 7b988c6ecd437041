"""`fmt`: the rule file in its one spelling."""

# ruff: noqa: PLC0415 - the rules are loaded by the command that needs them.

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    complain,
    counted,
    end,
    fail,
    installed_kinds,
    place_of,
    print_faults,
    print_json,
    say,
)

if TYPE_CHECKING:
    from agent.places import Place
    from rules.faults import Fault
    from rules.file.files import Files
    from rules.file.formatting import Formatted

STANDARD_INPUT = "-"
_STYLES = {"+": "green", "-": "red", "@": "cyan"}
_CONTEXT = 1


@dataclass(frozen=True, slots=True)
class _File:
    """One file as it is and as it should be, and how the two differ, without secrets."""

    path: Path
    text: Formatted
    diff: tuple[str, ...]


def fmt(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Files to format, or - for standard input; otherwise all of yours.", show_default=False),
    ] = None,
    rules: Rules = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 and show what would change, if anything would.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the sentences and the lengths of time of the rule file in their one spelling.

    Comments, order, quotes and every other byte stay as they are, and no rule changes its meaning. A file with a
    fault is not touched. With -, the rule file is read from standard input and written to standard output.
    """
    place = place_of(rules, None)
    is_piped = files == [STANDARD_INPUT]
    if files and STANDARD_INPUT in files and not is_piped:
        fail("- stands alone: standard input is one rule file", Exit.USAGE)
    found, faults = _piped(place) if is_piped else _on_disk(place, [Path(name).expanduser() for name in files or ()])
    if faults:
        _refuse(faults, as_json=as_json)
    changed = [file for file in found if file.text.is_changed]
    if not check and not is_piped:
        _write(changed)
    if as_json:
        print_json({"ok": True, "faults": [], "files": [_plain(file, is_piped=is_piped) for file in found]})
    elif is_piped and not check:
        _print_text(found[0].text.after)
    else:
        _show(found, changed, check=check)
    end(Exit.ATTENTION if check and changed else Exit.FINE)


def _on_disk(place: Place, asked: list[Path]) -> tuple[list[_File], list[Fault]]:
    """Return the files that were asked for, or all, and the faults of them."""
    from agent.files import DiskFiles

    found: list[_File] = []
    faults: list[Fault] = []
    for main, parts in _mains(place, asked).items():
        formatted, wrong = _formatted(main, DiskFiles(main.parent), place)
        found += [file for file in formatted if not parts or file.path.resolve() in parts]
        faults += wrong
    return found, faults


def _mains(place: Place, asked: list[Path]) -> dict[Path, set[Path]]:
    """Return the rule files to read, each with the files of it that were asked for; with none where it is all of them.

    A file that the owner's rule file includes is read as a part of that; any other is a rule file of its own.
    """
    from agent.files import DiskFiles
    from rules.file.collected import Faults
    from rules.file.sections import gather

    if not asked:
        return {place.rules: set()}
    ours = gather(str(place.rules), DiskFiles(place.rules.parent), Faults()).files
    parts = {Path(name).resolve() for name in ours}
    mains: dict[Path, set[Path]] = {}
    for path in asked:
        file = place_of(path, None).rules
        mains.setdefault(place.rules if file.resolve() in parts else file, set()).add(file.resolve())
    return mains


def _piped(place: Place) -> tuple[list[_File], list[Fault]]:
    """Return standard input as it should be: it stands for the rule file, in whose folder its includes are found."""
    from agent.files import DiskFiles
    from rules.file.files import FileTrouble

    content = sys.stdin.buffer.read()

    class Piped(DiskFiles):
        """The files of this machine, with standard input for the rule file."""

        def text(self, name: str) -> str:
            if name != str(place.rules):
                return super().text(name)
            try:
                return content.decode("utf-8")
            except UnicodeDecodeError as error:
                raise FileTrouble("standard input is no UTF-8 text", "save it as UTF-8") from error

    formatted, faults = _formatted(place.rules, Piped(place.rules.parent), place)
    return formatted[:1], faults


def _formatted(main: Path, files: Files, place: Place) -> tuple[list[_File], list[Fault]]:
    """Return a rule file and what it includes, or the faults of them."""
    from agent.redaction import Redactor
    from rules.faults import RuleFaults
    from rules.file.formatting import formatting

    try:
        done = formatting(str(main), files, installed_kinds(), zone=place.zone)
    except RuleFaults as error:
        return [], list(error.faults)
    redactor = Redactor(done.secrets)
    return [_File(Path(file.name), file, tuple(map(redactor.clean, _diff(file)))) for file in done.files], []


def _diff(file: Formatted) -> Iterator[str]:
    """Yield the lines of a unified diff, without its two lines of names and without line ends."""
    before, after = (text.replace("\r\n", "\n").split("\n") for text in (file.before, file.after))
    lines = difflib.unified_diff(before, after, lineterm="", n=_CONTEXT)
    yield from list(lines)[2:]


def _refuse(faults: Iterable[Fault], *, as_json: bool) -> None:
    known = tuple(dict.fromkeys(faults))
    if as_json:
        from agent.commands.plain import plain_fault

        print_json({"ok": False, "faults": [plain_fault(fault) for fault in known], "files": []})
    else:
        print_faults(known)
    end(Exit.FAULTY_RULES)


def _write(changed: list[_File]) -> None:
    """Write the files; the first that cannot be written ends the command."""
    from agent.writing import replace_file

    for file in changed:
        try:
            if file.path.read_bytes() != file.text.before.encode("utf-8"):
                complain(f"{file.path} was edited meanwhile, and is left as it is", style="yellow")
                end(Exit.ATTENTION)
            replace_file(file.path, file.text.after.encode("utf-8"))
        except OSError as error:
            fail(f"{file.path} cannot be written: {error.strerror}", Exit.FAULTY_RULES)


def _print_text(text: str) -> None:
    """Print a file byte for byte, whatever the terminal's encoding and line ends are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def _plain(file: _File, *, is_piped: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "file": STANDARD_INPUT if is_piped else file.path,
        "changed": file.text.is_changed,
        "diff": file.diff,
    }
    return {**said, "text": file.text.after} if is_piped else said


def _show(found: list[_File], changed: list[_File], *, check: bool) -> None:
    for file in changed:
        say((str(file.path), "bold"), " would change:" if check else " is formatted now.")
        for line in file.diff if check else ():
            say((line, _STYLES.get(line[:1], "")), indent=2)
    if not changed:
        say(f"{counted(len(found), 'file')} formatted already.")
