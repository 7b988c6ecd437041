"""The command line: `trusted-agent`."""

from __future__ import annotations

import typer

from agent.commands.running import run

app = typer.Typer(
    name="trusted-agent",
    help="A personal watchdog: it watches by your rules and tells you, and nobody else, when one comes true.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(run)


@app.callback()
def _program() -> None:
    """Keep `run` a command of its own while it is the only one."""


def main() -> None:
    """Run the command line."""
    app()
