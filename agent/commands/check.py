"""`check`: every fault of the rule file, or what the agent would do by it."""

# ruff: noqa: PLC0415 - the rules are loaded by the command that needs them.

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    counted,
    end,
    place_of,
    print_faults,
    print_json,
    rules_or_faults,
    say,
)

if TYPE_CHECKING:
    from rules.faults import Fault
    from rules.rule import RuleBook


def check(
    file: Annotated[Path | None, typer.Argument(help="A rule file other than yours.", show_default=False)] = None,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Find every fault in the rule file, with its place and what to write instead.

    Without a fault, it says what the agent will do: how many rules and watches there are, which hosts will be
    contacted, and what is doubtful about the channels. Nothing is contacted, stored or sent.
    """
    place = place_of(file or rules, None)
    book, faults = rules_or_faults(place)
    if book is None:
        if as_json:
            print_json({"file": place.rules, "ok": False, "faults": [_fault(fault) for fault in faults]})
        else:
            print_faults(faults)
        end(Exit.FAULTY_RULES)
    doubts = channel_doubts(book)
    found = _summary(place.rules, book, doubts)
    if as_json:
        print_json(found)
    else:
        _show(found)
    end(Exit.ATTENTION if any(doubts.values()) else Exit.FINE)


def channel_doubts(book: RuleBook) -> dict[str, list[str]]:
    """Return what is wrong or doubtful about each channel, without sending anything."""
    if not book.channels:
        return {}
    from agent.channels import Channels
    from agent.redaction import Redactor

    channels = Channels(book.channels, Redactor(book.secrets))
    return {name: channels.check(name) for name in book.channels}


def _summary(file: Path, book: RuleBook, doubts: dict[str, list[str]]) -> dict[str, Any]:
    watches = {spec.id: spec for rule in book.rules for spec in rule.watches}
    return {
        "file": file,
        "ok": True,
        "faults": [],
        "rules": [{"id": rule.id, "name": rule.name, "kind": rule.kind.name} for rule in book.rules],
        "disabled": book.disabled,
        "watches": len(watches),
        "hosts": sorted({host for spec in watches.values() for host in spec.watcher.hosts}),
        "channels": doubts,
        "notices": book.notices,
    }


def _show(found: dict[str, Any]) -> None:
    sleeping = f", {counted(len(found['disabled']), 'rule')} asleep" if found["disabled"] else ""
    counts = (
        counted(len(found["rules"]), "rule"),
        counted(found["watches"], "watch", "watches"),
        counted(len(found["channels"]), "channel"),
    )
    say((str(found["file"]), "bold"), " is without a fault.")
    say(f"{', '.join(counts)}{sleeping}", indent=2)
    if found["hosts"]:
        say("\nHosts that polls will contact:")
        for host in found["hosts"]:
            say(host, indent=2)
    doubtful = [(name, doubt) for name, doubts in found["channels"].items() for doubt in doubts]
    if doubtful:
        say("\nDoubtful channels:")
        for name, doubt in doubtful:
            say((name, "bold yellow"), f": {doubt}", indent=2)
    if found["notices"]:
        say("\nTo know:")
        for notice in found["notices"]:
            say(notice, indent=2)


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "length": fault.length,
        "message": fault.message,
        "hint": fault.hint,
        "excerpt": fault.line,
    }
