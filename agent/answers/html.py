"""The answer page as HTML: one column, no script, nothing from elsewhere, readable by day and by night."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape

from agent.answers.desk import Asked, Taken

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText;"
    "overflow-wrap:anywhere}"
    "main{max-width:34rem;margin:0 auto;padding:2.5rem 1.25rem}"
    "h1{font-size:1.375rem;line-height:1.3;margin:0 0 1rem}"
    "p{margin:0 0 1.25rem}"
    "form{margin:0 0 .75rem}"
    "button{width:100%;min-height:3rem;padding:.6rem 1rem;font:inherit;font-weight:600;border:0;border-radius:.5rem;"
    "background:#1f5fae;color:#fff;overflow-wrap:anywhere;cursor:pointer}"
    "button.less{background:transparent;color:inherit;font-weight:400;border:1px solid GrayText}"
    "button:focus-visible{outline:3px solid #f0a020;outline-offset:2px}"
    "code{font:.9375rem/1.4 ui-monospace,monospace}"
    ".quiet{opacity:.75;font-size:.9375rem}"
)
_STYLE_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What goes along with every answer of the page, 404 included."""

NOT_FOUND = "Not found"
_TOO_LATE = "This link is too old to answer by."
_DONE = "This was answered before; a link works once."
_INSTEAD = "Ask on your own machine: trusted-agent firings lists your messages."


def asking(asked: Asked) -> str:
    """Return the page that asks whether an answer is meant: opening it has changed nothing."""
    if asked.state == "late":
        return _page("Too late", [_paragraph(_TOO_LATE), _paragraph(_INSTEAD, "quiet")])
    if asked.state == "done":
        return _page(asked.title, [_paragraph(_DONE), _paragraph(_INSTEAD, "quiet")])
    return _page(asked.title, [_paragraph(asked.question), _button(asked.label)])


def taken(answer: Taken) -> str:
    """Return the page that says what was done, how to undo it, and what may be said besides."""
    parts = [_paragraph(answer.said)]
    if answer.choices:
        parts.append(_paragraph("Turn something down, so that you hear no more of it:"))
        parts += [_button(choice.label, choice.token, "less") for choice in answer.choices]
    if answer.undo:
        parts.append(f'<p class="quiet">To take it back: <code>{escape(answer.undo)}</code></p>')
    return _page(answer.title, parts)


def trouble(title: str, sentence: str = "") -> str:
    """Return the page of what cannot be answered."""
    return _page(title, [_paragraph(sentence)] if sentence else [])


def _page(title: str, parts: Sequence[str]) -> str:
    heading = escape(title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{heading}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{heading}</h1>{''.join(parts)}</main></body></html>"
    )


def _paragraph(text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f"<p{named}>{escape(text)}</p>"


def _button(label: str, token: str = "", kind: str = "") -> str:
    """Return a form of one button; beside the present address where it has a token of its own."""
    target = f' action="{escape(token)}"' if token else ""
    named = f' class="{kind}"' if kind else ""
    return f'<form method="post"{target}><button{named}>{escape(label)}</button></form>'
