"""The owner's own program behind a webhook: it takes JSON or a form, signed in, and nothing else."""

from __future__ import annotations

import base64
import json
from email import message_from_bytes, policy
from typing import Any

from rules.enclosure import Attachment
from tests.receivers.web import Answer, Asked

USER, PASSWORD = "agent", "pa55-word"
SIGNED_IN = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def takes(asked: Asked) -> Answer:
    """Answer one request as a program does that reads what it is told."""
    if asked.headers.get("Authorization") != SIGNED_IN:
        return Answer(401, {"error": "who are you?"})
    told, _ = read(asked)
    return Answer(201, {"id": 7}) if told.get("message") else Answer(422, {"error": "no message"})


def takes_no_pictures(asked: Asked) -> Answer:
    """Answer as a program does that stumbles over a picture."""
    return Answer(500, {"error": "unexpected picture"}) if read(asked)[1] else takes(asked)


def read(asked: Asked) -> tuple[dict[str, Any], list[Attachment]]:
    """Return the fields of a request, and its pictures."""
    if asked.headers["Content-Type"] == "application/json":
        fields = json.loads(asked.body)
        pictures = [
            Attachment(one["filename"], one["mimetype"], base64.b64decode(one["base64"]))
            for one in fields.pop("attachments")
        ]
        return fields, pictures
    kind = f"Content-Type: {asked.headers['Content-Type']}\r\n\r\n".encode()
    parts = message_from_bytes(kind + asked.body, policy=policy.HTTP).walk()
    return _form(parts) if "multipart" in asked.headers["Content-Type"] else (_encoded(asked), [])


def _form(parts: Any) -> tuple[dict[str, Any], list[Attachment]]:
    fields, pictures = {}, []
    for part in parts:
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if name := part.get_filename():
            pictures.append(Attachment(name, part.get_content_type(), content))
        else:
            fields[part.get_param("name", header="content-disposition")] = content.decode()
    return fields, pictures


def _encoded(asked: Asked) -> dict[str, Any]:
    return Asked("POST", f"/?{asked.body.decode()}", {}, b"").query
