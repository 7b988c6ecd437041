"""What people bring along from other programs: keys, schedules and templates that are written otherwise here."""

from __future__ import annotations

from tests.wrong_files.case import CHANNEL, price, rule, wrong
from tests.wrong_files.sentences import of_price

PAGE = ("watch: page", "url: https://one.example/")
EVERY = "`every` takes a length of time"

ELSEWHERE = (
    wrong(CHANNEL + "⟪automation⟫: []\n", "`automation` is no key", "did you mean rules?", "rules"),
    wrong(CHANNEL + "⟪jobs⟫: []\n", "`jobs` is no key", "did you mean rules?", "rules"),
    wrong(
        "⟪notifiers⟫: {phone: 'ntfys://ntfy.sh/a-topic'}\nrules: []\n", "`notifiers` is no key", "channels?", "channels"
    ),
    wrong(CHANNEL + "rules: ⟪!include⟫ rules.d\n", "as a tag", "include: [rules.d/*.yaml]"),
    of_price('"⟪{{ price < $150 }}⟫"', "stands without braces", "write `price < $150`", "price < $150"),
    wrong(rule(*PAGE, "⟪css_filter⟫: .price", "when: changes"), "`css_filter` is no key", "did you mean css?", "css"),
    wrong(rule(*PAGE, "⟪trigger_text⟫: changes"), "`trigger_text` is no key", "did you mean when?", "when"),
    wrong(price("⟪time_between_check⟫: 3h"), "`time_between_check` is no key", "did you mean every?", "every"),
    wrong(price("⟪hysteresis⟫: above $6"), "`hysteresis` is no key", "did you mean until?", "until"),
    wrong(price("⟦⟪disabled⟫: true⟧"), "`disabled` is no key", "write enabled: no", "enabled: no"),
    wrong(price("⟦every: ⟪'*/5 * * * *'⟫⟧"), EVERY, 'write cron: "*/5 * * * *"', 'cron: "*/5 * * * *"'),
    wrong(price("⟦every: ⟪day at 8am⟫⟧"), EVERY, "write at: 08:00", "at: 08:00"),
    wrong(price("for: ⟪00:05:00⟫"), "`for` takes a number of polls or a length of time", "write 5m", "5m"),
    wrong(
        price("for: {⟪⟫minutes: 5}").replace("{⟪⟫", "⟪{").replace("5}", "5}⟫"),
        "`for` takes",
        "write 5 minutes",
        "5 minutes",
    ),
    wrong(price("notify: ⟪ntfys://ntfy.sh/another⟫"), "an address is no channel", "write it under channels: by a name"),
    wrong(
        price("do: {run: ⟪notify-send 'it fell'⟫}"),
        "takes a command with its arguments in a list",
        'write ["notify-send", "it fell"]',
        '["notify-send", "it fell"]',
    ),
    wrong(price("do: {⟪shell⟫: [ls]}"), "`shell` is no key", "did you mean run?", "run"),
    wrong(CHANNEL + "rules:\n  - ⟪name⟫: A\n    command: [uptime]\n", "has no `watch`", "add `watch: command`"),
    wrong(
        CHANNEL + "rules:\n  - ⟪name⟫: A\n    url: https://one.example\n    when: sold_out\n",
        "has no `watch`",
        "add `watch: concerts` or `watch: price`",
    ),
    wrong(
        CHANNEL
        + "rules:\n  - name: A\n    watch: price\n    url:\n      ⟪- https://a.example⟫\n      - https://b.example\n"
        "    when: below $5\n",
        "`url` takes text",
        "for several write urls: [https://a.example, https://b.example]",
    ),
)
