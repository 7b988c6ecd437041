"""What goes along with a message beside its words: pictures, and answers that one tap gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture that goes along with a message.

    Attributes:
        name: A file name without a folder, such as "price.png".
        media_type: Its type by RFC 2046, such as "image/png".
        content: The file itself.
    """

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Button:
    """An answer that the owner gives by one tap.

    Attributes:
        label: What it says, in a word or two: "Snooze 3 days".
        address: The owner's own answer page, with a signed link. Opening it changes nothing: a GET only asks whether
            the answer is meant, a POST gives it.
    """

    label: str
    address: str
