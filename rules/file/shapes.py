"""What may be written for the values of a model, as JSON schema.

pydantic describes the values that a model takes in Python. A rule file is YAML read by our loader: a number may stand
where text is meant, `yes` stands for true, a secret's reference for any option, and what is optional is left out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from rules.durations import write_duration

Schema = dict[str, Any]

# A list of types with the keywords of each, and no `anyOf`: an editor then has one thing to say about a wrong value.
_REFERENCE: Final = r"\$\{(env|file|cred):"
_YES_OR_NO: Final[Schema] = {
    "type": ["boolean", "string"],
    "pattern": r"^\s*([Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])\s*$",
    "examples": ["yes", "no"],
    "errorMessage": "yes or no",
}
_NUMERAL: Final = r"^\s*[-+]?[0-9.]+(_?[0-9.]+)*([Ee][-+]?[0-9]+)?\s*$"
_WHOLE: Final[Schema] = {"type": ["integer", "string"], "pattern": _NUMERAL, "errorMessage": "a whole number"}
_NUMBER: Final[Schema] = {"type": ["number", "string"], "pattern": _NUMERAL, "errorMessage": "a number"}
# `true` is text too where text is meant; said in this way, it is not offered as a value of every text.
_TEXT: Final[Schema] = {"anyOf": [{"type": ["string", "number"]}, {"if": {"type": "boolean"}, "else": False}]}


class _AsWritten(GenerateJsonSchema):
    """Describes values of the sections that are ours."""

    by_reference = False

    def generate_inner(self, schema: Any) -> Schema:
        """Leave out what describes the value in Python: how it is shown, and its form there."""
        made = super().generate_inner(schema)
        if made.pop("writeOnly", False):
            made.pop("type")
            made |= _TEXT
        if any(each is True for each in made.get("enum", ())):
            made.pop("enum")
            made |= self._or_reference(_YES_OR_NO)
        for key in ("format", "uniqueItems"):
            made.pop(key, None)
        return _one_form(made)

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Leave out titles that only repeat the name of a field."""
        return False

    def str_schema(self, schema: core_schema.StringSchema) -> Schema:
        """Take a number or a bare `true` for the text that it is."""
        made = super().str_schema(schema)
        if "pattern" in made:
            made = self._or_reference(made)
        return {key: value for key, value in made.items() if key != "type"} | _TEXT

    def bool_schema(self, schema: core_schema.BoolSchema) -> Schema:
        """Take the words for yes and no, and the short forms that pydantic knows."""
        pattern = f"{_YES_OR_NO['pattern']}|^[YyNnTtFf01]$"
        types = {"type": ["boolean", "string", "integer"], "minimum": 0, "maximum": 1}
        return self._or_reference({**_YES_OR_NO, **types, "pattern": pattern})

    def int_schema(self, schema: core_schema.IntSchema) -> Schema:
        """Take a numeral in quotes as well."""
        return self._or_reference({**super().int_schema(schema), **_WHOLE})

    def float_schema(self, schema: core_schema.FloatSchema) -> Schema:
        """Take a numeral in quotes as well."""
        return self._or_reference({**super().float_schema(schema), **_NUMBER})

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> Schema:
        """Take a numeral in quotes as well."""
        bounds = {"minimum": schema.get("ge"), "maximum": schema.get("le")}
        found = {key: float(value) for key, value in bounds.items() if value is not None}
        return self._or_reference({**found, **_NUMBER})

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> Schema:
        """Take a length of time as the owner writes it, or as pydantic does."""
        return {"type": ["string", "number"], "examples": ["30m", "12h", "7d"]}

    def literal_schema(self, schema: core_schema.LiteralSchema) -> Schema:
        """Take a reference for a choice."""
        made = super().literal_schema(schema)
        made.pop("type", None)
        return {"anyOf": [made, {"type": "string", "pattern": _REFERENCE}]} if self.by_reference else made

    def nullable_schema(self, schema: core_schema.NullableSchema) -> Schema:
        """Leave out what means nothing: the loader wants the line deleted."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        """Leave out a default that says nothing; an editor would fill it in."""
        made = super().default_schema(schema)
        default = schema.get("default")
        if isinstance(default, timedelta):
            made["default"] = write_duration(default)
        if made.get("default") in (None, "", [], {}):
            made.pop("default", None)
        return made

    def union_schema(self, schema: core_schema.UnionSchema) -> Schema:
        """Leave out the single values beside a text, which takes them all."""
        made = super().union_schema(schema)
        branches = made.get("anyOf", [])
        if _TEXT not in branches:
            return made
        return {"anyOf": [_TEXT, *(branch for branch in branches if branch.get("type") in ("array", "object"))]}

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        """Call a model what it is to an owner: an editor shows a title where something else is written."""
        return {**super().model_schema(schema), "title": "keys with values"}

    def _or_reference(self, made: Schema) -> Schema:
        """Return a schema whose pattern also takes a reference, where one may stand."""
        return {**made, "pattern": f"{made['pattern']}|{_REFERENCE}"} if self.by_reference else made


class _AsWrittenByReference(_AsWritten):
    """Describes options, where a secret's reference may stand for any value."""

    by_reference = True


def _one_form(made: Schema) -> Schema:
    """Return a form beside single words, `1h` or `auto`, as one form: an editor then names both where none is met."""
    branches = made.get("anyOf", [])
    words = [branch["const"] for branch in branches if "const" in branch]
    forms = [branch for branch in branches if "pattern" in branch]
    if len(forms) != 1 or not words or len(words) != len(branches) - 1:
        return made
    form = {**forms[0], "pattern": f"^({'|'.join(words)})$|{forms[0]['pattern']}"}
    return {**form, **{key: value for key, value in made.items() if key != "anyOf"}}


def shape(model: type[BaseModel], definitions: Schema, *, prefix: str = "", by_reference: bool = False) -> Schema:
    """Return what may be written for a model.

    Args:
        model: What the loader makes of it.
        definitions: Where the models inside it are put, by their names.
        prefix: What these names begin with: two packages may call theirs the same.
        by_reference: Whether `${env:X}` may stand for a value.
    """
    made = model.model_json_schema(
        by_alias=True,
        ref_template=f"#/$defs/{prefix}{{model}}",
        schema_generator=_AsWrittenByReference if by_reference else _AsWritten,
    )
    for name, inner in made.pop("$defs", {}).items():
        definitions[f"{prefix}{name}"] = explained(inner)
    found: Schema = explained(made)
    return found


def explained(node: Any) -> Any:
    """Return a schema in which a form is explained by an example where it is not met, not by a regular expression.

    `errorMessage` is no keyword of JSON Schema but one that editors know; others pass it over.
    """
    if isinstance(node, list):
        return [explained(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: explained(value) for key, value in node.items()}
    if "pattern" in made and "errorMessage" not in made and isinstance(made.get("examples"), list):
        *others, last = made["examples"]
        forms = f"{', '.join(map(str, others))} or {last}" if others else str(last)
        made["errorMessage"] = f"such as {forms}"
    return made
