"""The rule file: from its text to checked settings, every one with its place. `rules.load` puts it together."""
