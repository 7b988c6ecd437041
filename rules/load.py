"""Loading the rule file: from its text to a RuleBook, or to every fault in it with its place.

    files ──▶ sections (main file and included ones, with places)
              ├─▶ me, topics ──▶ names that sentences may use
              ├─▶ channels, defaults, network
              └─▶ rules, recipes' too ──▶ each with its kind's options, its sentences and its watches ──▶ RuleBook

Nothing stops at the first fault: a part that is faulty is left out, and the rest is read on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from rules.delivery import Answers, Upkeep
from rules.faults import RuleFaults
from rules.file.actions import secrets_in
from rules.file.build import build_rule, check_channels
from rules.file.collected import Faults
from rules.file.crossings import Written, check_crossings
from rules.file.files import Files
from rules.file.nodes import Entry, MappingNode, Node, ScalarNode, scalars
from rules.file.notes import notes
from rules.file.people import name_of, read_people
from rules.file.profile import names
from rules.file.references import References
from rules.file.sections import Sections, gather
from rules.file.settings import AnswerPageSettings, ChannelSettings, DefaultSettings, HealthSettings, NetworkSettings
from rules.file.surroundings import Surroundings
from rules.file.uses import expanded
from rules.file.validation import Subject, did_you_mean, sound, validated
from rules.file.watches import secrets_of, with_whole_path
from rules.rule import Channel, Network, Place, Rule, RuleBook
from rules.slug import slug
from watchers.api import Watcher

HOST_EVERY = timedelta(seconds=1)
HEARTBEAT_EVERY = timedelta(minutes=5)
# A sign of life once a week: Sunday at 18:00.
SUMMARY = "0 18 * * 0"

UTC_ZONE = ZoneInfo("UTC")
# A part of an address that is shorter is no token; blanking it would blank ordinary words.
_SHORTEST_TOKEN = 8
_TELLTALE = re.compile(r"token|secret|pass|key|auth|sig|credential", re.IGNORECASE)
_NAME = re.compile(r"[\w-]+")
_HOST = re.compile(r"[\w.-]+|\[?[0-9a-fA-F:]+\]?")


def load(name: str, files: Files, kinds: Mapping[str, type[Watcher]], *, zone: ZoneInfo = UTC_ZONE) -> RuleBook:
    """Return the rule book that a rule file and the files it includes make.

    Args:
        name: The main file, as `files` knows it and as faults will show it.
        files: The seam to the disk, the environment and credentials.
        kinds: The kinds of sources that are installed.
        zone: The machine's time zone, for an owner who states none.

    Raises:
        RuleFaults: Something is wrong; every fault that was found is in it.
    """
    faults = Faults()
    sections = gather(name, files, faults)
    references = References(files, faults)
    known = names(sections.named["me"], sections.named["topics"], zone, faults)
    channels = _channels(sections.named["channels"], references, sections, faults)
    network = _network(sections, references, files, faults)
    defaults = _defaults(sections, faults)
    answers, upkeep = _answers(sections, faults), _upkeep(sections, defaults, references, faults)
    around = Surroundings(
        kinds=kinds,
        names=known,
        channel_names=tuple(sections.named["channels"]),
        defaults=defaults,
        references=references,
        files=files,
        faults=faults,
        people={name_of(node): node for node in sections.people},
    )
    people = read_people(sections.people, known.me.currency, faults)
    rules, disabled = _rules(sections, around)
    if faults:
        raise RuleFaults(faults.found)
    watchers = [watch.watcher for rule in rules for watch in rule.watches]
    secrets = {*references.secrets, *secrets_of(watchers, certain=True), *secrets_of(network.hosts, certain=True)}
    for action in (rule.action for rule in rules if rule.action):
        secrets |= secrets_in(action)
    if upkeep.heartbeat is not None:
        secrets.add(upkeep.heartbeat.get_secret_value())
    for channel in channels.values():
        secrets |= address_secrets(channel.url.get_secret_value())
    book = RuleBook(
        rules=tuple(rule for rule in rules if rule.id not in disabled),
        channels=channels,
        me=known.me,
        network=network,
        disabled=disabled,
        people=tuple(people.values()),
        answers=answers,
        upkeep=upkeep,
        topics=known.topics,
        secrets=frozenset(secrets),
        files=tuple(dict.fromkeys((*sections.files, *sections.patterns, *references.paths))),
    )
    return replace(book, notices=(*sections.notices, *references.notices, *notes(book, known.topics)))


def _channels(
    entries: Mapping[str, Entry], references: References, sections: Sections, faults: Faults
) -> dict[str, Channel]:
    channels = {}
    for name, entry in entries.items():
        if not _NAME.fullmatch(name):
            faults.add(entry.key, f"`{name}` is no name for a channel", "letters, digits, _ and - only")
        read = validated(
            ChannelSettings, entry.value, faults, Subject(f"the channel {name}", entry.value), references.value
        )
        _check_fallback(name, entry.value, sections, faults)
        if read is None:
            continue
        channels[name] = Channel(
            name, read.url, entry.key.place, read.quiet, read.digest, read.limit, tuple(read.fallback or ())
        )
    return channels


def _check_fallback(name: str, node: Node, sections: Sections, faults: Faults) -> None:
    named = node.get("fallback") if isinstance(node, MappingNode) else None
    if named is None or (isinstance(named, ScalarNode) and named.value is None):
        return
    others = tuple(other for other in sections.named["channels"] if other != name)
    if any(scalar.text.strip() == name for scalar in scalars(named)):
        faults.add(named, f"the channel {name} cannot stand in for itself", did_you_mean("", others))
    check_channels(named, others, faults)


def _answers(sections: Sections, faults: Faults) -> Answers | None:
    node = sections.once.get("answers")
    read = validated(AnswerPageSettings, node, faults, Subject("answers", node)) if node else None
    return Answers(read.address.rstrip("/"), *read.listen) if read else None


def _upkeep(sections: Sections, defaults: DefaultSettings, references: References, faults: Faults) -> Upkeep:
    node = sections.once.get("health")
    read = validated(HealthSettings, node, faults, Subject("health", node), references.value) if node else None
    read = read or sound(HealthSettings(), node, references.value)
    names = tuple(sections.named["channels"])
    if read.notify and isinstance(node, MappingNode):
        check_channels(node.entries["notify"].value, names, faults)
    notify = read.notify or defaults.notify or names[:1]
    summary = None if read.summary is False else read.summary or SUMMARY
    return Upkeep(tuple(notify), summary, read.heartbeat, read.every or HEARTBEAT_EVERY)


def _defaults(sections: Sections, faults: Faults) -> DefaultSettings:
    node = sections.once.get("defaults")
    read = validated(DefaultSettings, node, faults, Subject("defaults", node)) if node else None
    read = read or sound(DefaultSettings(), node)
    if read.notify and isinstance(node, MappingNode):
        check_channels(node.entries["notify"].value, tuple(sections.named["channels"]), faults)
    return read


def _network(sections: Sections, references: References, files: Files, faults: Faults) -> Network:
    node = sections.once.get("network")
    read = validated(NetworkSettings, node, faults, Subject("network", node), references.value) if node else None
    if read is None or not isinstance(node, MappingNode):
        return Network()
    hosts, below = {}, node.get("hosts")
    for host, entry in below.entries.items() if isinstance(below, MappingNode) else ():
        if not _HOST.fullmatch(host):
            hint = "shop.example: without https:// and without a path"
            faults.add(entry.key, f"`{host}` is no name of a host", hint)
        hosts[host.lower()] = with_whole_path(read.hosts[host], entry.value, files, faults)
    return Network(read.allow, hosts, read.every or HOST_EVERY, read.contact, read.check)


def _rules(sections: Sections, around: Surroundings) -> tuple[list[Rule], tuple[str, ...]]:
    """Return every rule, and the ids of those that are to sleep."""
    rules, disabled, as_written = [], [], []
    seen: dict[str, Place] = {}
    if sections.rules and not around.channel_names:
        hint = 'channels: {phone: "ntfys://ntfy.sh/a-topic-that-nobody-guesses"}'
        around.faults.add(sections.rules[0], "there is no channel by which a rule could tell you anything", hint)
    for node in expanded(sections, around):
        built = build_rule(node, around)
        rule_id = _identity(node, seen, around.faults)
        as_written.append(Written(rule_id, node, built.sentences))
        if built.rule and rule_id:
            rules.append(built.rule)
        if built.settings and rule_id and not built.settings.enabled:
            disabled.append(rule_id)
    check_crossings(as_written, rules, tuple(seen), around.faults)
    return rules, tuple(disabled)


def _identity(node: MappingNode, seen: dict[str, Place], faults: Faults) -> str:
    """Return the id of a rule, or nothing where it has none of its own, which is noted."""
    given, name = node.get("id"), node.get("name")
    spot = given or name
    if not isinstance(spot, ScalarNode) or spot.value is None or not spot.text.strip():
        return ""  # noted already, as a name or id that is none
    rule_id = slug(spot.text)
    if spot is given and rule_id != spot.text:
        faults.add(spot, "an id is made of small letters, digits and dashes", f"write {rule_id or 'my-rule'}")
    elif not rule_id:
        faults.add(spot, "no id can be made of this name: it has neither letters nor digits", "add `id: my-rule`")
    elif rule_id in seen:
        said = f"the id `{rule_id}` is taken by the rule at {seen[rule_id]}"
        faults.add(spot, said, "give one of the two another name, or an id: of its own")
    else:
        seen[rule_id] = spot.place
        return rule_id
    return ""


def address_secrets(url: str) -> set[str]:
    """Return what must not be seen of a channel's address: all of it, its password, and whatever may be a token.

    Apprise puts tokens anywhere: as the user, as the host (`tgram://token/chat`), in the path, in the query.
    """
    try:
        parts = urlsplit(url)
        user, password, host = parts.username or "", parts.password or "", parts.netloc.rpartition("@")[2]
    except ValueError:  # an address that only Apprise understands, such as one with a [ in its token
        return {url}
    # A query value is one where its name says so; a part with a dot in it is a host, an address or a file.
    told = [value for name, value in parse_qsl(parts.query) if _TELLTALE.search(name)]
    tokens = [user, *parts.path.split("/"), *told]
    if "." not in host and any(map(str.isdecimal, host.partition(":")[0])):
        tokens.append(host)
    long = {
        token
        for token in (*tokens, *map(unquote, tokens))
        if len(token) >= _SHORTEST_TOKEN and ("." not in token or token in told)
    }
    return {url, *long, *{password, unquote(password)}} - {""}
