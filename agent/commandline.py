"""The command line: each command is a function of `agent.commands`, put together here."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from agent import VERSION
from agent.commands.ack import ack
from agent.commands.backtest import backtest
from agent.commands.channels import channels
from agent.commands.check import check
from agent.commands.deeds import deeds
from agent.commands.demo import demo
from agent.commands.firings import firings
from agent.commands.fmt import fmt
from agent.commands.history import history
from agent.commands.init import init
from agent.commands.ledger import ledger
from agent.commands.mute import mute
from agent.commands.no import no
from agent.commands.person import person
from agent.commands.recipes import recipes
from agent.commands.record import record
from agent.commands.rules import rules
from agent.commands.running import run
from agent.commands.service import service
from agent.commands.shell import Exit, cannot_say
from agent.commands.snooze import snooze
from agent.commands.status import status
from agent.commands.tell import tell
from agent.commands.test import rule_tests
from agent.commands.trying import try_
from agent.commands.useful import useful
from agent.commands.why import why
from agent.commands.why_not import why_not
from agent.commands.yes import yes

WRITE, WATCH, ASK = "Write rules", "Watch", "Ask"


class _Commands(TyperGroup):
    """The commands, and how they end where nobody reads what they say: quietly, as a broken pipe ends a program."""

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **extra)
        except OSError as error:
            # The help and the version are printed where no command of ours is at work.
            if error.errno != errno.ENOSPC or error.filename is not None:
                raise
            with suppress(typer.Exit):
                cannot_say(error)
            raise SystemExit(Exit.ATTENTION) from error

    def invoke(self, ctx: Any) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError as error:
            # Python flushes once more at its end, and would complain: https://docs.python.org/3/library/signal.html
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(Exit.NOBODY_READS) from error


app = typer.Typer(
    name="trusted-agent",
    cls=_Commands,
    help="A personal watchdog: it watches by your rules and tells you, and nobody else, when one comes true.",
    epilog="Rules: ~/.config/trusted-agent/rules.yaml, or --rules, or TRUSTED_AGENT_RULES. "
    "Store: ~/.local/state/trusted-agent, or --state, or TRUSTED_AGENT_STATE.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(rich_help_panel=WRITE)(init)
app.command(rich_help_panel=WRITE)(recipes)
app.command(rich_help_panel=WRITE)(check)
app.command(rich_help_panel=WRITE)(fmt)
app.command("try", rich_help_panel=WRITE)(try_)
app.command("test", rich_help_panel=WRITE)(rule_tests)
app.command(rich_help_panel=WRITE)(record)
app.command(rich_help_panel=WRITE)(backtest)
app.add_typer(channels, rich_help_panel=WRITE)
app.add_typer(person, rich_help_panel=WRITE)
app.command(rich_help_panel=WATCH)(demo)
app.command(rich_help_panel=WATCH)(run)
app.add_typer(service, rich_help_panel=WATCH)
app.command(rich_help_panel=WATCH)(status)
app.command(rich_help_panel=WATCH)(rules)
app.command(rich_help_panel=WATCH)(tell)
app.command(rich_help_panel=WATCH)(snooze)
app.command(rich_help_panel=WATCH)(ack)
app.command(rich_help_panel=WATCH)(mute)
app.command(rich_help_panel=WATCH)(useful)
app.command(rich_help_panel=WATCH)(yes)
app.command(rich_help_panel=WATCH)(no)
app.command(rich_help_panel=ASK)(firings)
app.command(rich_help_panel=ASK)(deeds)
app.command(rich_help_panel=ASK)(why)
app.command("why-not", rich_help_panel=ASK)(why_not)
app.command(rich_help_panel=ASK)(history)
app.command(rich_help_panel=ASK)(ledger)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"trusted-agent {VERSION}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    pass
