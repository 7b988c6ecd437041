"""What a rule does besides telling, the answer page, and what the agent says of itself."""

from __future__ import annotations

from tests.wrong_files.case import CHANNEL, Wrong, price, wrong


def of(line: str, says: str, hint: str = "", mend: str | None = None) -> Wrong:
    return wrong(price(line), says, hint, mend)


def section(line: str, says: str, hint: str = "", mend: str | None = None) -> Wrong:
    return wrong(f"{CHANNEL}{line}\nrules: []\n", says, hint, mend)


DEEDS = (
    of("⟪do⟫: {ask: yes}", "`do` does not say what to do", "run: [command, argument]"),
    of(
        "do: {run: ⟪order --now⟫}",
        "`run` takes a command with its arguments in a list",
        '["order", "--now"]',
        '["order", "--now"]',
    ),
    of("do: {run: ⟪[]⟫}", "is an empty list", "write something"),
    of("do: {run: [a], ⟪webhook⟫: 'https://h.example/'}", "are two things to do", "another rule may do the other"),
    of("do: {webhook: ⟪h.example/hook⟫}", "`webhook` takes a whole address", "such as https://"),
    of("do: {publish: ⟪'mqtt://broker.example'⟫}", "`publish` takes a whole address", "mqtt://host/topic"),
    of("do: {run: [a], ⟪headers⟫: {X: y}}", "`headers` go along with a webhook", "delete them"),
    of("do: {run: [a], ⟪within⟫: 2h}", "you are not asked", "add ask: yes"),
    of("do: {run: [a], limit: ⟪twice⟫}", "`limit` takes how many there may be", "2 a month"),
    of("do: {run: [a], ask: ⟪maybe⟫}", "`ask` takes yes or no", "write yes"),
    of("do: {⟪comand⟫: [a], run: [b]}", "`comand` is no key", ""),
)
HEALTH = (
    section("health: {notify: ⟪fone⟫}", "`fone` is no channel", "did you mean phone?", "phone"),
    section(
        "health: {summary: ⟪weekly⟫}",
        "`summary` takes a time",
        "weekly on monday at 08:00",
        "weekly on monday at 08:00",
    ),
    section("health: {every: ⟪5⟫}", "`every` needs a unit", "write 5m", "5m"),
    section("answers: ⟪{listen: '127.0.0.1:8443'}⟫", "has no `address`", "add `address: …`"),
    section("answers: {address: ⟪agent.example⟫}", "`address` takes a web address", "such as https://"),
    section("answers: {address: 'https://a.example/', listen: ⟪8443⟫}", "`listen` takes an address", "127.0.0.1:8443"),
)

ACTING = (*DEEDS, *HEALTH)
