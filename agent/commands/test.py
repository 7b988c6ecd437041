"""`test`: run the tests that stand beside the rules."""

# ruff: noqa: PLC0415 - the rules and their judge are loaded by the command that needs them.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    complain,
    counted,
    end,
    not_found,
    patience,
    place_of,
    print_faults,
    print_json,
    rule_named,
    rules_of,
    say,
    width,
)

if TYPE_CHECKING:
    from agent.places import Place
    from rules.faults import Fault
    from rules.rule import RuleBook
    from rules.trials.case import Case
    from rules.trials.compare import Difference, Outcome

_INDENT = 2


def rule_tests(
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help="Run the tests of this rule alone; repeatable.")
    ] = None,
    *,
    untested: Annotated[bool, typer.Option("--untested", help="Say also which rules have no test.")] = False,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Run the tests of the rules: `tests:` in the rule file, and every *.test.yaml beside it or in tests/ beside it.

    Nothing is asked, stored or sent: each test says what the polls show, and the rule's own judge what it would tell.
    """
    place = place_of(rules, None)
    book = rules_of(place)
    found = _tests(place, book)
    if found.faults:
        _refuse(found.faults, as_json=as_json)
    chosen = {_id_of(name, book) for name in rule or ()}
    cases = [case for case in found.cases if not chosen or case.rule.id in chosen]
    outcomes = _run(cases, book)
    tested = {case.rule.id for case in found.cases}
    without = [each.id for each in book.rules if each.id not in tested] if untested else None
    if as_json:
        print_json(_plain(outcomes, found.asleep, without))
    else:
        _show(outcomes, found.asleep, without)
    end(Exit.FINE if all(outcome.has_passed for outcome in outcomes) else Exit.ATTENTION)


@dataclass(frozen=True, slots=True)
class _Tests:
    """What is written: the cases, how many are of rules that sleep, and every fault."""

    cases: tuple[Case, ...]
    asleep: int
    faults: tuple[Fault, ...]


def _tests(place: Place, book: RuleBook) -> _Tests:
    from agent.files import DiskFiles
    from agent.rehearsal import Rehearsal
    from rules.faults import RuleFaults
    from rules.file.collected import Faults
    from rules.trials.read import read_cases
    from rules.trials.written import written_tests

    faults = Faults()
    written = written_tests(str(place.rules), DiskFiles(place.rules.parent), faults)
    cases = read_cases(written, book, Rehearsal(), faults)
    # In the order of their places.
    return _Tests(cases, len(written) - len(cases), RuleFaults(faults.found).faults)


def _refuse(faults: tuple[Fault, ...], *, as_json: bool) -> None:
    from agent.commands.plain import plain_fault

    if as_json:
        print_json({"ok": False, "faults": [plain_fault(fault) for fault in faults]})
    else:
        print_faults(faults)
    end(Exit.FAULTY_RULES)


def _id_of(name: str, book: RuleBook) -> str:
    found = rule_named(name, book)
    return found.id if found is not None else not_found("rule", name, [each.id for each in book.rules])


def _run(cases: Sequence[Case], book: RuleBook) -> list[Outcome]:
    from agent.blanking import Blanker
    from agent.rehearsal import Rehearsal
    from rules.trials.compare import compare
    from rules.trials.live import live

    # Saved answers were blanked by the same knowledge, so that their addresses are found again.
    rehearsal = Rehearsal(Blanker(book.secrets).address)
    with patience(f"running {counted(len(cases), 'test')} …"):
        return [compare(case, live(case, rehearsal)) for case in cases]


# What came of it.


def _show(outcomes: Sequence[Outcome], asleep: int, without: Sequence[str] | None) -> None:
    from rules.trials.show import shown

    for outcome in outcomes:
        if outcome.has_passed:
            continue
        say(("✗ ", "bold red"), (outcome.case.name, "bold"), (f"  {outcome.case.place}", "dim"))
        for line in shown(outcome, width() - _INDENT):
            say((line, _style(line)), indent=_INDENT)
        say("")
    passed = sum(outcome.has_passed for outcome in outcomes)
    if not outcomes:
        say("There are no rule tests to run: `trusted-agent record RULE` writes one, or `tests:` in the rule file.")
    elif passed == len(outcomes):
        rules = counted(len({outcome.case.rule.id for outcome in outcomes}), "rule")
        say(("✓ ", "bold green"), f"{counted(passed, 'test')} of {rules} passed")
    else:
        complain(f"{len(outcomes) - passed} of {counted(len(outcomes), 'test')} failed", style="bold red")
    if asleep:
        say(f"{counted(asleep, 'test')} of sleeping rules left out")
    if without is not None:
        say(f"without a test: {', '.join(without)}" if without else "every rule has a test")


def _style(line: str) -> str:
    words = line.strip()
    return "red" if words.startswith("- ") else "green" if words.startswith("+ ") else ""


def _plain(outcomes: Sequence[Outcome], asleep: int, without: Sequence[str] | None) -> dict[str, Any]:
    passed = sum(outcome.has_passed for outcome in outcomes)
    summary: dict[str, Any] = {
        "ok": passed == len(outcomes),
        "passed": passed,
        "failed": len(outcomes) - passed,
        "asleep": asleep,
        "tests": [_plain_case(outcome) for outcome in outcomes],
    }
    return summary if without is None else {**summary, "untested": list(without)}


def _plain_case(outcome: Outcome) -> dict[str, Any]:
    case = outcome.case
    return {
        "name": case.name,
        "rule": case.rule.id,
        "file": case.place.file,
        "line": case.place.line,
        "passed": outcome.has_passed,
        "told": [_plain_told(told) for told in outcome.told],
        "differences": [_plain_difference(difference) for difference in outcome.differences],
    }


def _plain_told(told: Any) -> dict[str, Any]:
    firing = told.firing
    return {
        "poll": told.poll,
        "at": told.at,
        "reason": firing.reason,
        "of": firing.observation,
        "title": firing.title,
        "because": firing.because,
        "message": told.message,
    }


def _plain_difference(difference: Difference) -> dict[str, Any]:
    from rules.trials.compare import Missing, Surplus

    if isinstance(difference, Surplus):
        return {"what": "not expected", "poll": difference.told.poll, "told": _plain_told(difference.told)}
    expected = difference.expected
    wanted = {"poll": expected.poll, "at": expected.written, "reason": expected.reason, "of": expected.of}
    if isinstance(difference, Missing):
        return {"what": "not told", "poll": expected.poll, "expected": wanted, "why": list(difference.why)}
    differs = [{"name": name, "expected": was, "told": came} for name, was, came in difference.differs]
    return {
        "what": "told otherwise",
        "poll": difference.told.poll,
        "expected": wanted,
        "told": _plain_told(difference.told),
        "differs": differs,
    }
