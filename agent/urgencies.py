"""How loudly each service tells: a rule's urgency in the service's own words.

The words were read from the parameters that Apprise 2.2 declares (https://appriseit.com/services/); tests hold this
table against the Apprise that is installed. A service that is not here has no loudness of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.rule import Urgency


@dataclass(frozen=True, slots=True)
class Loudness:
    """The parameter of a service's address that says how loudly it tells.

    Attributes:
        parameter: Its name.
        low, high, urgent: Its values; None leaves the service to its default, as a normal message always does.
    """

    parameter: str
    low: str | None
    high: str | None
    urgent: str | None

    def of(self, urgency: Urgency) -> dict[str, str]:
        """Return what to add to an address."""
        value = {"low": self.low, "normal": None, "high": self.high, "urgent": self.urgent}[urgency]
        return {self.parameter: value} if value is not None else {}


_FIVE_STEPS = Loudness("priority", "low", "high", "emergency")
# Two services repeat an emergency until somebody acknowledges it, which nobody asked for.
_NO_EMERGENCY = Loudness("priority", "low", "high", "high")
_DESKTOP = Loudness("urgency", "low", "high", "high")
_SILENT = Loudness("silent", "yes", None, None)

LOUDNESS: Mapping[str, Loudness] = {
    **dict.fromkeys(("gotify", "gotifys", "growl", "jira", "join", "opsgenie", "prowl"), _FIVE_STEPS),
    **dict.fromkeys(("pover", "lauther", "firehydrant", "ilert"), _NO_EMERGENCY),
    **dict.fromkeys(("dbus", "kde", "qt", "gio", "glib", "gnome"), _DESKTOP),
    **dict.fromkeys(("tgram", "nctalk", "nctalks"), _SILENT),
    **dict.fromkeys(("ntfy", "ntfys", "fcm"), Loudness("priority", "low", "high", "max")),
    # Priorities of a queue: 0 is its default, and brokers tell ten of them apart.
    **dict.fromkeys(("amqp", "amqps"), Loudness("priority", None, "6", "9")),
    **dict.fromkeys(("bark", "barks"), Loudness("level", "passive", "timeSensitive", "critical")),
    "dapnet": Loudness("priority", None, None, "emergency"),
    **dict.fromkeys(("exotel", "gorush", "gorushs"), Loudness("priority", "normal", "high", "high")),
    **dict.fromkeys(("lametric", "lametrics"), Loudness("priority", None, "warning", "critical")),
    "pagerduty": Loudness("severity", "info", "error", "critical"),
    "pagertree": Loudness("urgency", "low", "high", "critical"),
    **dict.fromkeys(("pinglet", "pinglets"), Loudness("priority", "silent", "urgent", "urgent")),
    "pushward": Loudness("level", "passive", "time-sensitive", "critical"),
    **dict.fromkeys(("psafer", "psafers"), Loudness("priority", "-1", "1", "2")),
    **dict.fromkeys(("simplepush", "spush"), Loudness("priority", "2", "4", "5")),
    **dict.fromkeys(("smseagle", "smseagles"), Loudness("priority", None, "1", "1")),
    "squadcast": Loudness("priority", "P4", "P2", "P1"),
    **dict.fromkeys(("trigv", "trigvs"), Loudness("urgency", None, "time_sensitive", "time_sensitive")),
    "youlmk": Loudness("priority", "low", "high", "critical"),
}

# Mail has no parameter for it, but headers: those that common programs read, by what they write themselves.
MAIL_HEADERS: Mapping[Urgency, Mapping[str, str]] = {
    "low": {"X-Priority": "5", "Importance": "low"},
    "normal": {},
    "high": {"X-Priority": "2", "Importance": "high"},
    "urgent": {"X-Priority": "1", "Importance": "high"},
}


def loudness(schema: str, urgency: Urgency) -> dict[str, str]:
    """Return the parameters by which a service is told how loudly to tell; empty where it has no word for it."""
    how = LOUDNESS.get(schema)
    return how.of(urgency) if how is not None else {}
