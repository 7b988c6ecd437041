"""The running program: engine, store, outbox, channels, ledger, command line. Everything with an effect."""

from importlib.metadata import version

VERSION = version("trusted-agent")
