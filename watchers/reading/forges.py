"""Where a repository's releases are listed: for each forge, from what its owner pastes.

    owner/name, or an address ─▶ Project(forge, root, path) ─▶ the address of its list of releases, or of its tags

GitHub has feeds that anybody may read as often as they like, and an interface for programs that counts; the others
list releases to anybody: https://docs.github.com/en/rest/releases/releases, https://docs.gitlab.com/api/releases/, and
`/api/swagger` of each Gitea and Forgejo. An index of Python packages answers under `/pypi/NAME/json`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, unquote

from watchers.api import Page
from watchers.door.address import read_address
from watchers.reading.links import web_address

Forge = Literal["github", "gitlab", "gitea", "forgejo", "python"]

_HOSTS: Final[dict[str, Forge]] = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "codeberg.org": "forgejo",
}
_BEGINNINGS: Final[dict[str, Forge]] = {
    "github.": "github",
    "gitlab.": "gitlab",
    "gitea.": "gitea",
    "forgejo.": "forgejo",
}
_IN_ORDER_OF_NAMES: Final = re.compile(r"(?:/api/v3)?/repos/[^/]+/[^/]+/tags|/v2/.+/tags/list")
_NEXT: Final = re.compile(r"<([^<>]*)>[^<>]*;\s*rel\s*=\s*\"?(?:[\w-]+ )*next\b", re.IGNORECASE)
_OWNER_AND_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?/[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Project:
    """What has releases.

    Attributes:
        root: The address of the server.
        path: Owner and name, at GitLab with every group between them; the name alone in an index of packages.
    """

    forge: Forge
    root: str
    path: str

    @property
    def name(self) -> str:
        """What the project itself is called."""
        return self.path.rpartition("/")[2]

    def releases(self, *, tags: bool, api: bool) -> str:
        """Return the address of its list.

        Args:
            tags: The tags instead of the releases.
            api: The interface for programs, where there is a feed too.
        """
        if self.forge == "python":
            return f"{self.root}/pypi/{quote(self.path, safe='')}/json"
        what = "tags" if tags else "releases"
        if self.forge == "gitlab":
            what = "repository/tags" if tags else "releases"
            return f"{self.root}/api/v4/projects/{quote(self.path, safe='')}/{what}?per_page=100"
        if self.forge == "github" and not api:
            return f"{self.root}/{quote(self.path)}/{what}.atom"
        if self.forge == "github":
            # https://docs.github.com/en/enterprise-server@latest/rest/using-the-rest-api for servers of one's own.
            api_root = "https://api.github.com" if self.root == "https://github.com" else f"{self.root}/api/v3"
            return f"{api_root}/repos/{quote(self.path)}/{what}?per_page=100"
        return f"{self.root}/api/v1/repos/{quote(self.path)}/{what}?limit=50"


def project_at(repo: str, forge: Forge | Literal[""] = "") -> Project:
    """Return the project that a text names.

    Args:
        repo: owner/name at GitHub, or the address of a project or of a page in it.
        forge: What runs at the address, where its host does not tell.

    Raises:
        ValueError: It names none, or the host does not tell what runs there.
    """
    if "://" not in repo:
        if not _OWNER_AND_NAME.fullmatch(repo) or forge not in ("", "github"):
            raise ValueError("write owner/name for GitHub, or the whole address of the repository: https://…")
        return Project("github", "https://github.com", repo.removesuffix(".git"))
    address = read_address(repo)
    path = unquote(address.target.partition("?")[0]).strip("/")
    host = address.host.removeprefix("www.")
    found = forge or _HOSTS.get(host) or _by_beginning(host) or ("python" if path.startswith("project/") else "")
    if not found:
        raise ValueError(f"what runs at {host} is not known: write forge: github, gitlab, gitea, forgejo or python")
    authority = host if host in _HOSTS else address.authority
    return Project(found, f"{address.scheme}://{authority}", _path(path, found))


def is_in_order_of_names(address: str) -> bool:
    """Say whether what is new may stand anywhere in a list: 10.0 stands far behind 9.0 there.

    So are the tags of GitHub's interface for programs, which does not say so, and of a registry of containers:
    https://distribution.github.io/distribution/spec/api/#listing-image-tags.
    """
    return bool(_IN_ORDER_OF_NAMES.fullmatch(read_address(address).target.partition("?")[0]))


def next_page(page: Page) -> str:
    """Return the address of the page after this one, or an empty text: https://www.rfc-editor.org/rfc/rfc8288."""
    stated = _NEXT.search(page.headers.get("link", ""))
    return web_address(page.url, stated[1]) if stated else ""


def _by_beginning(host: str) -> Forge | None:
    return next((forge for beginning, forge in _BEGINNINGS.items() if host.startswith(beginning)), None)


def _path(path: str, forge: Forge) -> str:
    """Return the path of a project from that of a page in it.

    Raises:
        ValueError: It is no page of a project.
    """
    parts = path.partition("/-/")[0].split("/")
    if forge == "python":
        parts = parts[parts[0] == "project" : 2]
        wanted = 1
    else:
        wanted = 2
        parts = parts if forge == "gitlab" else parts[:2]
    if len(parts) < wanted or not all(parts) or any(part in (".", "..") for part in parts):
        raise ValueError("the address is not that of a project: it ends with owner/name, or project/name")
    return "/".join(parts).removesuffix(".git")
