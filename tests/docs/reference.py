"""The generated parts of the reference: what the code declares, as tables for people.

Each part has a name, by which a page asks for it; see `tests.docs.pages`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from agent.commands.shell import exit_codes_table
from agent.tidying import KEEP_READINGS
from rules.durations import write_duration
from rules.file.actions import ANSWER_WITHIN, TIMEOUT
from rules.file.build import CONFIRM_AFTER, EVERY, LATE_AFTER
from rules.file.schema import schema, sentence_about
from rules.file.settings import (
    ActionSettings,
    AnswerPageSettings,
    ChannelSettings,
    DefaultSettings,
    HealthSettings,
    NetworkSettings,
    ProfileSettings,
    RuleSettings,
    TopicSettings,
)
from rules.load import HEARTBEAT_EVERY, HOST_EVERY
from rules.own_words import NAMES
from rules.trials.settings import TrialSettings
from tests.docs.commands import commands
from tests.docs.examples import ANYTHING, OTHER_RULES, TWO_SHOPS, examples, refused
from tests.docs.grammar import grammar, spellings
from tests.docs.pages import Part
from tests.docs.stories import stories
from tests.docs.tables import table
from watchers.api import (
    Auth,
    Day,
    FactSpec,
    Flag,
    HttpOptions,
    Kind,
    Moment,
    Money,
    Number,
    Span,
    Text,
    Texts,
    Version,
    Watcher,
    WatchError,
)
from watchers.door.guard import SPECIAL
from watchers.registry import kinds

TYPES: Mapping[type, str] = {
    Money: "money",
    Number: "number",
    Text: "text",
    Texts: "several texts",
    Flag: "yes or no",
    Day: "date",
    Moment: "instant",
    Span: "length of time",
    Version: "version",
}
# Of what the examples speak besides installed kinds.
SPOKEN_OF = {"two shops": TWO_SHOPS, "other rules": OTHER_RULES, "anything": ANYTHING}
SHAPES = {"gauge": "a gauge: a value that moves", "stream": "a stream: things that appear"}

# What a key means where neither the rule nor `defaults:` says it; the models leave it open so that both may.
OTHERWISE: Mapping[str, object] = {
    "every": EVERY,
    "confirm_after": CONFIRM_AFTER,
    "keep": KEEP_READINGS,
    "urgency": "normal",
    "first": "tell for a gauge, baseline for a stream",
    "again": "each crossing",
    "for": "at once",
    "until": "until `when` is false",
    "notify": "the only channel there is",
    "id": "made of the name",
    "known": "at least half of it",
    "timezone": "the machine's",
    "if_late": "tell",
    "late_after": LATE_AFTER,
    "blind_after": "3 polls and 6h",
}
OTHERWISE_OF_ACTIONS: Mapping[str, object] = {
    "ask": "yes for what `spends`, else no",
    "within": ANSWER_WITHIN,
    "timeout": TIMEOUT,
}
OTHERWISE_OF_HEALTH: Mapping[str, object] = {
    "notify": "that of `defaults`, or the first channel",
    "summary": "weekly on sunday at 18:00",
    "every": HEARTBEAT_EVERY,
}
OTHERWISE_OF_NETWORK: Mapping[str, object] = {"every": HOST_EVERY}


def parts() -> dict[str, Part]:
    """Return every generated part by its name."""
    given = schema(kinds())
    sections: dict[str, type[BaseModel]] = {
        "me": ProfileSettings,
        "defaults": DefaultSettings,
        "network": NetworkSettings,
        "answers": AnswerPageSettings,
        "health": HealthSettings,
        "rules": RuleSettings,
    }
    shapes = {name: given["properties"][name] for name in sections if name != "rules"}
    shapes["rules"] = given["$defs"]["rule"]
    written = {f"keys of {name}": _keys(shapes[name], model) for name, model in sections.items()}
    written["keys of do"] = _keys(given["$defs"]["ActionSettings"], ActionSettings)
    written["keys of tests"] = _keys(given["properties"]["tests"]["items"], TrialSettings)
    for name, inner in (("channels", ChannelSettings), ("topics", TopicSettings)):
        written[f"keys of {name}"] = _keys(_inner(given["properties"][name]), inner)
    written |= {
        "kinds": "\n\n".join(_kind(kind, given) for kind in kinds().values()),
        "list of kinds": table(
            ["kind", "what it watches", "shape"],
            [[f"[`{name}`](#{name})", kind.kind.summary, kind.kind.shape] for name, kind in kinds().items()],
        ),
        "request options": _keys(given["$defs"]["HttpOptions"], HttpOptions),
        "sign-in options": _keys(given["$defs"]["Auth"], Auth),
        "troubles": table(
            ["trouble", "what it means"],
            [[f"`{each.__name__}`", each.__doc__ or ""] for each in WatchError.__subclasses__()],
        ),
        "special addresses": _special_addresses(),
        "names in messages": table(["name", "stands for"], [[f"`{{{name}}}`", said] for name, said in NAMES.items()]),
        "exit codes": exit_codes_table(),
        "commands": commands(),
        "grammar": grammar(),
        "spellings": spellings(),
    }

    def always(text: str) -> Part:
        return lambda _: text

    asked: dict[str, Part] = {"stories of price": stories, "refused sentences": refused}
    spoken_of = {name: kinds()[name].kind for name in ("feed", "music", "news", "price")} | SPOKEN_OF
    asked |= {f"examples of {name}": _examples_of(kind) for name, kind in spoken_of.items()}
    return {name: always(text) for name, text in written.items()} | asked


def _examples_of(kind: Kind) -> Part:
    return lambda now: examples(now, kind)


def _inner(section: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the longest form that an entry of a section of names may take."""
    found: Mapping[str, Any] = section["additionalProperties"]["anyOf"][-1]
    return found


# Kinds


def _kind(kind: type[Watcher], given: Mapping[str, Any]) -> str:
    declared = kind.kind
    shape = given["$defs"][f"{declared.name}-rule"]
    asks = issubclass(kind, HttpOptions)
    own = [name for name in kind.options() if not (asks and name in HttpOptions.model_fields)]
    said = [
        f"## {declared.name}",
        f"{declared.summary} It is {SHAPES[declared.shape]}; a sentence without a subject speaks of `{declared.main}`.",
        *([_doubted(declared)] if declared.doubted else []),
        f"### Options of {declared.name}",
        table(["option", "meaning", "values", "otherwise"], _rows(shape, kind.options(), own, {})),
        *(["It also takes the [request options](network.md#request-options)."] if asks else []),
        f"### Facts of {declared.name}",
        table(["fact", "sort", "meaning", "in a sentence"], [_fact(spec) for spec in declared.facts]),
    ]
    return "\n\n".join(said)


def _doubted(kind: Kind) -> str:
    return (
        f"A `{kind.doubted}` that is 0, ten times its usual value or a tenth of it is looked at twice before it "
        "counts, and so is a first one that a rule would tell of at once."
    )


def _fact(spec: FactSpec) -> list[str]:
    sort = TYPES[spec.type] + (f" of {spec.unit}" if spec.unit else "")
    known = " Never unknown: it is yes only where the source says so." if spec.evidence else ""
    choices = f" One of {', '.join(f'`{choice}`' for choice in spec.choices)}." if spec.choices else ""
    return [f"`{spec.name}`", sort, f"{spec.meaning}{choices}{known}", f"`{example_of(spec)}`"]


def example_of(spec: FactSpec) -> str:
    """Return a sentence about a fact; one is wanted for each."""
    found = sentence_about(spec)
    assert found, f"the fact {spec.name} declares no example"
    return found


# Keys


def _keys(shape: Mapping[str, Any], model: type[BaseModel]) -> str:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    # What a rule alone may say comes before what `defaults:` may say for all of them.
    names = sorted(fields, key=lambda name: model is RuleSettings and name in DefaultSettings.model_fields)
    own = {
        NetworkSettings: OTHERWISE_OF_NETWORK,
        ActionSettings: OTHERWISE_OF_ACTIONS,
        HealthSettings: OTHERWISE_OF_HEALTH,
    }
    otherwise = own.get(model, OTHERWISE)
    return table(["key", "meaning", "values", "otherwise"], _rows(shape, fields, names, otherwise))


def _rows(
    shape: Mapping[str, Any], fields: Mapping[str, FieldInfo], names: list[str], otherwise: Mapping[str, object]
) -> Iterator[list[str]]:
    for name in names:
        declared = shape["properties"][name] if name != "watch" else {"enum": list(kinds())}
        meaning = (fields[name].description or "").partition("\n")[0]
        default = fields[name].get_default(call_default_factory=True)
        said = "**required**" if fields[name].is_required() else _said(default) or _said(otherwise.get(name))
        yield [f"`{name}`", meaning, _values(declared), said]


def _said(value: object) -> str:
    """Return a default as an owner would write it; empty where there is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return write_duration(value)
    return str(value) if value not in (None, "", (), {}, []) else ""


def _values(declared: Mapping[str, Any]) -> str:
    """Return what may be written, as far as there is more to say than the meaning says."""
    branches = [declared, *declared.get("anyOf", ())]
    if "const" in declared:
        return f"`{declared['const']}`"
    if chosen := next((branch["enum"] for branch in branches if "enum" in branch), None):
        return " ".join(f"`{each}`" for each in chosen)
    if declared.get("type") == "array":
        if _shown(declared):
            return f"a list, such as {_shown(declared)}"
        inner = _values(declared["items"])
        such = ", such as" if declared["items"].get("examples") else " of"
        return f"a list{such} {inner}" if inner else "a list"
    if _shown(declared):
        return _shown(declared)
    return "keys with values" if declared.get("type") == "object" or "$ref" in declared else ""


def _shown(declared: Mapping[str, Any]) -> str:
    return " ".join(f"`{_in_yaml(each)}`" for each in declared.get("examples", ()))


def _in_yaml(example: object) -> str:
    """Return an example as an owner would write it on one line."""
    if isinstance(example, Mapping):
        return "{" + ", ".join(f"{key}: {_in_yaml(value)}" for key, value in example.items()) + "}"
    return f"[{', '.join(map(_in_yaml, example))}]" if isinstance(example, list) else str(example)


def _special_addresses() -> str:
    rows = [
        [f"`{each.network}`", each.meaning, each.source, "`private: yes`, or `allow`" if each.at_home else "`allow`"]
        for each in SPECIAL
    ]
    return table(["addresses", "what they are", "source", "contacted only with"], rows)
