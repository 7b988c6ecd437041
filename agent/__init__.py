"""The running program: engine, store, outbox, channels, ledger, command line. Everything with an effect."""
