"""Of Apprise's plugins those are loaded that the owner's channels need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agent.plugins import PLUGINS, apprise_for

LOADED = """
import sys
from agent.sending import loaded
for address in sys.argv[1:]:
    print(type(loaded(address)).__name__)
print(len({name.split(".")[2] for name in sys.modules if name.startswith("apprise.plugins.")}))
"""


def lived(*addresses: str) -> list[str]:
    """Load addresses one after the other in a new process; return what each came to, and how many plugins it took."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *addresses], capture_output=True, text=True, check=True, timeout=60
    )
    return ran.stdout.split()


@pytest.mark.parametrize("schema", PLUGINS)
def test_each_schema_is_of_the_plugin_that_is_loaded_for_it(schema):
    known = apprise_for("a schema that nobody has").manager_plugins.NotificationManager()
    assert f"{known[schema].__module__}.".startswith(f"apprise.plugins.{PLUGINS[schema]}.")


def test_only_the_plugins_of_the_addresses_are_loaded():
    *found, plugins = lived("ntfys://ntfy.sh/a-topic", "mailto://me:secret@example.org", "ntfys://ntfy.sh/another")
    assert found == ["tuple", "tuple", "tuple"]
    assert int(plugins) < 5


@pytest.mark.parametrize(
    "rare", ["notica://abc1234", "https://discord.com/api/webhooks/1234567890/abcdefghij", "nobody://x"]
)
def test_what_is_not_known_by_name_is_looked_for_among_all(rare):
    *found, plugins = lived("ntfys://ntfy.sh/a-topic", rare, "json://one.example/")
    assert found == ["tuple", "Unsent" if rare.startswith("nobody") else "tuple", "tuple"]
    assert int(plugins) > 100
