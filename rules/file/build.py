"""From one rule as it is written to a Rule that is checked and ready to judge."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from rules.condition import Condition
from rules.contest import as_asked
from rules.delivery import Patience
from rules.faults import nearest
from rules.file.actions import check_action, read_action, secret_parts
from rules.file.collected import MASK, Faults, inline_secrets
from rules.file.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, scalars, value_of, written
from rules.file.origins import origins
from rules.file.references import refuse_references
from rules.file.sentences import SENTENCES, always_or, check_grammar, declares_facts, read_sentence
from rules.file.settings import RULE_KEYS, DefaultSettings, RuleSettings, WatchingSettings
from rules.file.sources import Looks, Reader, needs_no_watch
from rules.file.surroundings import Surroundings
from rules.file.validation import Subject, did_you_mean, meant_key, sound, unknown_key, validated
from rules.file.watches import digest, secrets_of
from rules.own_words import NAMES, unknown_names
from rules.rule import Again, For, Pace, Rule, WatchSpec
from rules.slug import slug
from watchers.api import Day, Kind, Moment, Money, Number, Span, Version, Watcher

EVERY = timedelta(hours=1)
CONFIRM_AFTER = timedelta(minutes=5)
LATE_AFTER = timedelta(hours=1)
# Where a rule does not say what it watches, so many kinds are named for it.
MOST_LIKELY = 3

# What people call a kind, where that is not near its name.
_OTHER_NAMES = {
    "rss": "feed", "atom": "feed", "podcast": "feed", "blog": "feed", "api": "json", "rest": "json", "imap": "mail",
    "email": "mail", "ical": "calendar", "ics": "calendar", "birthday": "dates", "birthdays": "dates",
    "github": "software", "release": "software", "releases": "software", "shop": "price", "product": "price",
    "movie": "films", "movies": "films", "album": "music", "artist": "music", "author": "books", "uptime": "site",
    "ping": "site", "http": "site", "script": "command", "shell": "command", "folder": "file", "events": "concerts",
    "webcam": "image", "camera": "image", "classifieds": "listing",
}  # fmt: skip
_TEXTS = (*SENTENCES, "name", "message", "note")
# What a rename may change; a rule that sleeps meanwhile is the same rule.
_IDENTITY = ("name", "id", "enabled")
_ORDERED = (Money, Number, Day, Moment, Span, Version)

# Keys that hold web addresses in every kind: a bare host name there is a slip that no kind needs to look for.
_ADDRESS_KEYS = ("url", "urls", "feeds", "server")
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[:/?].*)?", re.IGNORECASE)
_SEVERAL_ADDRESSES = re.compile(r"https?://\S+(?:[\s,;]+https?://\S+)+\s*", re.IGNORECASE)
_EATEN = re.compile(r"[ \t]+#([^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a rule as it is written.

    Attributes:
        rule: None where anything is wrong with it, which is noted.
        settings: What it says beside its sentences; None where any of that is wrong.
        sentences: `when` and `until` by their keys, each where it can be read.
    """

    rule: Rule | None = None
    settings: RuleSettings | None = None
    sentences: Mapping[str, Condition] = field(default_factory=dict)


def build_rule(node: MappingNode, around: Surroundings) -> Built:
    """Return what comes of a rule; everything that is wrong with it is noted, no fault hides another."""
    faults = around.faults
    if not node.entries:
        faults.add(node, "this rule says nothing", "- name: …, and on the next lines watch: … and so on")
        return Built()
    kind = _kind(node, around)
    ours, options = _divided(node, kind, faults)
    model = RuleSettings if needs_no_watch(ours) else WatchingSettings
    read = _reader(ours, around)
    likely = _likely_kinds(ours, options, around.kinds) if "watch" not in ours.entries else []
    adding = {"watch": " or ".join(f"`watch: {name}`" for name in likely)}
    settings = validated(model, ours, faults, Subject("this rule", _head(node), adding), read)
    known = settings or sound(RuleSettings(name="this rule"), ours, read)
    _refuse_bare_hosts(options, faults)
    looks = _looks(ours, options, kind, known, around)
    notify = _notify(node, known, around)
    _check_rhythm(ours, known, around)
    check_action(node, known.do, faults)
    if looks is None or (not looks.watches and declares_facts(kind, options)):
        # Which facts there are nobody knows, or only options of which one is wrong.
        check_grammar(node, around)
        return Built(None, settings)
    _refuse_unknown_names(ours, looks.kind, faults)
    known_any = known.known == "any"
    read_ones = {
        key: read_sentence(node, key, looks.kind, around, watcher=kind, known_any=known_any) for key in SENTENCES
    }
    if "when" not in node.entries:
        read_ones["when"] = always_or(looks.kind, around, _about_when(node))
    sentences = {key: sentence for key, sentence in read_ones.items() if sentence is not None}
    when, until = read_ones["when"], read_ones["until"]
    if when is not None:
        _check_together(ours, known, when, until, looks.kind, faults)
    if settings is None or when is None or looks.watches is None:
        return Built(None, settings, sentences)
    rule = _rule(node, settings, looks, (when, until), around.defaults)
    return Built(replace(rule, notify=notify), settings, sentences)


def _looks(
    ours: MappingNode,
    options: MappingNode,
    kind: type[Watcher] | None,
    settings: RuleSettings,
    around: Surroundings,
) -> Looks | None:
    head = _head(ours if ours.entries else options)
    looks = Reader(ours, options, head, around, private=settings.private, sends=settings.send or ()).looks(kind)
    if looks is not None and looks.joint is not None and not looks.watches and "for" in ours.entries:
        said = "a rule about other rules alone is not polled, so that `for` has nothing to count"
        around.faults.add(ours.entries["for"].key, said, "write `for` beside the rules that it names")
    return looks


def _reader(node: MappingNode, around: Surroundings) -> Callable[[ScalarNode], object]:
    """Return what reads the values of a rule: only what it does may hold secrets by reference."""
    written_action = node.get("do")
    inside = {id(scalar) for scalar in scalars(written_action)} if written_action else set()
    return lambda scalar: around.references.value(scalar) if id(scalar) in inside else value_of(scalar)


def _head(node: MappingNode) -> ScalarNode:
    """Return where to show what concerns a rule as a whole: its first key."""
    return next(iter(node.entries.values())).key


def _about_when(node: MappingNode) -> Node:
    """Return where to show that a rule has no `when`: what is missing otherwise is shown at its head."""
    return node.get("watch") or _head(node)


def _kind(node: MappingNode, around: Surroundings) -> type[Watcher] | None:
    value = node.get("watch")
    if not isinstance(value, ScalarNode) or value.value is None:
        return None
    if value.text not in around.kinds:
        other = _OTHER_NAMES.get(value.text.strip().lower(), "")
        meant = other if other in around.kinds else nearest(value.text, around.kinds)
        hint = did_you_mean(meant, tuple(around.kinds))
        around.faults.add(value, f"`{value.text}` is no kind of source that is installed", hint)
    return around.kinds.get(value.text)


def _likely_kinds(ours: MappingNode, options: MappingNode, kinds: Mapping[str, type[Watcher]]) -> list[str]:
    """Return the few kinds that have these options, and know the most of what the sentences speak of."""
    written_ones = [node for key in SENTENCES if (node := ours.get(key)) is not None]
    words = {word for node in written_ones for scalar in scalars(node) for word in re.findall(r"\w+", scalar.text)}
    found = {
        name: len(words & {fact.name for fact in kind.kind.facts})
        for name, kind in kinds.items()
        if options.entries.keys() <= kind.options().keys()
    }
    most = max(found.values(), default=0)
    likely = [name for name, known in found.items() if known == most]
    return likely if len(likely) <= MOST_LIKELY else []


def _divided(node: MappingNode, kind: type[Watcher] | None, faults: Faults) -> tuple[MappingNode, MappingNode]:
    """Return the keys of every rule and the options of this kind; what is neither, or has no value, is noted."""
    ours: dict[str, Entry] = {}
    options: dict[str, Entry] = {}
    words = [*RULE_KEYS, *(kind.options() if kind else ())]
    is_known = kind is not None and "sources" not in node.entries
    fields = kind.model_fields if kind else {}
    needed = {
        "name",
        *(["watch"] if "sources" not in node.entries else []),
        *(name for name, field in fields.items() if field.is_required()),
    }
    # Without a kind nobody knows the options, but for those that are surely meant for what every rule has.
    named = {key: meant_key(key, ("name", "watch")) for key in node.entries if key not in RULE_KEYS}
    misnamed = {key for key, meant in named.items() if meant and kind is None and meant not in node.entries}
    for key, entry in node.entries.items():
        if is_known and key not in words:
            meant = unknown_key(entry.key, faults, words, node.entries)
            if meant in fields:
                faults.close(_head(node))  # the option is there, under another name
            elif meant == "when":
                faults.close(_about_when(node))
        elif key in misnamed:
            unknown_key(entry.key, faults, RULE_KEYS, node.entries)
            faults.close(_head(node))
        elif isinstance(entry.value, ScalarNode) and entry.value.value is None:
            faults.add(entry.key, f"`{key}` has no value", "write one after the colon, or delete the line")
            if key in needed:
                faults.close(_head(node))  # where its absence would be noted a second time
        elif key in RULE_KEYS:
            ours[key] = entry
            _refuse_eaten(key, entry.value, faults)
        else:
            options[key] = entry
    for key in _TEXTS:
        if key in ours:
            refuse_references(ours[key].value, faults)
    whole = (node.source, node.start, node.end)
    return MappingNode(*whole, ours), MappingNode(*whole, options)


def _refuse_eaten(key: str, value: Node, faults: Faults) -> None:
    """Note a sentence of which YAML took a part away: for a comment, or for the header of a block."""
    if key not in _TEXTS or not isinstance(value, ScalarNode):
        return
    if value.style in {"literal", "folded"} and not value.text.strip():
        sign = value.as_written[:1]
        said = f"YAML takes a leading {sign} for the beginning of a block of text"
        faults.add(value, said, f"put quotes around the sentence: '{value.as_written}'")
    rest = _EATEN.match(value.source.text, value.end) if value.style == "plain" else None
    # A comment begins with # and a space; #1 and #tag, or a # inside a quotation, were meant to be read.
    if rest and (value.text.count('"') % 2 or (rest[1] and not rest[1][0].isspace() and rest[1][0] != "#")):
        hash_at = rest.start() + rest[0].index("#")
        whole = (value.as_written + rest[0]).rstrip().replace("'", "''")
        said = f"YAML takes what follows for a comment, so that `{key}` ends before it"
        faults.add_at(value.source, hash_at, rest.end(), said, f"put quotes around it: '{whole}'")
        faults.close(value)


def _refuse_bare_hosts(options: MappingNode, faults: Faults) -> None:
    for key in _ADDRESS_KEYS:
        value = options.get(key)
        for item in value.items if isinstance(value, SequenceNode) else (value,):
            if isinstance(item, ScalarNode) and _BARE_HOST.fullmatch(item.text):
                faults.add(item, f"`{key}` takes a whole address", f"https://{item.text}")
            elif key == "url" and isinstance(item, ScalarNode) and _SEVERAL_ADDRESSES.fullmatch(item.text):
                hint = "write one, or where the kind has `urls`, a list of them there"
                faults.add(item, "these are several addresses in one text", hint)


def _refuse_unknown_names(ours: MappingNode, kind: Kind, faults: Faults) -> None:
    """Note what stands in braces in the owner's own words and is no name: it would read "unknown" for ever."""
    words = ours.get("message")
    if not isinstance(words, ScalarNode) or faults.is_closed(words):
        return
    possible = list(dict.fromkeys([*NAMES, *(spec.name for spec in kind.facts)]))
    places = origins(words)
    for name, start, end in unknown_names(words.text, possible):
        hint = did_you_mean(nearest(name, possible), tuple(possible))
        said = f"`{{{name}}}` stands for nothing: {kind.name} has no such fact"
        faults.add_at(words.source, places[start], places[end], said, hint)


def _check_rhythm(ours: MappingNode, settings: RuleSettings, around: Surroundings) -> None:
    """Note keys that say two things of when to look."""
    entries, faults = ours.entries, around.faults
    rhythm = [entries[key].key for key in ("every", "cron", "at") if key in entries]
    for key in rhythm[1:]:
        faults.add(key, f"`{rhythm[0].text}` and `{key.text}` both say when to look", "keep one of the two")
    is_read = settings.every is not None or "every" not in entries
    if "between" in entries and is_read and (settings.every or around.defaults.every) != "auto":
        hint = "write `every: auto` beside it"
        faults.add(entries["between"].key, "`between` bounds a rhythm that finds itself", hint)


def _check_together(
    ours: MappingNode, settings: RuleSettings, when: Condition, until: Condition | None, kind: Kind, faults: Faults
) -> None:
    """Note keys that make no sense beside the condition."""
    entries, again = ours.entries, settings.again
    if when.is_moment:
        acting = {"for": settings.hold, "until": until, "again": again and again.when != "every"}
        for idle in (key for key, acts in acting.items() if acts and key in entries):
            said = f"this condition is true of one reading only, so that `{idle}` has nothing to act on"
            faults.add(entries[idle].key, said, "delete the line, or compare with a value instead of with the last one")
    elif until is not None and until.meaning == when.meaning:
        said = "`until` says the same as `when`, so that it is never over"
        faults.add(entries["until"].value, said, "say when it is over, as in until: price above $160")
    fact = kind.fact(when.subject)
    if again and again.when in {"lower", "higher"} and fact and fact.type not in _ORDERED and not when.is_moment:
        faults.add(entries["again"].value, f"`{fact.name}` is neither higher nor lower", "every 1d, or never")


def _notify(node: MappingNode, settings: RuleSettings, around: Surroundings) -> tuple[str, ...]:
    """Return the channels that the rule tells."""
    if "notify" in node.entries:
        if settings.notify is not None:
            check_channels(node.entries["notify"].value, around.channel_names, around.faults)
        return tuple(dict.fromkeys(settings.notify or ()))
    if around.defaults.notify is not None:
        return around.defaults.notify
    if len(around.channel_names) == 1:
        return around.channel_names
    if around.channel_names:
        hint = f"add `notify: {around.channel_names[0]}` to the rule, or under defaults:"
        around.faults.add(node.get("name") or _head(node), "this rule does not say which channel it tells", hint)
    return ()


def check_channels(node: Node, known: tuple[str, ...], faults: Faults) -> None:
    """Note every name under `notify` that is no channel."""
    for item in node.items if isinstance(node, SequenceNode) else (node,):
        if isinstance(item, ScalarNode) and "://" in item.text:
            faults.blank([item])
            hint = f"write it under channels: by a name, and that name here; there are {', '.join(known)}"
            faults.add(item, "an address is no channel", hint if known else hint.partition(";")[0])
        elif isinstance(item, ScalarNode) and item.text.strip() not in known:
            several = [name.strip() for name in item.text.split(",")]
            listed = f"write [{', '.join(several)}]" if len(several) > 1 and set(several) <= set(known) else ""
            hint = listed or did_you_mean(nearest(item.text, known), known)
            faults.add(item, f"`{item.text}` is no channel", hint)


def _rule(
    node: MappingNode,
    settings: RuleSettings,
    looks: Looks,
    sentences: tuple[Condition, Condition | None],
    defaults: DefaultSettings,
) -> Rule:
    """Return a rule that as yet tells nobody."""
    when, until = sentences
    kind, watches = looks.kind, looks.watches or ()
    first = settings.first or ("tell" if kind.shape == "gauge" else "baseline")
    clock = settings.cron or settings.at
    pace = None if clock else _pace(settings, defaults)
    return Rule(
        id=slug(settings.id or settings.name),
        name=settings.name,
        kind=kind,
        watches=watches,
        condition=when,
        meaning=digest([kind.name, when.meaning, until.meaning if until else None, first]),
        settings=digest({key: written(entry.value) for key, entry in node.entries.items() if key not in _IDENTITY}),
        written=_shown(node, watches),
        place=node.place,
        every=clock.longest_gap if clock else _every(settings, defaults, pace),
        pace=pace,
        confirm_after=settings.confirm_after or defaults.confirm_after or CONFIRM_AFTER,
        notify=(),
        until=until,
        hold=settings.hold or For(),
        again=settings.again or Again(),
        first=first,
        cron=clock.text if clock else None,
        urgency=settings.urgency or defaults.urgency or "normal",
        message=settings.message,
        keep=settings.keep or defaults.keep,
        known_any=settings.known == "any",
        ignore_repeats=settings.ignore_repeats,
        note=settings.note or "",
        joint=as_asked(looks.joint, [when, *([until] if until else [])], watches),
        if_late=settings.if_late or defaults.if_late or "tell",
        late_after=settings.late_after or defaults.late_after or LATE_AFTER,
        blind_after=settings.blind_after or defaults.blind_after or Patience(),
        action=read_action(settings.do) if settings.do else None,
    )


def _pace(settings: RuleSettings, defaults: DefaultSettings) -> Pace | None:
    is_auto = (settings.every or defaults.every) == "auto"
    return (settings.between or defaults.between or Pace()) if is_auto else None


def _every(settings: RuleSettings, defaults: DefaultSettings, pace: Pace | None) -> timedelta:
    """Return how often to look; with `every: auto`, where that begins."""
    stated = settings.every or defaults.every
    if isinstance(stated, timedelta):
        return stated
    return min(max(EVERY, pace.least), pace.most) if pace is not None else EVERY


def _shown(node: MappingNode, watches: tuple[WatchSpec, ...]) -> str:
    """Return the rule as it stands in the file, with the secrets that stand there blanked."""
    secrets = {secret for watch in watches for secret in secrets_of(watch.watcher)}
    hidden = {scalar for scalar in scalars(node) if scalar.text in secrets} | set(inline_secrets(node))
    hidden |= {scalar for scalar in secret_parts(node) if "${" not in scalar.text}
    text, at = [" " * (node.place.column - 1)], node.start
    for scalar in sorted(hidden, key=lambda scalar: scalar.start):
        if at <= scalar.start and scalar.end <= node.end:
            text += [node.source.text[at : scalar.start], MASK]
            at = scalar.end
    text.append(node.source.text[at : node.end])
    return textwrap.dedent("".join(text)).strip("\n")
