"""Apprise, with the plugins that the owner's channels need: all 170 of them take a third of a second and 25 MB.

schema ──▶ a plugin that is known by name │ any other: all of them ──▶ Apprise
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

PLUGINS: Final[Mapping[str, str]] = {
    schema: module
    for module, schemas in {
        "apprise_api": "apprise apprises",
        "bark": "bark barks",
        "custom_form": "form forms",
        "custom_json": "json jsons",
        "custom_xml": "xml xmls",
        "dbus": "dbus kde qt",
        "discord": "discord",
        "email": "mailto mailtos",
        "glib": "glib gio",
        "gnome": "gnome",
        "google_chat": "gchat",
        "gotify": "gotify gotifys",
        "home_assistant": "hassio hassios",
        "irc": "irc ircs",
        "join": "join",
        "kodi": "kodi kodis xbmc xbmcs",
        "line": "line",
        "macosx": "macosx",
        "mailgun": "mailgun",
        "mastodon": "mastodon mastodons toot toots",
        "matrix": "matrix matrixs",
        "mattermost": "mmost mmosts",
        "mqtt": "mqtt mqtts",
        "nextcloud": "ncloud nclouds",
        "nextcloudtalk": "nctalk nctalks",
        "ntfy": "ntfy ntfys",
        "prowl": "prowl",
        "pushbullet": "pbul",
        "pushover": "pover",
        "pushsafer": "psafer psafers",
        "pushy": "pushy",
        "rocketchat": "rocket rockets",
        "rsyslog": "rsyslog",
        "signal_api": "signal signals",
        "simplepush": "simplepush spush",
        "slack": "slack",
        "synology": "synology synologys",
        "syslog": "syslog",
        "telegram": "tgram",
        "threema": "threema",
        "twilio": "twilio",
        "vapid": "vapid",
        "webexteams": "webex wxteams",
        "windows": "windows",
        "workflows": "workflow workflows",
        "xmpp": "xmpp xmpps",
        "zulip": "zulip",
    }.items()
    for schema in schemas.split()
}
"""The module of a plugin by each schema of its addresses, as in apprise 2.2; what is not here is found by Apprise."""

_loading = threading.Lock()


def apprise_for(schema: str) -> Any:
    """Return Apprise, with the plugin of a schema loaded if there is one: a thread may ask while another sends."""
    with _loading:
        apprise = _apprise()
        known = apprise.manager_plugins.NotificationManager()
        # What is asked whether it knows something before anything was loaded loads everything.
        if not known or schema not in known:
            _load(known, schema)
        return apprise


def _load(known: Any, schema: str) -> None:
    if schema in PLUGINS:
        # Apprise imports the modules that a folder has the names of.
        with TemporaryDirectory(prefix="trusted-agent-") as folder:
            (Path(folder) / PLUGINS[schema]).touch()
            known.load_modules(path=folder, name="apprise.plugins")
    if schema not in known:
        known.load_modules()


@cache
def _apprise() -> Any:
    apprise = import_module("apprise")
    import_module("apprise.manager_plugins")
    logger = logging.getLogger("apprise")
    # Why a send failed is only in its DEBUG lines and those below, which hold secrets: they are heard where it is sent
    # and passed to nobody.
    logger.setLevel(logging.DEBUG - 1)
    logger.propagate = False
    return apprise
