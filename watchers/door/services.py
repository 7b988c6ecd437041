"""Web services that answer programs: their addresses as options hold them, and what is said when they do not answer.

request ▶ door ▶ page | trouble      a web page in place of the answer is a gate, a refusal may be the key's fault
"""

from __future__ import annotations

from urllib.parse import urlsplit

from watchers.api import Context, Page, Request, SourceRefused
from watchers.door.answers import what_stands_in_the_way


def checked_server(written: str, example: str, path: str = "") -> str:
    """Return the address of a service without a slash at its end.

    Args:
        written: As the owner wrote it.
        example: One that is right, for the error.
        path: Below which everything of the service lies: left out where it was written too.

    Raises:
        ValueError: It is no plain web address.
    """
    parts = urlsplit(written)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"a server looks like {example}")
    if parts.query or parts.fragment:
        raise ValueError("a server has no ? and no # in its address")
    if parts.username or parts.password:
        raise ValueError("write user and password under auth:, not into the address")
    return written.rstrip("/").removesuffix(path).rstrip("/") if path else written.rstrip("/")


async def ask_service(context: Context, request: Request, *, has_key: bool = False) -> Page:
    """Ask a service once.

    Args:
        context: What the agent lends.
        request: The question.
        has_key: It goes with a key of the owner's, which a refusal may be about.

    Raises:
        WatchError: There is no answer, or a page for people came in its place.
    """
    try:
        page = await context.fetch(request)
    except SourceRefused as refused:
        if not has_key:
            raise
        said = f"{refused.reason}; is the key: right, and active?"
        raise SourceRefused(said, retry_after=refused.retry_after) from refused
    is_web_page = page.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    gate = what_stands_in_the_way(page) if is_web_page else None
    if gate is not None:
        raise gate
    return page
