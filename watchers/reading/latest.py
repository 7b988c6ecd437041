"""Which of the releases in one answer is the latest, where its source does not say.

The highest version is, of those that are finished and were not withdrawn: not the newest, since an old line of versions
gets fixes for years. Where an answer mixes programs that are released apart, or a higher version may or may not be a
finished one, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key
from typing import Final

from watchers.reading.names import folded
from watchers.reading.releasenames import is_named_early, is_prerelease
from watchers.reading.releases import Release
from watchers.versions import compare_versions

_VERSION_FIRST: Final = cmp_to_key(compare_versions)
_SAYS_NOTHING: Final = frozenset(
    {"", "v", "ver", "version", "r", "rel", "release", "releases", "tags"}
    | {"alpha", "beta", "rc", "pre-release", "prerelease", "preview", "nightly", "snapshot", "canary"}
)
_BETWEEN: Final = "-_/@. :"


def is_early(release: Release) -> bool | None:
    """Return whether a release comes before the finished one: as its source marks it, else by its names."""
    if release.is_prerelease is not None or not release.version:
        return release.is_prerelease
    return _says_early(release)


def latest_version(releases: Iterable[Release], project: str) -> tuple[str, str]:
    """Return the latest version, or an empty text and why none can be named.

    Args:
        releases: All that the answer lists.
        project: What is released, whose name may stand before a version.
    """
    each = [one for one in releases if one.version and not one.is_yanked]
    names = {_before_version(one, project) for one in each}
    if len(names) > 1:
        return "", "several things are released here: `match` names one of them"
    # Many publishers forget to mark a release candidate.
    finished = [one.version for one in each if is_early(one) is False and not _says_early(one)]
    if not finished:
        return "", "none of what is listed is surely a finished release"
    highest = max(finished, key=_VERSION_FIRST)
    doubtful = [one.version for one in each if is_early(one) is None and compare_versions(one.version, highest) > 0]
    if doubtful:
        return "", f"whether “{doubtful[0]}” is a finished release is not known"
    return highest, ""


def _says_early(release: Release) -> bool | None:
    """Return whether a release says of itself that it is an early one: in its version, or beside it."""
    return any(map(is_named_early, (release.tag, release.name))) or is_prerelease(release.version)


def _before_version(release: Release, project: str) -> str:
    """Return the name that stands before the version in a tag, but for words that any program uses there."""
    tag = release.tag or release.name
    at = tag.replace("_", ".").find(release.version.replace("_", "."))
    name = folded(tag[: max(at, 0)]).strip(_BETWEEN)
    words = [word for word in name.replace("/", " ").split() if word not in _SAYS_NOTHING]
    name = " ".join(words).removesuffix("-v").strip(_BETWEEN)
    return "" if name in _SAYS_NOTHING or name == folded(project.rpartition("/")[2]) else name
