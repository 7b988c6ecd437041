"""The owner's own part of the rule file: `me` and `topics`, which sentences may name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.file.collected import Faults
from rules.file.nodes import Entry, MappingNode, ScalarNode, scalars
from rules.file.references import refuse_references
from rules.file.settings import ProfileSettings, TopicSettings
from rules.file.validation import Subject, sound, validated
from rules.rule import Names, Profile, Topic

NAME = re.compile(r"[^\W\d]\w*")


def names(me: Mapping[str, Entry], topics: Mapping[str, Entry], zone: ZoneInfo, faults: Faults) -> Names:
    """Return what sentences may name; `zone` is the machine's, for an owner who states none."""
    for entry in (*me.values(), *topics.values()):
        check_word(entry.key, faults)
        refuse_references(entry.value, faults)
    return Names(_profile(me, zone, faults), _topics(topics, faults))


def check_word(key: ScalarNode, faults: Faults) -> None:
    """Note a fault where a name could not be named in a sentence."""
    if not NAME.fullmatch(key.text):
        fit = "_".join(re.findall(r"\w+", key.text)).lstrip("0123456789_")
        faults.add(key, f"`{key.text}` is no name: letters, digits and _ only", fit and f"write {fit}")


def _profile(me: Mapping[str, Entry], zone: ZoneInfo, faults: Faults) -> Profile:
    if not me:
        return Profile(zone, None)
    first = next(iter(me.values())).key
    node = MappingNode(first.source, first.start, first.end, dict(me))
    settings = validated(ProfileSettings, node, faults, Subject("me", node))
    meant: dict[str, object] = {}
    if settings is None:
        # What else names a value that is wrong here is no second mistake.
        settings = sound(ProfileSettings(), node)
        wrong = me.keys() - settings.model_fields_set - {"timezone", "currency"}
        meant = {name: tuple(scalar.text for scalar in scalars(me[name].value)) for name in wrong}
    values = {name: _plain(getattr(settings, name, None)) for name in me if name != "timezone"} | meant
    return Profile(settings.timezone or zone, settings.currency, {k: v for k, v in values.items() if v is not None})


def _plain(value: object) -> object:
    """Return a value for sentences: decimals are exact where binary fractions are not."""
    return Decimal(str(value)) if isinstance(value, float) else value


def _topics(topics: Mapping[str, Entry], faults: Faults) -> dict[str, Topic]:
    read = {}
    for name, entry in topics.items():
        settings = validated(TopicSettings, entry.value, faults, Subject(f"the topic {name}", entry.value))
        if settings:
            read[name] = Topic(settings.phrases, settings.exact)
    return read
