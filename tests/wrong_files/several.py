"""Rules with more than one fault: none hides another, and none follows from another."""

from __future__ import annotations

from tests.wrong_files.case import Wrong, price, rule

URGENCY, EVERY = "`urgency` takes low, normal", "`every` takes a length of time"
NO_CHANNEL = "`fone` is no channel"
TWO = 'channels: {phone: "ntfys://ntfy.sh/a-topic", mail: "ntfys://ntfy.sh/another"}\n'

SEVERAL = (
    Wrong(
        price("urgency: ⟪extreme⟫", "notify: ⟪fone⟫"), (URGENCY, NO_CHANNEL), ("write one", "phone"), ("high", "phone")
    ),
    Wrong(
        price("every: ⟪sometimes⟫", "when: ⟪pryce⟫ below $5", "until: ⟪prize⟫ above $6", "notify: [phone, ⟪fone⟫]"),
        (EVERY, "`pryce` is no fact", "`prize` is no fact", NO_CHANNEL),
        ("30m", "did you mean `price`?", "did you mean `price`?", "phone"),
        ("30m", "price", "price", "phone"),
    ),
    Wrong(
        price("urgency: ⟪extreme⟫", "until: ⟪below $5⟫"), (URGENCY, "says the same as `when`"), ("write one", "above")
    ),
    Wrong(
        price("keep: ⟪long⟫", "do: {webhook: ⟪home⟫}", "id: ⟪My Rule⟫"),
        ("`keep` takes", "`webhook` takes a whole address", "an id is made of"),
        ("30m", "https://", "my-rule"),
        ("30m", "https://home.example/x", "my-rule"),
    ),
    Wrong(
        price("first: ⟪never⟫", 'when: below $5 and rule ⟪"none"⟫').replace("rule ⟪", "⟪rule "),
        ("`first` takes", "there is no rule with the id `none`"),
        ("write one", ""),
    ),
    Wrong(
        price("late_after: ⟪x⟫", "⟪between⟫: [15m, 1d]"),
        ("`late_after` takes", "bounds a rhythm"),
        ("30m", "every: auto"),
    ),
    Wrong(
        price("enabled: ⟪maybe⟫", "send: ⟪[city]⟫"),
        ("`enabled` takes yes or no", "says nothing of `city`"),
        ("yes", "me:"),
    ),
    Wrong(
        rule("watch: ⟪prise⟫", "notify: ⟪fone⟫"),
        ("is no kind", NO_CHANNEL),
        ("price", "phone"),
        ("price\n    url: https://one.example\n    when: changes", "phone"),
    ),
    # What is missing stands in places of its own.
    Wrong(
        TWO + "rules:\n  - ⟪name⟫: ⟪A⟫\n    watch: ⟪price⟫\n",
        ("give either `url` or `urls`", "does not say which channel", "this rule has no `when`"),
        ("", "add `notify: phone`", "when: changes"),
    ),
    # A value that cannot be read is not said to be missing, or to do nothing.
    Wrong(
        TWO + "defaults: {every: ⟪often⟫, notify: phone}\n" + price().partition("\n")[2], (EVERY,), ("30m",), ("30m",)
    ),
    Wrong(
        TWO + price("notify: ⟪{phone: 1}⟫").partition("\n")[2],
        ("`notify` takes a list",),
        ("without keys",),
        ("phone",),
    ),
    Wrong(price("when: changes", "again: ⟪evry 1d⟫"), ("`again` takes",), ("leave it out",)),
    Wrong(price("every: ⟪aut⟫", "between: [15m, 1d]"), (EVERY,), ("30m",), ("auto",)),
    # The rest of the file likewise.
    Wrong(
        'channels: {phone: {url: "ntfys://ntfy.sh/a-topic", quiet: ⟪late⟫, fallback: ⟪fone⟫}}\n'
        "health: {every: ⟪often⟫, notify: ⟪mail⟫}\nrules: []\n",
        ("`quiet` takes the hours", NO_CHANNEL, EVERY, "`mail` is no channel"),
        ("22:00-07:00", "", "30m", "phone"),
    ),
    # Of an unknown kind nobody knows the facts; the sentence is read all the same.
    Wrong(
        rule(
            "watch: ⟪prise⟫", "url: https://one.example", "when: price ⟪cheaper than⟫ $4", "until: ⟪costs more than⟫ $5"
        ),
        ("is no kind", "is no phrase", "is no phrase"),
        ("price", "write `below`", "write `above`"),
        ("price", "below", "above"),
    ),
    # Facts that are declared beside an option that is wrong are not said to be missing.
    Wrong(
        rule("watch: json", "url: https://one.example", "facts: {level: number a}", "pages: ⟪many⟫", "when: level > 5"),
        ("`pages` takes a whole number",),
        ("such as 5",),
        ("1",),
    ),
    Wrong(
        rule("watch: report", "facts: {level: ⟪nmber⟫}", "when: level > 5"),
        ("`level` takes",),
        ("number",),
        ("number",),
    ),
    Wrong(
        rule(
            "watch: json",
            "url: https://one.example",
            "facts: {⟦level: a⟧, ⟦cost: {path: b}⟧}",
            "when: level > ⟪5⟫ and cost < ⟪5 USD⟫",
        ),
        ("a text is expected", "a text is expected"),
        ("if `level` is a number, declare it so: level: number a", "if `cost` is money, declare it so: type: money"),
        ("level: number a", "cost: {path: b, type: money}"),
    ),
    Wrong(
        rule("watch: json", "url: https://one.example", "items: a", "when: ⟪level⟫ > 5"),
        ("`level` is no fact",),
        ("more are declared by `facts`: what to read, by name",),
    ),
    Wrong(
        rule("watch: json", "url: https://one.example", "facts: {level: a}", "when: title > ⟪5⟫ and ⟪5⟫"),
        ("a text is expected", "a value alone is no condition"),
        ('if it is text, write "5"', "write a list"),
    ),
)
