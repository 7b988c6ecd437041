"""What people ask of the store: read-only queries whose answers are plain values, printed by `agent.commands`."""
