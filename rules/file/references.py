"""Secrets by reference: `${env:TOKEN}`, `${file:mail-url}`, `${cred:shop}`; `$${` stands for a plain `${`."""

from __future__ import annotations

import json
import re
from typing import cast, get_args

from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.files import Files, FileTrouble, Scheme, Secret
from rules.file.nodes import Node, ScalarNode, scalars
from rules.file.origins import origins

_SCHEMES: tuple[str, ...] = get_args(Scheme)
_MARK = re.compile(r"\$\$\{|\$\{([^}\r\n]*)(\}?)")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# A variable alone, as a shell writes it: no file or credential is called so.
_SHOUTED = re.compile(r"[A-Z][A-Z0-9_]*")
_OTHER_SCHEMES = {"environment": "env", "var": "env", "path": "file", "secret": "cred", "secrets": "cred"}
_HINT = "write ${env:NAME}, ${file:name} or ${cred:name}; $${ stands for a plain ${"


class References:
    """Looks up what references name, once each, and remembers what was found."""

    def __init__(self, files: Files, faults: Faults) -> None:
        self._files = files
        self._faults = faults
        self._known: dict[str, Secret] = {}

    @property
    def secrets(self) -> frozenset[str]:
        """Every value that came by reference."""
        return frozenset(secret.value for secret in self._known.values() if secret.value)

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that secrets were read from."""
        return tuple(sorted({secret.path for secret in self._known.values() if secret.path}))

    @property
    def notices(self) -> tuple[str, ...]:
        """What is to be said about how secrets are kept."""
        return tuple(sorted({secret.notice for secret in self._known.values() if secret.notice}))

    def value(self, scalar: ScalarNode) -> object:
        """Return a value with what stands behind its references; a fault is noted where one names nothing."""
        if "${" not in scalar.text:
            return scalar.value
        parts, at = [], 0
        for mark in _MARK.finditer(scalar.text):
            parts += [scalar.text[at : mark.start()], self._behind(mark, scalar)]
            at = mark.end()
        return "".join([*parts, scalar.text[at:]])

    def unresolved(self, text: str, node: Node) -> str:
        """Return a text made of a node's values with the node's references in place of what stands behind them."""
        marks = [mark for mark in self._known if mark in node.as_written and self._known[mark].value]
        for mark in sorted(marks, key=lambda mark: len(self._known[mark].value), reverse=True):
            # As JSON writes it, for that is what a hash is made of.
            text = text.replace(json.dumps(self._known[mark].value)[1:-1], mark)
        return text

    def _behind(self, mark: re.Match[str], scalar: ScalarNode) -> str:
        if mark[0] == "$${":
            return "${"
        if mark[0] not in self._known:
            scheme, _, name = mark[1].partition(":")
            try:
                self._check(mark, scheme, name)
                self._known[mark[0]] = self._files.secret(cast("Scheme", scheme), name)
            except FileTrouble as trouble:
                places = origins(scalar)
                start, end = places[mark.start()], places[mark.end()]
                hint = trouble.hint or "put it there, or name another: a name starts from the folder of the rule file"
                self._faults.add_at(scalar.source, start, end, trouble.reason, hint)
                self._faults.close(scalar)
                return mark[0]
            if self._known[mark[0]].value:
                self._faults.hide(self._known[mark[0]].value, mark[0])
        return self._known[mark[0]].value

    def _check(self, mark: re.Match[str], scheme: str, name: str) -> None:
        if not mark[2]:
            raise FileTrouble("a reference begins here and has no }", _HINT)
        if scheme not in _SCHEMES:
            raise FileTrouble(f"{mark[0]} is no reference", _meant(scheme.strip(), name.strip()) or _HINT)
        if not name or (scheme == "env" and not _VARIABLE.fullmatch(name)):
            raise FileTrouble(f"{mark[0]} names nothing", _HINT)


def _meant(scheme: str, name: str) -> str:
    """Return the hint for a reference that begins with none of the schemes; empty where it may be any."""
    if not name:
        return f"write ${{env:{scheme}}}" if _SHOUTED.fullmatch(scheme) else ""
    meant = nearest(scheme, _SCHEMES) or _OTHER_SCHEMES.get(scheme.casefold(), "")
    return f"write ${{{meant}:{name}}}" if meant else ""


def refers(node: Node) -> bool:
    """Return whether a reference, or the escape of one, stands anywhere in a node."""
    return any("${" in scalar.text for scalar in scalars(node))


def refuse_references(node: Node, faults: Faults) -> None:
    """Note a fault for every reference in a part of the file that is shown, stored or sent as it stands."""
    for scalar in scalars(node):
        for mark in _MARK.finditer(scalar.text):
            if mark[1] and mark[1].startswith(_SCHEMES):
                hint = "references stand in channels, network, health, `do` and the options of a kind"
                faults.add(scalar, f"{mark[0]} would be shown here, and what it stands for is a secret", hint)
