"""What a rule does besides telling: the `do:` of a rule, from how it is written to an Action."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from rules.delivery import Action
from rules.file.collected import Faults
from rules.file.nodes import MappingNode, ScalarNode, scalars
from rules.file.settings import ActionSettings

ANSWER_WITHIN = timedelta(days=1)
TIMEOUT = timedelta(minutes=1)
_WAYS = ("run", "webhook", "publish")
_SERVICES = {
    "webhook": (("http", "https"), "https://home.example/hook"),
    "publish": (("mqtt", "mqtts"), "mqtt://host/topic"),
}


def check_action(node: MappingNode, settings: ActionSettings | None, faults: Faults) -> None:
    """Note what a rule's `do:` lacks, or has twice."""
    if settings is None:
        return
    entry, written = node.entries["do"], node.get("do")
    below = written.entries if isinstance(written, MappingNode) else {}
    ways = [way for way in _WAYS if way in below]
    if not ways:
        faults.add(
            entry.key,
            "`do` does not say what to do",
            "run: [command, argument], webhook: https://…, or publish: mqtt://…",
        )
    for way in ways[1:]:
        faults.add(
            below[way].key, f"`{ways[0]}` and `{way}` are two things to do", "keep one; another rule may do the other"
        )
    for way, (schemes, example) in _SERVICES.items():
        secret = getattr(settings, way)
        if secret is not None and not _is_address(secret.get_secret_value(), schemes, needs_path=way == "publish"):
            faults.add(below[way].value, f"`{way}` takes a whole address", f"such as {example}")
    if settings.headers and "webhook" not in below:
        faults.add(below["headers"].key, "`headers` go along with a webhook, and there is none", "delete them")
    if settings.within is not None and not _asks(settings):
        faults.add(below["within"].key, "`within` is how long your yes may take, and you are not asked", "add ask: yes")


def read_action(settings: ActionSettings) -> Action:
    """Return what a rule does; what `spends` asks first unless it says otherwise."""
    return Action(
        run=settings.run or (),
        webhook=settings.webhook,
        publish=settings.publish,
        headers=tuple(sorted(settings.headers.items())),
        ask=_asks(settings),
        within=settings.within or ANSWER_WITHIN,
        limit=settings.limit,
        timeout=settings.timeout or TIMEOUT,
    )


def secret_parts(node: MappingNode) -> list[ScalarNode]:
    """Return what stands in a rule's `do:` and must not be seen: addresses and headers, which may hold a token."""
    written = node.get("do")
    if not isinstance(written, MappingNode):
        return []
    inside = [written.entries[key].value for key in ("webhook", "publish", "headers") if key in written.entries]
    return [scalar for value in inside for scalar in scalars(value)]


def secrets_in(action: Action) -> set[str]:
    """Return what must never be logged, stored or shown of an action."""
    found = [secret for _, secret in action.headers]
    found += [secret for secret in (action.webhook, action.publish) if secret is not None]
    return {secret.get_secret_value() for secret in found} - {""}


def _asks(settings: ActionSettings) -> bool:
    return settings.spends if settings.ask is None else settings.ask


def _is_address(text: str, schemes: tuple[str, ...], *, needs_path: bool) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname) and (bool(parts.path.strip("/")) or not needs_path)
