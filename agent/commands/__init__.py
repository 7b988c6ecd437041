"""The commands, one module for each group; `agent.command` puts them together."""
