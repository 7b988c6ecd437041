"""Whatever the loader takes, an editor does not mark as wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from rules.file.schema import schema
from tests.editor import Editor
from tests.rule_files import KINDS, faults_of

EDITOR = Editor(schema(KINDS))

# What owners write: right in one place, wrong in another. Two slips that the loader lets pass are not among them, as an
# editor does well to mark them: `true` where a number is meant, and a key of `network`, say, with nothing after it.
WORDS = st.sampled_from(
    [
        "x", "Boston", "5", "1_000", "2.0", "yes", "No", "ON", "t", "", " ", "1h", "1h 30m", "3 polls", "7 Days",
        "when lower", "Every 1d", "NEVER", "low", "08:00", "https://a.example/x", "//x", "price below $5", "changes",
        'rule "first"', "nonsense", "${env:KEY}", "${env:NONE}", "$${x", "eur", "10.0.0.0/8", "me.artists", "{each}",
    ]
)  # fmt: skip
SINGLE = WORDS | st.integers(-2, 11) | st.sampled_from([1.5, 2.0])
VALUES = st.one_of(SINGLE, st.lists(SINGLE | st.booleans(), max_size=3), st.dictionaries(WORDS, SINGLE, max_size=2))


def either(*values: Any) -> st.SearchStrategy[Any]:
    """Return a strategy of values that are mostly right here, among others."""
    right = st.sampled_from(values)
    return st.one_of(*[right] * 7, VALUES)


YES_OR_NO = either("yes", "No", "ON", True, False)
LENGTHS = either("1h", "90 s", "1h 30m", "7 Days", " 2w ")
ADDRESSES = either("https://a.example/x", "http://b.example", "${env:ADDRESS}")
TEXTS = either("Tool", 311, 1.5, True, "${env:KEY}", "$${x")
AUTH = st.fixed_dictionaries({}, optional={"user": TEXTS, "password": TEXTS, "bearer": TEXTS}) | VALUES
REQUESTS: dict[str, st.SearchStrategy[Any]] = {
    "headers": st.dictionaries(WORDS, TEXTS, max_size=2) | VALUES,
    "cookies": st.dictionaries(WORDS, TEXTS, max_size=2) | VALUES,
    "auth": AUTH,
    "user_agent": TEXTS,
    "ca": either("home.pem"),
    "proxy": either("socks5://a.example:1080"),
}
POLLING: dict[str, st.SearchStrategy[Any]] = {
    "every": either("1h", "90 s", "auto", "Auto"),
    "between": either(["15m", "1d"], ["1 h", "7 Days"]),
    "notify": either("phone", ["phone"]),
    "urgency": either("low", "urgent", "hihg"),
    "confirm_after": LENGTHS,
    "keep": LENGTHS,
}
OURS: dict[str, st.SearchStrategy[Any]] = {
    **POLLING,
    "id": either("x", "a-shelf", 5),
    "for": either("3 polls", "1h", "1 poll"),
    "until": either("price above $6", "count > 3", 'rule "first"'),
    "again": either("when lower", "Every 1d", "NEVER", "higher"),
    "first": either("tell", "baseline"),
    "cron": either("0 8 * * 1-5", "*/5 * * * *"),
    "at": either("08:00", "8:05"),
    "message": either("Now {price}!", 5, True),
    "private": YES_OR_NO,
    "known": either("any"),
    "enabled": YES_OR_NO,
    "note": either("x", 5, True),
    "ignore_repeats": either(0, 5, "7", 2.0, 100),
    "send": either("artists", ["artists", "city"]),
    "evry": LENGTHS,
}
CORNER = st.fixed_dictionaries({"room": TEXTS}, optional={"side": either("left", "${env:SIDE}")}) | VALUES
OPTIONS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "shelf": {
        **REQUESTS,
        "urls": st.lists(ADDRESSES, max_size=2) | VALUES,
        "depth": either(1, 9, "3", 2.0, "${env:KEY}", "0_3"),
        "whole": either("yes", True, 0, 1, "Y", "off", "${env:YES}"),
        "patience": either("30m", "1h 30m", 30, 1.5, "PT1H", "${env:LENGTH}"),
        "code": either("AB", "${env:CODE}", "a1"),
        "corner": CORNER,
        "tags": either(["a", "a"], [5, True]),
    },
    "wire": REQUESTS,
    "player": {"token": TEXTS},
}
BEGUN: list[dict[str, Any]] = [
    {"watch": "shelf", "url": "https://a.example/1", "when": "price below $5"},
    {"watch": "shelf", "url": "https://a.example/1", "when": 'price below $5 and rule "first"'},
    {"watch": "wire", "feeds": ["https://a.example"]},
    {"watch": "player", "artist": 311},
    {"watch": "player", "artist": "{each}", "for each": "me.artists", "send": ["artists"]},
    {"watch": "player", "artist": "{each}", "for each": ["Tool", 311]},
    {
        "watch": "shelf",
        "sources": {"a": {"url": "https://a.example"}, "b": {"watch": "shelf", "url": "https://b.example"}},
        "when": "a.price < b.price",
    },
    {
        "sources": {"a": {"watch": "shelf", "url": "//x"}, "b": {"watch": "shelf", "url": "https://b.example"}},
        "when": "a.price < b.price",
    },
    {"when": 'rule "first" and rule "second"'},
]
ME: dict[str, st.SearchStrategy[Any]] = {
    "timezone": either("Europe/Berlin", "UTC"),
    "currency": either("USD", "eur"),
    "city": TEXTS,
    "authors": either(["Ada", 5]),
    "budget": VALUES,
    "größe": VALUES,
    "a b": VALUES,
}
SECTIONS: dict[str, st.SearchStrategy[Any]] = {
    "me": st.fixed_dictionaries({}, optional=ME),
    "topics": st.dictionaries(
        st.sampled_from(["fusion", "köln", "_x", "a b"]),
        either("x", ["x", 5, True], 5)
        | st.fixed_dictionaries({"phrases": either(["x", 5])}, optional={"exact": YES_OR_NO}),
        max_size=2,
    ),
    "channels": st.dictionaries(
        st.sampled_from(["mail", "köln-1", "5"]),
        either("ntfys://ntfy.sh/a-topic-of-mine", "${env:ADDRESS}")
        | st.fixed_dictionaries(
            {"url": either("ntfys://ntfy.sh/a-topic-of-mine")},
            optional={"quiet": either("22:00-07:00"), "digest": either("daily at 08:00", "Weekly on monday at 8:00")},
        ),
        max_size=1,
    ),
    "defaults": st.fixed_dictionaries({}, optional={**POLLING, "watch": SINGLE}),
    "network": st.fixed_dictionaries(
        {},
        optional={
            "allow": either(["10.0.0.0/8", "192.168.1.7"]),
            "every": LENGTHS,
            "contact": either("you@mail.example", 5, "${env:KEY}"),
            "hosts": st.dictionaries(
                st.sampled_from(["a.example", "a/b"]), st.fixed_dictionaries({}, optional=REQUESTS), max_size=1
            ),
            "alow": VALUES,
        },
    ),
    "include": VALUES,
}  # fmt: skip


def some(draw: st.DrawFn, keys: Iterable[str], *, most: int) -> list[str]:
    return draw(st.lists(st.sampled_from(sorted(keys)), max_size=most, unique=True))


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """Return a rule that is right, with a few keys more, and sometimes one less."""
    begun = draw(st.sampled_from(BEGUN))
    rule = {"name": draw(st.sampled_from(["One", "Two", 5, True, " x "])), **begun}
    keys = {**OURS, **OPTIONS.get(str(begun.get("watch")), {})}
    if "sources" in begun:
        del keys["evry"]  # beside them may stand options of any kind
    for key in some(draw, keys, most=2):
        rule[key] = draw(keys[key])
    if draw(st.integers(0, 9)) == 0:
        del rule[draw(st.sampled_from(sorted(rule)))]
    return rule


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Return a rule file with one rule of many kinds, or one section."""
    file: dict[str, Any] = {
        "me": {"artists": ["Tool", 311]},
        "channels": {"phone": "ntfys://ntfy.sh/a-long-secret-topic"},
        "defaults": {"notify": "phone"},
        "rules": [{"name": "First", **BEGUN[0]}, {"name": "Second", **BEGUN[0]}],
    }
    if draw(st.booleans()):
        file["rules"].append(draw(rules()))
        return file
    section = draw(st.sampled_from(sorted(SECTIONS)))
    value = draw(SECTIONS[section])
    file[section] = {**file[section], **value} if section in file else value
    return file


SECRETS = {
    "env:KEY": "3", "env:ADDRESS": "https://a.example/secret", "env:SIDE": "right", "env:YES": "yes",
    "env:LENGTH": "PT1H", "env:CODE": "AB",
}  # fmt: skip


@given(files())
@settings(max_examples=300, deadline=None)
def test_what_the_loader_takes_an_editor_does_not_mark(file: dict[str, Any]) -> None:
    faults = faults_of(json.dumps(file, ensure_ascii=False), SECRETS)
    event("refused" if faults else "taken")
    if not faults:
        assert EDITOR.objections(file) == []
