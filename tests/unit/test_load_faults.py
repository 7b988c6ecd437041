"""What is wrong with a rule file is said at its place, with what to write instead, and all of it at once."""

from __future__ import annotations

import pytest

from rules.faults import RuleFaults
from tests.rule_files import CHANNEL, book_of, faults_of, rule_text

SHELF = ("watch: shelf", "url: https://shop.example/1", "when: price below $5")
WIRE = ("watch: wire", "feeds: [https://a.example/rss]")


def shelf(*lines: str) -> str:
    """Return a rule of a shelf whose further lines begin in line 7, column 5."""
    return rule_text(*SHELF, *lines)


def wire(*lines: str) -> str:
    """Return a rule of a wire whose further lines begin in line 6, column 5."""
    return rule_text(*WIRE, *lines)


# The file, the place of its one fault, a part of what is said, and a part of what to write instead.
WRONG = [
    # The file as a whole.
    ("", "1:1", "this file holds no rules", "rules:"),
    ("# only a comment\n", "1:1", "this file holds no rules", "rules:"),
    ("{}\n", "1:1", "this file holds no rules", "rules:"),
    ("- name: x\n", "1:1", "made of sections", "put rules: above the list"),
    ("just words\n", "1:1", "made of sections", "rules:"),
    ("rulez: []\n", "1:1", "`rulez` is no key", "did you mean rules?"),
    ("xyz: []\n", "1:1", "`xyz` is no key", "possible here: me, topics, channels"),
    ("rules: x\n", "1:8", "`rules` takes a list", "- name:"),
    ("rules:\n  name: x\n", "2:3", "`rules` takes a list", "dash"),
    ("rules: [x]\n", "1:9", "a rule is made of keys with values", "- name:"),
    (CHANNEL + "rules: [{}]\n", "2:9", "this rule says nothing", "watch:"),
    ("channels:\n  phone: x\n", "2:10", "the channel phone takes an Apprise address", "ntfys://"),
    ("me: [a]\n", "1:5", "`me` takes names with values", "a line for each"),
    # What every rule has.
    (shelf("wehn: x"), "7:5", "`wehn` is no key", "did you mean when? it stands here already"),
    (shelf("evry: 1h"), "7:5", "`evry` is no key", "did you mean every?"),
    (shelf("dept: 3"), "7:5", "`dept` is no key", "did you mean depth?"),
    (rule_text("watch: shlef", "url: x"), "4:12", "`shlef` is no kind of source", "did you mean shelf?"),
    (rule_text("watch: zzz"), "4:12", "`zzz` is no kind of source", "possible here: player, shelf, wire"),
    (rule_text("watch: [shelf]"), "4:12", "`watch` takes text", "without brackets"),
    (rule_text("url: https://a.example"), "3:5", "this rule has no `watch`", "add `watch: shelf`"),
    (CHANNEL + "rules:\n  - watch: wire\n    feeds: [x]\n", "3:5", "this rule has no `name`", "add `name: …`"),
    (CHANNEL + "rules:\n  - id: x\n", "3:5", "has no `name` and no `watch`", "add `name: …`"),
    (shelf("note:"), "7:5", "`note` has no value", "delete the line"),
    (CHANNEL + "rules:\n  - name:\n    watch: wire\n    feeds: [x]\n", "3:5", "`name` has no value", "write one"),
    (CHANNEL + "rules:\n  - name: ''\n    watch: wire\n    feeds: [x]\n", "3:11", "`name` is empty", ""),
    (CHANNEL + "rules:\n  - name: 🎧\n    watch: wire\n    feeds: [x]\n", "3:11", "no id can be made", "`id: my-rule`"),
    (shelf("id: My Shelf"), "7:9", "an id is made of small letters", "write my-shelf"),
    (shelf() + "  - {name: A SHELF!, watch: player, artist: x}\n", "7:12", "taken by the rule at rules.yaml:3:11", ""),
    (shelf("message: Now {prise}!"), "7:18", "`{prise}` stands for nothing", "did you mean price?"),
    (shelf('message: "{title}: {xyz:.2f}"'), "7:24", "`{xyz:.2f}` stands for nothing", "possible here: value, was"),
    (shelf("urgency: hihg"), "7:14", "`urgency` takes low, normal, high or urgent", "did you mean high?"),
    (shelf("first: maybe"), "7:12", "`first` takes tell or baseline", ""),
    (shelf("known: some"), "7:12", "`known` takes nothing but any", ""),
    (shelf("enabled: perhaps"), "7:14", "`enabled` takes yes or no", ""),
    (shelf("private: 1"), "7:14", "`private` takes yes or no", ""),
    (shelf("ignore_repeats: -1"), "7:21", "`ignore_repeats` must be 0 at least", ""),
    (shelf("ignore_repeats: 101"), "7:21", "`ignore_repeats` must be 100 at most", ""),
    (shelf("ignore_repeats: many"), "7:21", "`ignore_repeats` takes a whole number", ""),
    (shelf(f"message: {'x' * 2001}"), "7:14", "`message` is longer than 2000 letters", ""),
    # When to look, and for how long.
    (shelf("every: 1"), "7:12", "`every` needs a unit: 1 of what?", "1m, 1h or 1d"),
    (shelf("every: soon"), "7:12", "`every` takes a length of time", "30m"),
    (shelf("every: 0.5s"), "7:12", "`every` takes a second at least", "1s"),
    (shelf("every: [1h]"), "7:12", "`every` takes a length of time", ""),
    (shelf("keep: 200 years"), "7:11", "`keep` takes a length of time", ""),
    (shelf("every: 1h", "at: 08:00"), "8:5", "`every` and `at` both say when to look", "keep one"),
    (shelf('cron: "0 8 * *"'), "7:11", "five fields", '"0 8 * * 1-5"'),
    (shelf('cron: "0 24 * * *"'), "7:11", "24 is no hour", ""),
    (shelf('cron: "0 0 31 2 *"'), "7:11", "never comes", ""),
    (shelf('cron: "0 0 1 * 1"'), "7:11", "not both", ""),
    (shelf("at: 25:00"), "7:9", "`at` takes a time of the day", '"08:00"'),
    (shelf("for: 3"), "7:10", "`for` needs a unit: 3 of what?", "3 polls, or 3h"),
    (shelf("for: [1h]"), "7:10", "`for` takes a number of polls or a length of time", "3 polls"),
    (shelf("for: 0 polls"), "7:10", "`for` takes a number of polls or a length of time", "3 polls"),
    (shelf("again: lower please"), "7:12", "`again` takes `when lower`", ""),
    (wire("when: type is album", "again: when lower"), "7:12", "`type` is neither higher nor lower", "every 1d"),
    (shelf("again: 1d"), "7:12", "`again` takes `when lower`", ""),
    (rule_text(*SHELF[:2], "when: changes", "for: 1h"), "7:5", "`for` has nothing to act on", "delete the line"),
    (rule_text(*SHELF[:2], "when: changes", "until: price > $6"), "7:5", "`until` has nothing to act on", "delete"),
    (rule_text(*SHELF[:2], "when: changes", "again: never"), "7:5", "`again` has nothing to act on", "delete"),
    # Sentences.
    (rule_text(*SHELF[:2]), "4:12", "this rule has no `when`", "`when: changes`"),
    (rule_text(*SHELF[:2], "when:"), "6:5", "`when` has no value", ""),
    (rule_text(*SHELF[:2], "when: prize below $5"), "6:11", "`prize` is no fact", "price"),
    (rule_text(*SHELF[:2], "when: 'prize below $5'"), "6:12", "`prize` is no fact", "price"),
    (rule_text(*SHELF[:2], 'when: "\\x70rize below $5"'), "6:12", "`prize` is no fact", "price"),
    (rule_text(*SHELF[:2], "when: price below $5", "until: prize above $6"), "7:12", "`prize` is no fact", "price"),
    (rule_text(*SHELF[:2], "when: |", "  price < $5", "  and prize > $1"), "8:11", "`prize` is no fact", "price"),
    (rule_text(*SHELF[:2], "when: >", "  price < $5", "  and prize > $1"), "8:11", "`prize` is no fact", "price"),
    (rule_text(*SHELF[:2], "when: price < $5", "  and prize > $1"), "7:11", "`prize` is no fact", "price"),
    (rule_text(*SHELF[:2], "when: [a, b]"), "6:11", "`when` takes text", "without brackets"),
    (rule_text(*SHELF[:2], "when: > 150"), "6:11", "beginning of a block of text", "'> 150'"),
    (rule_text(*SHELF[:2], "when: >5"), "6:11", "beginning of a block of text", "'>5'"),
    (rule_text(*SHELF[:2], "when: != 5"), "6:11", "YAML reads != as a tag", "quotes"),
    (wire("when: mentions #ai and type is ep"), "6:20", "takes what follows for a comment", "'mentions #ai and"),
    (wire('when: text contains "C # x"'), "6:28", "takes what follows for a comment", "quotes"),
    (CHANNEL + "rules:\n  - name: The #1 one\n    watch: wire\n    feeds: [x]\n", "3:15", "comment", "'The #1 one'"),
    (shelf("message: ${env:X} is low"), "7:14", "would be shown here", "options of a kind"),
    (shelf('note: "a\\0b"'), "7:11", "stands for a control character", "delete the escape"),
    # Options of a kind.
    (rule_text("watch: shelf", "when: changes"), "3:5", "this rule: a shelf needs url: or urls:", ""),
    (rule_text("watch: wire"), "3:5", "this rule has no `feeds`", "add `feeds: …`"),
    (rule_text("watch: wire", "feeds: https://a.example"), "5:12", "`feeds` takes a list", "[https://a.example]"),
    (rule_text("watch: wire", "feeds: []"), "5:12", "`feeds` is an empty list", ""),
    (rule_text("watch: wire", "feeds: [{a: b}]"), "5:13", "`feeds` takes text", ""),
    (rule_text("watch: shelf", "url: a.example/x", "when: changes"), "5:10", "whole address", "https://a.example/x"),
    (rule_text("watch: shelf", "url: //x", "when: changes"), "5:10", "`url`: //x is no address", ""),
    (rule_text("watch: wire", "feeds: [https://a.example, b.de/f]"), "5:32", "whole address", "https://b.de/f"),
    (shelf("depth: deep"), "7:12", "`depth` takes a whole number", ""),
    (shelf("depth: 10"), "7:12", "`depth` must be 9 at most", ""),
    (shelf("whole: perhaps"), "7:12", "`whole` takes yes or no", ""),
    (shelf("patience: long"), "7:15", "`patience` takes a length of time", ""),
    (shelf("code: a1"), "7:11", "`code` should match pattern", ""),
    (shelf("corner: {side: left}"), "7:13", "`corner` has no `room`", "add `room: …`"),
    (shelf("corner: {room: x, side: lefft}"), "7:29", "`side` takes left or right", "did you mean left?"),
    (shelf("corner: {room: x, syde: left}"), "7:23", "`syde` is no key", "did you mean side?"),
    (shelf("corner: {room: x, side: [left]}"), "7:29", "`side` takes left or right", ""),
    (shelf("corner: {room: ~}"), "7:20", "`room` has no value", "write text"),
    (shelf("auth: me"), "7:11", "`auth` takes keys with values", ""),
    (shelf("auth: {user: me, pasword: hunter22}"), "7:22", "`pasword` is no key", "did you mean password?"),
    (shelf("ca: missing.pem"), "7:9", "there is no file missing.pem", ""),
    # Whom to tell.
    ("rules:\n  - {name: A, watch: wire, feeds: [x]}\n", "2:5", "there is no channel", "channels:"),
    (rule_text(*WIRE, head="channels: {a: 'x://aaaaa', b: 'x://bbbbb'}\n"), "3:11", "which channel", "`notify: a`"),
    (shelf("notify: phnoe"), "7:13", "`phnoe` is no channel", "did you mean phone?"),
    (shelf("notify: [phone, mail]"), "7:21", "`mail` is no channel", "possible here: phone"),
    (shelf("notify: []"), "7:13", "`notify` is an empty list", ""),
    ("channels: {my phone: 'x://aaaaaaaa'}\n", "1:12", "`my phone` is no name for a channel", "letters"),
    ("channels: {phone: {quiet: '22-7', url: 'x://aaaa'}}\n", "1:27", "`quiet` takes the hours", '"22:00-07:00"'),
    ("channels: {phone: {digest: often, url: 'x://aaaa'}}\n", "1:28", "`digest` takes a time", "daily at 08:00"),
    ("channels: {phone: {qiet: x, url: 'x://aaaa'}}\n", "1:20", "`qiet` is no key", "did you mean quiet?"),
    ("channels: {phone: {quiet: '22:00-07:00'}}\n", "1:19", "`url`", "add `url: …`"),
    ("channels: {phone: {url: 'mailto:me@x.example'}}\n", "1:25", "takes an Apprise address", "mailtos://"),
    ("channels: {phone: }\n", "1:19", "the channel phone has no value", "delete the line"),
    ("channels: [x]\n", "1:11", "`channels` takes names with values", ""),
    ("defaults: {notify: x}\n", "1:20", "`x` is no channel", ""),
    ("defaults: {evry: 1h}\n", "1:12", "`evry` is no key", "did you mean every?"),
    ("defaults: 5\n", "1:11", "defaults takes keys with values", ""),
    # Oneself and the network.
    ("me: {timezone: america/new_york}\n", "1:16", "no time zone", "did you mean America/New_York?"),
    ("me: {timezone: New York}\n", "1:16", "no time zone", "did you mean America/New_York?"),
    ("me: {timezone: Nowhere at all}\n", "1:16", "no time zone", "Europe/Berlin"),
    ("me: {timezone: ../../etc/passwd}\n", "1:16", "no time zone", ""),
    ("me: {currency: dollar}\n", "1:16", "no currency code", "did you mean USD?"),
    ("me: {currency: doubloons}\n", "1:16", "no currency code", "three letters"),
    ("me: {currency: EUT}\n", "1:16", "no currency code", "did you mean"),
    ("me: {kids: {a: 1}}\n", "1:12", "`kids` takes text", ""),
    ("me: {my city: x}\n", "1:6", "`my city` is no name", "write my_city"),
    ("me: {city: '${env:CITY}'}\n", "1:12", "would be shown here", ""),
    ("topics: {a-b: [x]}\n", "1:10", "`a-b` is no name", "write a_b"),
    ("topics: {a: []}\n", "1:13", "is an empty list", ""),
    ("topics: {a: {phrases: [x], exakt: yes}}\n", "1:28", "`exakt` is no key", "did you mean exact?"),
    ("topics: {a: ['']}\n", "1:14", "is empty", ""),
    ("network: {allow: [192.168.1.5/24]}\n", "1:19", "one machine of a network", "192.168.1.0/24"),
    ("network: {allow: [home]}\n", "1:19", "networks and addresses in numbers", "192.168.1.7"),
    ("network: {hosts: {'https://x.example': {user_agent: x}}}\n", "1:19", "no name of a host", "without https://"),
    ("network: {hosts: {x.example: {auth: {pasword: x}}}}\n", "1:38", "`pasword` is no key", "did you mean password?"),
    ("network: {every: 5}\n", "1:18", "`every` needs a unit", "5m"),
    # References.
    (rule_text("watch: shelf", "when: changes", "url: 'https://a.de/${env:X}'"), "6:24", "there is no X", "make X"),
    (rule_text("watch: player", "artist: ${ENV}"), "5:13", "${ENV} is no reference", "write ${env:ENV}"),
    (rule_text("watch: player", "artist: ${vault:x}"), "5:13", "${vault:x} is no reference", "${cred:name}"),
    (rule_text("watch: player", "artist: 'a ${env:X'"), "5:16", "has no }", "${env:NAME}"),
    (rule_text("watch: player", "artist: ${env:}"), "5:13", "names nothing", "${env:NAME}"),
    (rule_text("watch: player", "artist: ${env:my-var}"), "5:13", "names nothing", "${env:NAME}"),
    # Other files.
    ("include: [gone.yaml]\n", "1:11", "there is no file gone.yaml", ""),
    ("include: [[a]]\n", "1:11", "`include` takes names of files", "people.yaml"),
    ("include: '**'\n", "1:10", "matches every file", "more closely"),
    ("include: {a: b}\n", "1:10", "`include` takes names of files", "people.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "said", "hint"), WRONG, ids=[f"{i}-{wrong[2]}" for i, wrong in enumerate(WRONG)]
)
def test_a_mistake_is_said_at_its_place_with_what_to_write(text: str, place: str, said: str, hint: str) -> None:
    faults = faults_of(text)
    assert [f"{fault.place.line}:{fault.place.column}" for fault in faults] == [place], list(map(str, faults))
    assert said in faults[0].message
    assert hint in faults[0].hint
    for told in (faults[0].message, faults[0].hint):
        assert not any(word in told.lower() for word in ("pydantic", "input should", "validator", "class ", "nonetype"))


def test_every_fault_of_every_part_is_there_at_once_in_the_order_of_the_file() -> None:
    text = (
        "me: {timezone: Europe/Berln}\n"
        "channels: {phone: x}\n"
        "rules:\n"
        "  - {name: A, watch: wire, feeds: [x], evry: 1h, urgency: hihg}\n"
        "  - {name: A, watch: shelf, url: https://a.example, when: prize below 5 and coutn > 3, depth: 0}\n"
    )
    faults = faults_of(text)
    assert [(fault.place.line, fault.place.column) for fault in faults] == [
        (1, 16), (2, 19), (4, 40), (4, 59), (5, 12), (5, 59), (5, 77), (5, 95),
    ], list(map(str, faults))  # fmt: skip


def test_a_fault_shows_its_line_with_a_caret_and_what_to_write() -> None:
    with pytest.raises(RuleFaults) as raised:
        book_of(shelf("urgency: hihg"))
    assert str(raised.value) == (
        "rules.yaml:7:14: `urgency` takes low, normal, high or urgent\n"
        "  7 |     urgency: hihg\n"
        "    |              ^^^^\n"
        "  did you mean high?"
    )


def test_a_key_without_a_value_hides_no_other_that_is_missing() -> None:
    faults = faults_of(CHANNEL + "rules:\n  - watch: wire\n    note:\n    feeds: [https://a.example]\n")
    assert [(fault.place.line, fault.message) for fault in faults] == [
        (3, "this rule has no `name`"),
        (4, "`note` has no value"),
    ]
    faults = faults_of(rule_text("watch: wire", "feeds:"))
    assert [(fault.place.line, fault.message) for fault in faults] == [(5, "`feeds` has no value")]
    faults = faults_of(CHANNEL + "rules:\n  - name: x\n    watch:\n    feeds: [x]\n")
    assert [(fault.place.line, fault.message) for fault in faults] == [(4, "`watch` has no value")]


def test_what_follows_from_a_mistake_is_no_second_one() -> None:
    faults = faults_of(rule_text("watch: shelf", "url: ${env:GONE}", "when: changes"))
    assert [fault.message for fault in faults] == ["there is no GONE"]
