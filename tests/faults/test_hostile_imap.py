"""Whatever a mail server says, a look ends in letters or a named trouble, within its deadline and its limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from tests.local_web import door
from watchers.api import HttpOptions, SourceChanged, SourceGone, SourceRefused, SourceUnavailable, WatchError
from watchers.door.letters import Encryption, FolderAsk, FolderPage, FolderPlace

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LETTER = b"Subject: Hello\r\n\r\nHi\r\n"
EXAMINED = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n* OK [UIDNEXT 2] fine\r\n%s OK done\r\n"


def meet(serve: Serve, *, tls: Encryption = "no", place: FolderPlace | None = None, seconds: float = 5):
    """Let something that is no honest mail server answer, and return what became of it."""

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def story() -> FolderPage | WatchError:
        server = await asyncio.start_server(guarded, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        ask = FolderAsk(
            f"imap://127.0.0.1:{port}/INBOX", tls=tls, user="me", password=SecretStr("pass-word"), place=place
        )
        async with server, door(deadline=timedelta(seconds=seconds)) as at:
            try:
                page = await at.fetcher.fetch(ask, HttpOptions(), private=True)
            except WatchError as trouble:
                return trouble
            assert isinstance(page, FolderPage)
            return page

    return asyncio.run(story())


def saying(**answers: bytes) -> Serve:
    """Return a server with an answer for each command; %s in it is the tag."""
    plain = {
        "greeting": b"* OK hello\r\n",
        "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n%s OK done\r\n",
        "LOGIN": b"%s OK in\r\n",
        "EXAMINE": EXAMINED,
        "FETCH": b"* 1 FETCH (UID 1)\r\n%s OK done\r\n",
        "UID": b"* 1 FETCH (UID 1 RFC822.SIZE 22 BODY[]<0> {22}\r\n" + LETTER + b")\r\n%s OK done\r\n",
        "LIST": b'* LIST () "/" INBOX\r\n%s OK done\r\n',
        "LOGOUT": b"* BYE\r\n%s OK done\r\n",
        **answers,
    }

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(plain["greeting"])
        while line := await reader.readline():
            tag, command, *_ = line.split()
            writer.write(plain[command.decode()].replace(b"%s", tag))
            await writer.drain()

    return serve


def test_a_server_of_few_words_is_enough():
    found = meet(saying())
    assert [letter.raw for letter in found.letters] == [LETTER]
    assert found.place == FolderPlace(7, 2)


def test_a_server_that_tells_no_next_number_is_read_all_the_same():
    told = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n%s OK done\r\n"
    search = b"* SEARCH 1\r\n%s OK done\r\n"
    assert meet(saying(EXAMINE=told)).place == FolderPlace(7, 2)
    assert meet(saying(EXAMINE=told, UID=search), place=FolderPlace(7, 2)).unchanged


@pytest.mark.parametrize(
    ("answers", "trouble", "said"),
    [
        ({"greeting": b"HTTP/1.1 400 Bad Request\r\n\r\n"}, SourceChanged, "no mail server"),
        ({"greeting": b"+OK POP3 ready\r\n"}, SourceChanged, "no mail server"),
        ({"greeting": b"* BYE too many\r\n"}, SourceUnavailable, "takes nobody in"),
        ({"greeting": b"\xff\xfe\x00" * 50 + b"\r\n"}, SourceChanged, "no mail server"),
        ({"CAPABILITY": b"%s BAD what\r\n"}, SourceChanged, "does not understand CAPABILITY"),
        ({"CAPABILITY": b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n%s OK\r\n"}, SourceRefused, "password in the open"),
        ({"LOGIN": b"%s NO [AUTHENTICATIONFAILED] no\r\n"}, SourceRefused, "does not accept"),
        ({"LOGIN": b"%s NO [UNAVAILABLE] later\r\n"}, SourceUnavailable, "nobody sign in now"),
        ({"EXAMINE": b"%s NO no such thing\r\n"}, SourceGone, "there are: INBOX"),
        ({"EXAMINE": b"%s OK done\r\n"}, SourceChanged, "how many letters"),
        ({"FETCH": b"%s NO not now\r\n"}, SourceChanged, "refuses FETCH"),
        ({"FETCH": b"* BYE shutting down\r\n"}, SourceUnavailable, "hung up"),
        ({"FETCH": b"* 1 FETCH (UID 1\r\n"}, SourceChanged, "no proper IMAP"),
        ({"FETCH": b"* 1 FETCH )))))\r\n"}, SourceChanged, "no proper IMAP"),
        ({"FETCH": b"* 1 FETCH " + b"(" * 500_000 + b"\r\n"}, SourceChanged, "no proper IMAP"),
        ({"FETCH": b"x" * 3_000_000 + b"\r\n"}, SourceChanged, "a line of over"),
        ({"FETCH": b"* 1 EXISTS\r\n" * 500_000}, SourceChanged, "more than anybody asked for"),
        ({"UID": b"* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\n"}, SourceChanged, "more of a letter"),
        ({"UID": b"* 1 FETCH (UID 1 BODY[]<0> {20}\r\nshort"}, SourceUnavailable, "did not answer|hung up"),
        ({"EXAMINE": b""}, SourceUnavailable, "did not answer"),
    ],
)
def test_what_a_server_does_wrong_is_named(answers, trouble, said):
    found = meet(saying(**answers), seconds=2)
    assert type(found) is trouble, found
    assert said.partition("|")[0] in found.reason or said.partition("|")[2] in found.reason
    assert "pass-word" not in found.reason


@pytest.mark.parametrize(
    "uid",
    [
        b"%s OK nothing\r\n",
        b"* 1 FETCH (UID 99 BODY[]<0> {2}\r\nxx)\r\n%s OK another letter\r\n",
        b"* 1 FETCH (FLAGS (\\Seen))\r\n%s OK only marks\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\n%s OK no text\r\n",
        b"* 1 FETCH (UID x BODY[]<0> {2}\r\nxx)\r\n%s OK no number\r\n",
    ],
)
def test_a_letter_that_does_not_come_is_left_out(uid):
    assert meet(saying(UID=uid)).letters == ()


def test_a_server_that_drips_is_given_up_at_the_deadline():
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"*")
            await writer.drain()
            await asyncio.sleep(0.05)

    assert "did not answer within 1 s" in meet(drip, seconds=1).reason


def test_what_is_put_before_the_encryption_is_not_taken_for_the_server_s_word():
    async def inject(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hello\r\n")
        tag = (await reader.readline()).split()[0]
        # No encryption follows, and what stands behind would be the answers to all that is asked.
        writer.write(tag + b" OK go on\r\na2 OK in\r\na3 OK in\r\n")
        await writer.drain()
        await reader.read()

    assert isinstance(meet(inject, tls="starttls"), SourceUnavailable | SourceRefused)


@pytest.mark.parametrize(
    ("greeting", "said"),
    [(b"* PREAUTH come in\r\n", "in the open"), (b"* OK hello\r\n", "offers no encryption")],
)
def test_a_server_that_would_go_on_in_the_open_gets_no_password(greeting, said):
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        while line := await reader.readline():
            heard.append(line)
            writer.write(line.split()[0] + b" BAD no\r\n")

    found = meet(serve, tls="starttls")
    assert isinstance(found, SourceRefused)
    assert said in found.reason
    assert not any(b"LOGIN" in line or b"AUTHENTICATE" in line for line in heard)
