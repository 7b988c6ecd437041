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
    State,
    complain,
    counted,
    end,
    names_of,
    patience,
    place_of,
    print_faults,
    print_json,
    rules_or_faults,
    say,
)
from agent.commands.suggesting import kept_of, plain_suggestions, show_suggestions
from agent.schema_file import keep_schema

if TYPE_CHECKING:
    from agent.places import Place
    from agent.reality import Checked
    from rules.rule import RuleBook


def check(
    file: Annotated[Path | None, typer.Argument(help="A rule file other than yours.", show_default=False)] = None,
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Look at every source once, and say what the rules meet there.")
    ] = False,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Find every fault in the rule file, with its place and what to write instead.

    Without a fault, it says what the agent will do: how many rules and watches there are, which hosts will be
    contacted, and what is doubtful about the channels. Nothing is contacted, stored or sent; with --live each source is
    asked once, and the ledger alone is written.
    """
    place = place_of(file or rules, state)
    book, faults = rules_or_faults(place)
    keep_schema(place.rules, unasked=file is None)
    if book is None:
        if as_json:
            from agent.commands.plain import plain_fault

            print_json({"file": place.rules, "ok": False, "faults": [plain_fault(fault) for fault in faults]})
        else:
            print_faults(faults)
        end(Exit.FAULTY_RULES)
    doubts = channel_doubts(book)
    checked = _look(book, place) if live else None
    found = _summary(place.rules, book, doubts) | (
        {"live": [_lived(each) for each in checked]} if checked is not None else {}
    )
    if as_json:
        print_json(found)
    else:
        _show(found)
        _show_live(checked)
    is_troubled = any(each.troubles for each in checked or ()) or any(each["doubts"] for each in found["deeds"])
    end(Exit.ATTENTION if any(doubts.values()) or is_troubled else Exit.FINE)


def channel_doubts(book: RuleBook) -> dict[str, list[str]]:
    """Return what is wrong or doubtful about each channel, without sending anything."""
    if not book.channels:
        return {}
    from agent.channels import Channels
    from agent.redaction import Redactor

    channels = Channels(book.channels, Redactor(book.secrets))
    return {name: channels.check(name) for name in book.channels}


def _look(book: RuleBook, place: Place) -> list[Checked]:
    """Ask every source once and hold the rules against what it says; whom that contacted goes into the ledger."""
    import asyncio
    import logging

    from agent.clock import wall
    from agent.database import StoreError
    from agent.logs import start_logging
    from agent.reality import check_live, watches_of_book, write_down
    from watchers.door.exchange import Contact

    start_logging(logging.ERROR)
    contacts: list[Contact] = []
    pasts = kept_of(place, book.rules)
    with patience(f"asking {counted(len(watches_of_book(book)), 'source')} …"):
        try:
            return asyncio.run(check_live(book, names_of(place), pasts, wall(), contacts.append))
        finally:
            try:
                write_down(contacts, place.store)
            except StoreError as error:
                complain(f"trusted-agent: {error}; whom this contacted is not in the ledger", style="yellow")


def _lived(checked: Checked) -> dict[str, Any]:
    return {
        "rule": checked.rule.id,
        "troubles": [
            {"source": source, "name": trouble.name, "reason": trouble.reason} for source, trouble in checked.troubles
        ],
        "suggestions": plain_suggestions(checked.suggestions),
    }


def _summary(file: Path, book: RuleBook, doubts: dict[str, list[str]]) -> dict[str, Any]:
    watches = {spec.id: spec for rule in book.rules for spec in rule.watches}
    return {
        "file": file,
        "ok": True,
        "faults": [],
        "rules": [{"id": rule.id, "name": rule.name, "kind": rule.kind.name} for rule in book.rules],
        "disabled": book.disabled,
        "watches": len(watches),
        "hosts": sorted({host for spec in watches.values() for host in spec.watcher.hosts} | _asked_in_doubt(book)),
        "deeds": _deeds(book),
        "channels": doubts,
        "notices": book.notices,
    }


def _deeds(book: RuleBook) -> list[dict[str, Any]]:
    """Return what the rules would do besides telling."""
    if not any(rule.action for rule in book.rules):
        return []
    from agent.doing.announcing import announced

    return [
        {"rule": each.rule_id, "name": each.name, "does": each.says, "host": each.host, "doubts": each.doubts}
        for each in announced(book)
    ]


def _asked_in_doubt(book: RuleBook) -> set[str]:
    """Return the host that tells whether this machine is online, where a rule may want to know."""
    from watchers.door.address import read_address

    wants_to_know = any("check" in spec.watcher.options() for rule in book.rules for spec in rule.watches)
    return {read_address(book.network.check).host} if book.network.check and wants_to_know else set()


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
    if hosts := sorted({each["host"] for each in found["deeds"]} - {""}):
        say("\nHosts that rules will call:")
        for host in hosts:
            say(host, indent=2)
    if found["deeds"]:
        say("\nWhat rules will do:")
        for each in found["deeds"]:
            say((each["name"], "bold"), f": {each['does']}", indent=2)
            for doubt in each["doubts"]:
                say((doubt, "yellow"), indent=4)
    doubtful = [(name, doubt) for name, doubts in found["channels"].items() for doubt in doubts]
    if doubtful:
        say("\nDoubtful channels:")
        for name, doubt in doubtful:
            say((name, "bold yellow"), f": {doubt}", indent=2)
    if found["notices"]:
        say("\nTo know:")
        for notice in found["notices"]:
            say(notice, indent=2)


def _show_live(checked: list[Checked] | None) -> None:
    if checked is None:
        return
    odd = [each for each in checked if each.suggestions or each.troubles]
    say("\nIn reality:" if odd else "\nIn reality nothing is odd: every source was seen.")
    for each in odd:
        say((each.rule.name, "bold"), indent=2)
        for source, trouble in each.troubles:
            say((trouble.name, "bold yellow"), f": {trouble.reason}", (f"  {source}", "dim"), indent=4)
        show_suggestions(each.suggestions, indent=4)
