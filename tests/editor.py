"""What an editor offers at a place of a rule file: the part of a language server that reads a JSON schema.

A place is a path of keys and indexes into the values that stand in the file already. The schemas that hold there are
those of `properties`, `items` and `additionalProperties`, through `$ref`, `allOf`, `anyOf` and the branch of each
`if` that what stands there chooses: https://json-schema.org/draft/2020-12/json-schema-core.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft202012Validator

Schema = dict[str, Any]
Path = Sequence[str | int]


class Editor:
    """Reads one schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._validator = Draft202012Validator(schema)

    def keys(self, values: Any, path: Path) -> dict[str, str]:
        """Return the keys that may stand at a place beside those that do, with what is said of each."""
        present = _at(values, path)
        found: dict[str, str] = {}
        for schema in self._schemas(values, path):
            for name, key in schema.get("properties", {}).items():
                if not (isinstance(present, dict) and name in present):
                    found[name] = found.get(name) or self.said(key)
        return found

    def words(self, values: Any, path: Path) -> list[Any]:
        """Return the values that are proposed at a place."""
        found: list[Any] = []
        for schema in self._schemas(values, path):
            found += (
                schema.get("enum", []) + schema.get("examples", []) + [schema[k] for k in ("const",) if k in schema]
            )
        return list(dict.fromkeys(map(str, found)))

    def hover(self, values: Any, path: Path) -> str:
        """Return what is said of the key at a place."""
        return next(filter(None, (schema.get("description", "") for schema in self._schemas(values, path))), "")

    def objections(self, values: Any) -> list[str]:
        """Return what is marked as wrong."""
        return [error.message for error in self._validator.iter_errors(values)]

    def said(self, schema: Schema) -> str:
        """Return the description of a schema, or of what it refers to."""
        return schema.get("description") or next(
            filter(None, (each.get("description") for each in self._all(schema, None))), ""
        )

    def _schemas(self, values: Any, path: Path) -> list[Schema]:
        here = list(self._all(self.schema, values))
        for step in path:
            values = _at(values, [step])
            here = [each for schema in here for each in self._inside(schema, step, values)]
        return here

    def _inside(self, schema: Schema, step: str | int, value: Any) -> Iterator[Schema]:
        inner = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        if inner is None and isinstance(step, str):
            inner = schema.get("additionalProperties")
        if isinstance(inner, dict):
            yield from self._all(inner, value)

    def _all(self, schema: Any, value: Any) -> Iterator[Schema]:
        """Yield a schema and those that hold beside it."""
        if not isinstance(schema, dict):
            return
        yield schema
        if "$ref" in schema:
            yield from self._all(self._referred(schema["$ref"]), value)
        for each in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
            yield from self._all(each, value)
        if "if" in schema:
            holds = self._validator.evolve(schema=schema["if"]).is_valid(value)
            yield from self._all(schema.get("then" if holds else "else"), value)

    def _referred(self, reference: str) -> Schema:
        found: Any = self.schema
        for step in unquote(reference.removeprefix("#/")).split("/"):
            found = found[step]
        return found  # type: ignore[no-any-return]


def _at(values: Any, path: Path) -> Any:
    for step in path:
        if isinstance(values, dict):
            values = values.get(step)
        else:
            values = values[step] if isinstance(values, list) and isinstance(step, int) and step < len(values) else None
    return values
