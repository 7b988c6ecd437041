"""Rule files that tests load: a `Files` in memory, and three kinds that need no network."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import PurePosixPath
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from rules.faults import Fault, RuleFaults
from rules.file.files import FileTrouble, Scheme, Secret
from rules.load import load
from rules.rule import Rule, RuleBook
from watchers.api import Day, FactSpec, Flag, HttpWatcher, Kind, Money, Number, Text, Watcher

CHANNEL = 'channels: {phone: "ntfys://ntfy.sh/a-long-secret-topic"}\n'


class Files:
    """Files, variables and credentials in memory."""

    def __init__(self, texts: Mapping[str, str], secrets: Mapping[str, str] | None = None) -> None:
        self.texts = texts
        self.secrets = secrets or {}
        self.asked: list[str] = []

    def text(self, name: str) -> str:
        if name == "bytes.yaml":
            raise FileTrouble("a byte here is no UTF-8", "save it as UTF-8", line=2, column=5)
        if name not in self.texts:
            raise FileTrouble(f"there is no file {name}")
        return self.texts[name]

    def glob(self, base: str, pattern: str) -> Sequence[str]:
        if pattern == "**":
            raise FileTrouble("that matches every file there is", "name them more closely")
        name = str(PurePosixPath(base).parent / pattern)
        return sorted(fnmatch.filter(self.texts, name)) if "*" in name else [name]

    def secret(self, scheme: Scheme, name: str) -> Secret:
        self.asked.append(f"{scheme}:{name}")
        if f"{scheme}:{name}" not in self.secrets:
            raise FileTrouble(f"there is no {name}", f"make {name}")
        return Secret(self.secrets[f"{scheme}:{name}"], "" if scheme == "env" else f"/secrets/{name}")

    def path(self, name: str) -> str:
        if name == "missing.pem":
            raise FileTrouble(f"there is no file {name}")
        return f"/rules/{name}"


class Corner(BaseModel):
    """A part of a room."""

    model_config = ConfigDict(extra="forbid")
    room: str = Field(description="The room.")
    side: Literal["left", "right"] = Field(default="left", description="Its side.")


class Shelf(HttpWatcher):
    """A gauge with addresses, one or several, which must be such."""

    kind: ClassVar[Kind] = Kind(
        name="shelf",
        shape="gauge",
        summary="What lies on a shelf.",
        main="price",
        facts=(
            FactSpec("price", Money, "What it costs.", example="$150"),
            FactSpec("count", Number, "How many there are.", example="3"),
            FactSpec("sold_out", Flag, "There is none.", evidence=True),
            FactSpec("title", Text, "What it is."),
        ),
    )
    url: str = Field(default="", description="The address of the shelf.")
    urls: tuple[str, ...] = Field(default=(), description="The addresses of several.")
    depth: int = Field(default=1, ge=1, le=9, description="How deep to look.")
    whole: bool = Field(default=False, description="Whether to look at all of it.")
    patience: timedelta = Field(default=timedelta(seconds=30), description="How long to wait.")
    code: str | None = Field(default=None, description="Its number on the wall.", pattern="^[A-Z]+$")
    corner: Corner | None = Field(default=None, description="Where in the room it stands.")
    tags: frozenset[str] = Field(default=frozenset(), description="What is written on it.")

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError(f"{url} is no address")
        return url

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if not self.url and not self.urls:
            raise ValueError("a shelf needs url: or urls:")
        return self

    def watches(self) -> tuple[Watcher, ...]:
        return tuple(self.sharing(url=url, urls=()) for url in self.urls or (self.url,))

    @property
    def label(self) -> str:
        return self.url

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset({urlsplit(self.url).hostname or ""})


class Wire(HttpWatcher):
    """A stream of several feeds."""

    kind: ClassVar[Kind] = Kind(
        name="wire",
        shape="stream",
        summary="What comes over the wire.",
        main="text",
        facts=(
            FactSpec("text", Text, "All of its words.", example="fusion"),
            FactSpec("type", Text, "What it is.", choices=("album", "ep"), example="album"),
            FactSpec("released", Day, "When it came out."),
        ),
    )
    feeds: tuple[str, ...] = Field(description="Addresses of feeds.", min_length=1)

    def watches(self) -> tuple[Watcher, ...]:
        return tuple(self.sharing(feeds=(feed,)) for feed in self.feeds)

    @property
    def label(self) -> str:
        return self.feeds[0]


class Player(Watcher):
    """A stream without the network's options, with a secret of its own."""

    kind: ClassVar[Kind] = Kind(
        name="player",
        shape="stream",
        summary="What an artist plays.",
        main="title",
        facts=(FactSpec("title", Text, "What it is called."),),
    )
    artist: str = Field(description="Whose.")
    token: SecretStr | None = Field(default=None, description="A key to the service.")

    @property
    def label(self) -> str:
        return self.artist


KINDS: Mapping[str, type[Watcher]] = {"player": Player, "shelf": Shelf, "wire": Wire}


def book_of(text: str, secrets: Mapping[str, str] | None = None, **more: str) -> RuleBook:
    """Return the book that a file makes; further files by their names, with `_yaml` for the extension."""
    others = {name.replace("_yaml", ".yaml"): content for name, content in more.items()}
    return load("rules.yaml", Files({"rules.yaml": text, **others}, secrets), KINDS)


def faults_of(text: str, secrets: Mapping[str, str] | None = None, **more: str) -> tuple[Fault, ...]:
    """Return the faults of a file, none where it is right."""
    try:
        book_of(text, secrets, **more)
    except RuleFaults as wrong:
        return wrong.faults
    return ()


def rule_of(*lines: str, secrets: Mapping[str, str] | None = None, head: str = CHANNEL) -> Rule:
    """Return the one rule that these lines make, named and with a channel."""
    return book_of(rule_text(*lines, head=head), secrets).rules[0]


def rule_text(*lines: str, head: str = CHANNEL) -> str:
    """Return a file with one rule, whose second line these are."""
    return head + "rules:\n  - name: A shelf\n" + "".join(f"    {line}\n" for line in lines)
