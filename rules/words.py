"""What the owner reads when rules came true: from firings to a title and a body.

    compose         one firing                      compose_digest   what waited for its hour, by what matters
    compose_many    one poll's, or what waited      compose_folded   what a channel's limit kept back

A message is a function of its record: the same firing gives the same bytes, today and in ten years, so `why` can show
what was told. Besides the record there are only when it was sent, on which a message that came late depends, what was
known of it by then, and the answers that were offered.
"""

from __future__ import annotations

from rules.digest import compose_digest, compose_folded, compose_many
from rules.headline import SENTENCE_LIMIT, TITLE_LIMIT
from rules.message import Afterwards, Waiting, Words, compose, lay_out, with_buttons
from rules.spoken import written_time

__all__ = [
    "SENTENCE_LIMIT",
    "TITLE_LIMIT",
    "Afterwards",
    "Waiting",
    "Words",
    "compose",
    "compose_digest",
    "compose_folded",
    "compose_many",
    "lay_out",
    "with_buttons",
    "written_time",
]
