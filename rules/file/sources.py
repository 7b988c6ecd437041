"""What a rule looks at: one watch, several that are compared, or one for each entry of a list.

watch: price + options              ─▶ one watch (or several addresses: each judged alone, or the best of them)
sources: {a: {…}, b: {…}}           ─▶ named watches, judged together
for each: me.artists + "{each}"     ─▶ one watch for each entry, judged alone
nothing but `rule "x"` in `when`    ─▶ no watch at all
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.contest import contest_of
from rules.faults import nearest
from rules.file.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, scalars
from rules.file.people import DAYS, as_dates
from rules.file.profile import NAME
from rules.file.settings import RULE_KEYS
from rules.file.surroundings import Surroundings
from rules.file.validation import Subject, did_you_mean, unknown_key
from rules.file.watches import watch_specs
from rules.joint import NOTHING, joint_of
from rules.rule import Joint, WatchSpec
from rules.slug import slug
from watchers.api import Kind, Watcher

EACH = "for each"
MOST_EACH = 500
# Braces with a $ before them are a secret's.
_BLANK = re.compile(r"(?<!\$)\{(each|me\.\w+)\}")
_ABOUT_RULES = re.compile(r"""\brule\s*["'“]""")
_FEWEST, _MOST = 2, 20


@dataclass(frozen=True, slots=True)
class Looks:
    """What a rule looks at.

    Attributes:
        kind: What its sentence may speak of.
        watches: None where something is wrong, which is noted.
    """

    kind: Kind
    watches: tuple[WatchSpec, ...] | None
    joint: Joint | None = None


@dataclass(slots=True)
class Reader:
    """Reads what one rule looks at.

    Attributes:
        ours, options: The keys that every rule may have, and those of its kind.
        sends: The names of the profile that the rule allows to leave the machine.
        used: Those that do, with where they stand.
        list_name: The list of the profile that `for each` goes through.
    """

    ours: MappingNode
    options: MappingNode
    head: ScalarNode
    around: Surroundings
    private: bool = False
    sends: tuple[str, ...] = ()
    used: dict[str, ScalarNode] = field(default_factory=dict)
    list_name: str = ""

    def looks(self, kind: type[Watcher] | None) -> Looks | None:
        """Return what the rule looks at; None where that cannot even be told by its kind."""
        sources, each = self.ours.get("sources"), self.ours.entries.get(EACH)
        if sources is not None and each is not None:
            self.around.faults.add(each.key, f"`{EACH}` and `sources` do not go together", "make two rules of it")
            return None
        looks = self._sources(sources, kind) if sources is not None else None
        if sources is None:
            looks = self._without_watch() if kind is None else self._watch(kind, each)
        self._check_sent()
        return looks

    def _watch(self, kind: type[Watcher], each: Entry | None) -> Looks:
        specs = self._specs(kind, self.options) if each is None else self._each(kind, each)
        if each is not None and contest_of(self._of_one_entry(specs or ()), None) is not None:
            said = f"`{EACH}` and several addresses that compete do not go together"
            self.around.faults.add(each.key, said, "write a rule for each thing, or give it one address")
            return Looks(kind.kind, None)
        contest = contest_of(specs or (), self.around.names.me.currency) if each is None else None
        if contest is not None:
            return Looks(contest.spec.kind, specs, contest)
        return Looks(specs[0].kind if specs else kind.kind, specs)

    def _of_one_entry(self, specs: tuple[WatchSpec, ...]) -> tuple[WatchSpec, ...]:
        return tuple(spec for spec in specs if spec.each == specs[0].each)

    def _without_watch(self) -> Looks | None:
        if not needs_no_watch(self.ours):
            return None
        for entry in self.options.entries.values():
            unknown_key(entry.key, self.around.faults, tuple(self.ours.entries), self.ours.entries)
        return Looks(NOTHING, (), joint_of({}))

    def _specs(
        self, kind: type[Watcher], options: MappingNode, each: str | None = None
    ) -> tuple[WatchSpec, ...] | None:
        sent: dict[str, ScalarNode] = {}
        filled = self._with_people(self._filled(options, kind, each, sent), kind)
        whole, named = Subject("this rule", self.head), self.ours.get("id") or self.ours.get("name")
        owner = slug(named.text) if isinstance(named, ScalarNode) else ""
        specs = watch_specs(kind, filled, whole, self.around, private=self.private, owner=owner)
        self.used = sent | self.used
        found = tuple(replace(spec, each=each or "", sends=tuple(sorted(sent))) for spec in specs)
        # Of `people: all` there may be nobody yet; then there is nothing to look at, and nothing wrong.
        return found if found or (kind.people_as and "people" in filled.entries) else None

    # Named sources.

    def _sources(self, node: Node, kind: type[Watcher] | None) -> Looks | None:
        if not isinstance(node, MappingNode):
            hint = "sources: {shop: {url: …}, other: {url: …}}"
            self.around.faults.add(node, "`sources` takes names with options", hint)
            return None
        if not _FEWEST <= len(node.entries) <= _MOST:
            said = f"`sources` takes {_FEWEST} to {_MOST} of them, to be compared with each other"
            self.around.faults.add(node, said, "for one source write its options beside `watch`")
            return None
        found: dict[str, WatchSpec] = {}
        for name, entry in node.entries.items():
            spec = self._source(name, entry, kind)
            if spec is not None:
                found[name] = spec
        self._refuse_what_no_source_takes(found)
        if not found:
            return None
        joint = joint_of(found)
        specs = {spec.id: spec for spec in found.values()}
        return Looks(joint.spec.kind, tuple(specs.values()) if len(found) == len(node.entries) else None, joint)

    def _refuse_what_no_source_takes(self, found: Mapping[str, WatchSpec]) -> None:
        """Note keys beside `sources` that are an option of none of them."""
        taken = [option for spec in found.values() for option in spec.watcher.options()]
        for key, entry in self.options.entries.items():
            if found and key not in taken:
                unknown_key(entry.key, self.around.faults, [*RULE_KEYS, *dict.fromkeys(taken)], self.options.entries)

    def _source(self, name: str, entry: Entry, kind: type[Watcher] | None) -> WatchSpec | None:
        faults = self.around.faults
        if not NAME.fullmatch(name) or name in ("me", "topics"):
            faults.add(entry.key, f"`{name}` cannot be the name of a source", "letters, digits and _, as in shop_a")
            return None
        if not isinstance(entry.value, MappingNode):
            faults.add(entry.value, f"the source {name} takes options", f"{name}: {{url: …}}")
            return None
        own = dict(entry.value.entries)
        watch = own.pop("watch", None)
        if watch is not None:
            kind = self._kind(watch.value)
        elif kind is None:
            hint = "add `watch: …` to it, or to the rule for all of them"
            faults.add(entry.key, f"the source {name} does not say what kind it is", hint)
        if kind is None:
            return None
        for key in [key for key in own if key not in kind.options()]:
            unknown_key(own.pop(key).key, faults, ("watch", *kind.options()), entry.value.entries)
        shared = {key: entry for key, entry in self.options.entries.items() if key in kind.options()}
        options = MappingNode(entry.value.source, entry.value.start, entry.value.end, {**shared, **own})
        specs = self._specs(kind, options)
        if specs is not None and len(specs) > 1:
            faults.add(entry.value, f"the source {name} is {len(specs)} addresses", "give each a name of its own")
            return None
        if specs and specs[0].kind.shape != "gauge":
            said = f"{specs[0].kind.name} is a stream here: its things have no one value to compare"
            faults.add(entry.key, said, 'make a rule of its own and write rule "its-id" within 30 days')
            return None
        return specs[0] if specs else None

    def _kind(self, node: Node) -> type[Watcher] | None:
        word, kinds = (node.text if isinstance(node, ScalarNode) else ""), self.around.kinds
        if word not in kinds:
            hint = did_you_mean(nearest(word, kinds), tuple(kinds))
            self.around.faults.add(node, f"`{word}` is no kind of source that is installed", hint)
        return kinds.get(word)

    # One for each.

    def _each(self, kind: type[Watcher], each: Entry) -> tuple[WatchSpec, ...] | None:
        names = self._entries(each.value)
        if names is None:
            return None
        if not any("{each}" in scalar.text for scalar in scalars(self.options)):
            said = f"`{EACH}` names a list, and no option says where an entry of it belongs"
            self.around.faults.add(each.key, said, 'as in artist: "{each}"')
            return None
        specs: dict[str, WatchSpec] = {}
        for name in names:
            found = self._specs(kind, self.options, name)
            if found is None:
                return None
            specs |= {spec.id: spec for spec in found}
        return tuple(specs.values())

    def _entries(self, node: Node) -> tuple[str, ...] | None:
        """Return the entries of the list that `for each` names or writes out."""
        faults, hint = self.around.faults, f"{EACH}: me.artists, or a list [Tool, Opeth]"
        if isinstance(node, SequenceNode) and all(isinstance(item, ScalarNode) for item in node.items):
            values: object = tuple(item.text for item in node.items if isinstance(item, ScalarNode))
        elif isinstance(node, ScalarNode) and node.text.startswith("me."):
            name, profile = node.text.removeprefix("me."), self.around.names.me.values
            if name not in profile:
                meant = nearest(name, profile)
                faults.add(
                    node, f"your profile says nothing of `{name}`", f"did you mean me.{meant}?" if meant else hint
                )
                return None
            values, self.list_name = profile[name], name
        else:
            faults.add(node, f"`{EACH}` takes a list of your profile", hint)
            return None
        if not isinstance(values, tuple | list):
            faults.add(node, f"`{node.as_written}` is one value, and `{EACH}` takes a list", f"[{values}]")
            return None
        if len(values) > MOST_EACH:
            faults.add(node, f"`{EACH}` takes {MOST_EACH} entries at most", "make two lists of it")
            return None
        return tuple(dict.fromkeys(str(value) for value in values))

    # What is filled in.

    def _filled(
        self, node: MappingNode, kind: type[Watcher], each: str | None, sent: dict[str, ScalarNode]
    ) -> MappingNode:
        """Return options with the owner's own values in place of `{each}` and `{me.city}`."""

        def fill(node: Node, leaves: bool) -> Node:
            if isinstance(node, SequenceNode):
                return SequenceNode(node.source, node.start, node.end, tuple(fill(item, leaves) for item in node.items))
            if isinstance(node, MappingNode):
                entries = {key: Entry(entry.key, fill(entry.value, leaves)) for key, entry in node.entries.items()}
                return MappingNode(node.source, node.start, node.end, entries)
            text = _BLANK.sub(lambda blank: self._value(blank[1], node, each, sent if leaves else {}), node.text)
            return node if text == node.text else replace(node, text=text, style="double")

        entries = {
            key: Entry(entry.key, fill(entry.value, key not in kind.kept_here)) for key, entry in node.entries.items()
        }
        return MappingNode(node.source, node.start, node.end, entries)

    def _with_people(self, options: MappingNode, kind: type[Watcher]) -> MappingNode:
        """Return options in which the days of the people that are named stand among those of the rule itself."""
        named = options.entries.get("people") if kind.people_as else None
        if named is None:
            return options
        items = named.value.items if isinstance(named.value, SequenceNode) else (named.value,)
        wanted = [item.text.strip() if isinstance(item, ScalarNode) else "" for item in items]
        known = self.around.people
        if wanted == ["all"]:
            chosen = [person for person in known.values() if any(day in person.entries for day in DAYS)]
            if not chosen:
                return options
        else:
            for name, item in zip(wanted, items, strict=True):
                if name not in known:
                    said, hint = f"`{name}` is nobody in `people:`", did_you_mean(nearest(name, known), tuple(known))
                    self.around.faults.add(item, said, hint)
            chosen = [known[name] for name in wanted if name in known]
        if not chosen:
            self.around.faults.add(
                named.value, "nobody in `people:` has a day", "people: [{name: Sam, birthday: 05-13}]"
            )
        entries = {key: entry for key, entry in options.entries.items() if key not in ("people", kind.people_as)}
        written = options.entries.get(kind.people_as)
        dates = as_dates(chosen, named.value)
        if written is not None and isinstance(written.value, SequenceNode):
            dates = replace(dates, items=(*written.value.items, *dates.items))
        entries[kind.people_as] = Entry(written.key if written else named.key, dates)
        return MappingNode(options.source, options.start, options.end, entries)

    def _value(self, name: str, node: ScalarNode, each: str | None, sent: dict[str, ScalarNode]) -> str:
        if name == "each":
            if each is None:
                hint = f"add {EACH}: me.artists, say"
                self.around.faults.add(node, "{each} stands for an entry of a list, and none is named", hint)
            elif self.list_name:
                sent[self.list_name] = node
            return each or "{each}"
        name = name.removeprefix("me.")
        value = self.around.names.me.values.get(name)
        if not isinstance(value, str | int) or isinstance(value, bool):
            known = [key for key, value in self.around.names.me.values.items() if isinstance(value, str | int)]
            said = f"{{me.{name}}} stands for nothing: your profile has no such text"
            self.around.faults.add(node, said, did_you_mean(nearest(name, known), tuple(known)))
            return f"{{me.{name}}}"
        sent[name] = node
        return str(value)

    def _check_sent(self) -> None:
        """Refuse what of the profile would leave the machine without the owner's word."""
        allowed = f"send: [{', '.join(sorted({*self.used, *self.sends}))}]"
        for name, node in self.used.items():
            if name not in self.sends:
                said = f"this would send your me.{name} to whomever the rule asks"
                self.around.faults.add(node, said, f"if that is meant, add {allowed} to the rule")
        send = self.ours.get("send")
        for name in self.sends:
            if name not in self.around.names.me.values and send is not None:
                self.around.faults.add(send, f"your profile says nothing of `{name}`", "name what stands under me:")


def needs_no_watch(ours: MappingNode) -> bool:
    """Return whether a rule may leave `watch` out: it names its sources, or asks only how other rules stand."""
    when = ours.get("when")
    is_about_rules = isinstance(when, ScalarNode) and bool(_ABOUT_RULES.search(when.text))
    return "watch" not in ours.entries and ("sources" in ours.entries or is_about_rules)
