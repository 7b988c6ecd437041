"""A rule's urgency reaches each service in a word that the service knows."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import pytest

from agent.sending import loaded
from agent.urgencies import LOUDNESS, loudness

# Apprise imports a module that Python 3.13 drops, where that is still there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

# Parameters that make a message louder or quieter; `volume` and `flash` of text messages are its sender's taste.
LOUD = ("priority", "urgency", "severity", "level", "silent")
# In one of these the level colours the entry, in the other the priority is only another name for the urgency.
BESIDE = {("firehydrant", "level"), ("trigv", "priority"), ("trigvs", "priority")}
URGENCIES = ("low", "normal", "high", "urgent")


@cache
def declared():
    """Return what each address beginning of the installed Apprise declares of its parameters."""
    loaded("json://127.0.0.1/")
    found = {}
    for plugin in import_module("apprise.manager_plugins").NotificationManager().plugins():
        named = (plugin.protocol, plugin.secure_protocol)
        for schemas in named:
            for schema in (schemas,) if isinstance(schemas, str) else schemas or ():
                found[schema] = plugin.template_args
    return found


def test_every_word_is_one_that_the_service_declares():
    wrong = [
        (schema, how.parameter, value)
        for schema, how in LOUDNESS.items()
        for value in (how.low, how.high, how.urgent)
        if value is not None and not _takes(declared().get(schema, {}).get(how.parameter), value)
    ]
    assert wrong == []


def test_no_service_that_has_a_loudness_is_forgotten():
    has = {
        (schema, name)
        for schema, arguments in declared().items()
        for name in LOUD
        if name in arguments and not arguments[name].get("alias_of")
    }
    told = {(schema, how.parameter) for schema, how in LOUDNESS.items()}
    assert has - told - BESIDE == set()


def test_a_normal_message_leaves_every_service_to_its_default_and_no_urgent_one_is_quieter_than_a_high_one():
    assert all(loudness(schema, "normal") == {} for schema in LOUDNESS)
    assert all(how.urgent is not None or how.high is None for how in LOUDNESS.values())


@pytest.mark.parametrize("urgency", URGENCIES)
def test_a_service_without_a_loudness_is_told_nothing(urgency):
    assert loudness("json", urgency) == {}


# What the plugins make of it: the objects as they would send.


@pytest.mark.parametrize(
    ("url", "attribute", "values"),
    [
        ("pover://{u}@{t}?priority={}", "priority", {"low": -2, "high": 1, "urgent": 1}),
        ("prowl://{k}?priority={}", "priority", {"low": -2, "high": 1, "urgent": 2}),
        ("join://{t}?priority={}", "priority", {"low": -2, "high": 1, "urgent": 2}),
        ("opsgenie://{k}?priority={}", "priority", {"low": 1, "high": 4, "urgent": 5}),
        ("psafer://{s}?priority={}", "priority", {"low": -1, "high": 1, "urgent": 2}),
        ("spush://{s}?priority={}", "priority", {"low": 2, "high": 4, "urgent": 5}),
        ("bark://h.example/{s}?level={}", "level", {"low": "passive", "high": "timeSensitive", "urgent": "critical"}),
        ("tgram://123456789:{t}/1?silent={}", "silent", {"low": True}),
        ("lametric://{k}@10.0.0.1?priority={}", "priority", {"high": "warning", "urgent": "critical"}),
    ],
)
def test_the_plugin_understands_the_word_as_it_is_meant(url, attribute, values):
    schema = url.partition(":")[0]
    keys = {"u": "u" * 30, "t": "t" * 32, "k": "a" * 40, "s": "s" * 20}
    for urgency, meant in values.items():
        (value,) = loudness(schema, urgency).values()
        plugin, service = loaded(url.format(value, **keys))
        assert service.schema == schema
        assert getattr(plugin, attribute) == meant


def _takes(parameter, value):
    """Return whether a parameter's declaration has this value: one of its words, or a number in its range."""
    if parameter is None:
        return False
    kind, values = parameter["type"], parameter.get("values")
    if values is not None:
        words = values.values() if isinstance(values, dict) else values
        return value in {str(word) for word in words}
    if kind == "bool":
        return value in ("yes", "no")
    return kind == "int" and parameter.get("min", 0) <= int(value) <= parameter.get("max", int(value))
