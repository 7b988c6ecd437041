"""The kind `mail`, against a real mail server: what is new is seen once, and nothing in the mailbox is touched."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from agent.context import Errand, PollContext
from rules.rule import WatchSpec
from tests.contract.test_mail import LETTER
from tests.imap_server import PASSWORD, PLAIN_PASSWORD, PLAIN_USER, USER, ImapServer, imap_server
from tests.local_web import Door, door
from tests.story import UTC_ZONE
from watchers.api import (
    Moment,
    Poll,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Text,
    Texts,
    Unchanged,
)
from watchers.door.imap import FIRST_LOOK, LETTER_BYTES
from watchers.door.letters import FolderPage, FolderPlace, Letter
from watchers.mail import Mail
from watchers.testing import NOON, CannedContext


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    """A Dovecot for this module; its mail user has to be able to reach its folder."""
    folder = Path(tempfile.mkdtemp(prefix="trusted-agent-imap-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        with imap_server(folder) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def box(server: ImapServer) -> ImapServer:
    """The server with an empty inbox."""
    server.empty()
    return server


def mail(server: ImapServer, **options) -> Mail:
    given = {
        "host": "127.0.0.1",
        "port": server.tls_port,
        "ca": str(server.ca),
        "user": PLAIN_USER,
        "password": PLAIN_PASSWORD,
    }
    return Mail(**{**given, **options})


async def look(at: Door, watch: Mail, cursor: str | None = None) -> Poll | Unchanged:
    spec = WatchSpec("watch", watch.sees, watch.label, watch, private=True)
    return await watch.poll(PollContext(at.fetcher, spec, Errand(cursor, rule_ids=("rule",)), NOON, UTC_ZONE))


def look_once(watch: Mail, cursor: str | None = None, **settings) -> Poll:
    async def story() -> Poll | Unchanged:
        async with door(**settings) as at:
            return await look(at, watch, cursor)

    poll = asyncio.run(story())
    assert isinstance(poll, Poll)
    return poll


def letter(number: int, text: str = "Hello") -> bytes:
    return (
        f"From: a@one.example\r\nSubject: Letter {number}\r\nMessage-ID: <{number}@one.example>\r\n"
        f"Date: Mon, 01 Jun 2026 10:{number % 60:02}:00 +0000\r\n\r\n{text}\r\n"
    ).encode()


def subjects(poll: Poll) -> list[str]:
    return [str(seen.facts["subject"]) for seen in poll.observations]


def test_a_letter_is_seen_with_all_that_it_says(box):
    box.take(LETTER, at=datetime(2026, 6, 1, 8, 5, tzinfo=UTC))
    (seen,) = look_once(mail(box, find={"parcel": "JD[0-9]{16,}", "day": "(Mon|Tue)day"})).observations
    assert seen.facts["from"] == Text("shop@shop.example")
    assert seen.facts["from_name"] == Text("Jérôme")
    assert seen.facts["subject"] == Text("Ihr Paket ist unterwegs")
    assert seen.facts["to"] == Texts(("me@home.example", "you@home.example", "others@home.example"))
    assert seen.facts["list"] == Text("news.shop.example")
    assert seen.facts["attachments"] == Texts(("invoice.pdf",))
    assert seen.facts["date"] == Moment(datetime(2026, 6, 1, 8, tzinfo=UTC))
    assert seen.facts["received"] == Moment(datetime(2026, 6, 1, 8, 5, tzinfo=UTC))
    assert seen.facts["parcel"] == Text("JD0123456789012345678")
    assert "Für immer." in str(seen.facts["text"])
    assert "day" not in seen.facts


def test_only_what_came_since_is_fetched_and_nothing_is_marked(box):
    async def story():
        async with door() as at:
            box.take(letter(1))
            first = await look(at, mail(box))
            assert isinstance(first, Poll)
            same = await look(at, mail(box), first.cursor)
            box.take(letter(2))
            box.take(letter(3))
            later = await look(at, mail(box), first.cursor)
            return first, same, later, at.contacts

    first, same, later, contacts = asyncio.run(story())
    assert subjects(first) == ["Letter 1"]
    assert not first.is_addition
    assert isinstance(same, Unchanged)
    assert subjects(later) == ["Letter 2", "Letter 3"]
    assert later.is_addition
    assert [contact.outcome for contact in contacts] == ["new letters: 1", "nothing new", "new letters: 2"]
    assert all(b"Seen" not in flags for flags in box.flags())


def test_a_letter_keeps_its_key_when_the_folder_is_numbered_anew(box):
    box.take(letter(1))
    first = look_once(mail(box))
    again = look_once(mail(box), "1:99")
    assert [one.key for one in again.observations] == [one.key for one in first.observations]
    assert not again.is_addition
    assert again.cursor == first.cursor


def test_at_first_the_newest_letters_are_read(box):
    with box.mailbox() as owner:
        for number in range(FIRST_LOOK + 5):
            owner.append("INBOX", None, None, letter(number))
    poll = look_once(mail(box))
    assert subjects(poll) == [f"Letter {number}" for number in range(5, FIRST_LOOK + 5)]
    assert not poll.notices


def test_many_that_came_at_once_are_read_over_several_looks(box, monkeypatch):
    monkeypatch.setattr("watchers.door.folders.MOST_AT_ONCE", 16)
    box.take(letter(0))
    first = look_once(mail(box))
    with box.mailbox() as owner:
        for number in range(1, 31):
            owner.append("INBOX", None, None, letter(number))
    second = look_once(mail(box), first.cursor)
    third = look_once(mail(box), second.cursor)
    assert subjects(second) + subjects(third) == [f"Letter {number}" for number in range(1, 31)]
    assert second.notices == ("14 more letters are read at the next looks",)
    assert not third.notices


def test_a_huge_letter_is_read_as_far_as_it_has_to_be_with_all_names(box):
    padding = b"A" * 76 + b"\r\n"
    parts = b"".join(
        b"--b\r\nContent-Type: image/jpeg; name*=utf-8''b%%C3%%A4ch%d.jpg\r\nContent-Disposition: attachment\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" % number + padding * 3000
        for number in range(3)
    )
    huge = (
        b"From: a@one.example\r\nSubject: Photos\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
        b"\r\n--b\r\nContent-Type: text/plain\r\n\r\nLook at these\r\n" + parts + b"--b--\r\n"
    )
    assert len(huge) > 4 * LETTER_BYTES
    box.take(huge)

    async def story():
        async with door() as at:
            return await look(at, mail(box)), at.contacts

    poll, contacts = asyncio.run(story())
    (seen,) = poll.observations
    assert seen.facts["attachments"] == Texts(("bäch0.jpg", "bäch1.jpg", "bäch2.jpg"))
    assert "Look at these" in str(seen.facts["text"])
    assert int(str(seen.facts["size"])) == len(huge)
    assert contacts[0].bytes_received < 2 * LETTER_BYTES


def test_headers_of_eight_bits_and_parts_that_lie_are_read_as_well_as_they_can_be(box):
    box.take("From: Jörg <j@one.example>\r\nSubject: Grüße\r\n\r\nhallo\r\n".encode("latin-1"))
    box.take("From: Jörg <j@two.example>\r\nSubject: Grüße\r\n\r\nhallo\r\n".encode())
    box.take(b"Subject: =?no-such-charset?b?w6Q=?= =?utf-8?b?%%%?=\r\nContent-Type: multipart/mixed\r\n\r\nno parts")
    box.take(b"no header at all, just words\r\n")
    first, second, third, fourth = look_once(mail(box)).observations
    assert (first.facts["from_name"], first.facts["subject"]) == (Text("Jörg"), Text("Grüße"))
    assert (second.facts["from_name"], second.facts["subject"]) == (Text("Jörg"), Text("Grüße"))
    assert len({first.key, second.key, third.key, fourth.key}) == 4


def test_another_folder_is_found_by_the_name_that_its_owner_reads(box):
    with box.mailbox() as owner:
        owner.create('"Entw&APw-rfe"')
    box.take(letter(7), folder='"Entw&APw-rfe"')
    assert "Letter 7" in subjects(look_once(mail(box, folder="Entwürfe")))


def test_a_user_and_password_beyond_ascii_sign_in(box):
    assert not look_once(mail(box, user=USER, password=PASSWORD)).observations


@pytest.mark.parametrize("encryption", ["starttls", "no"])
def test_the_plain_port_is_spoken_to_as_the_rule_says(box, encryption):
    box.take(letter(1))
    assert subjects(look_once(mail(box, tls=encryption, port=box.port))) == ["Letter 1"]


# What goes wrong.


@pytest.mark.parametrize(
    ("options", "trouble", "said"),
    [
        ({"password": "wrong"}, SourceRefused, "does not accept this user and password"),
        ({"user": "nobody"}, SourceRefused, "does not accept this user and password"),
        ({"folder": "Archiv"}, SourceGone, "there is no folder Archiv .* there are: .*INBOX"),
        ({"ca": ""}, SourceRefused, "self-signed"),
        ({"host": "post.example"}, SourceRefused, "for another name"),
    ],
)
def test_what_a_person_has_to_mend_is_named(box, options, trouble, said):
    with pytest.raises(trouble, match=said) as caught:
        look_once(mail(box, **options))
    assert PLAIN_PASSWORD not in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_the_wrong_port_for_the_encryption_is_named(box):
    with pytest.raises(SourceRefused, match="starttls"):
        look_once(mail(box, port=box.port))
    with pytest.raises(SourceUnavailable, match=r"within 1 s|hung up"):
        look_once(mail(box, tls="no"), deadline=timedelta(seconds=1))


def test_a_server_that_is_gone_is_named(box, unused_port):
    with pytest.raises(SourceUnavailable, match="takes no connections"):
        look_once(mail(box, port=unused_port))


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_private_address_needs_the_rule_s_word(box):
    async def story():
        async with door() as at:
            watch = mail(box)
            spec = WatchSpec("watch", watch.sees, watch.label, watch, private=False)
            await watch.poll(PollContext(at.fetcher, spec, Errand(), NOON, UTC_ZONE))

    with pytest.raises(SourceRefused, match="private: true"):
        asyncio.run(story())


def test_no_password_is_said_in_the_open_to_the_internet(server):
    with pytest.raises(SourceRefused, match="would show your password"):
        look_once(mail(server, host="192.88.98.1", tls="no", port=143), deadline=timedelta(seconds=2))


def test_the_ledger_has_every_look_and_no_secret(box):
    async def story():
        async with door() as at:
            await look(at, mail(box))
            with pytest.raises(SourceRefused):
                await look(at, mail(box, password="wrong"))
            return at.contacts

    good, bad = asyncio.run(story())
    assert (good.method, good.ip, good.asked_by) == ("IMAP", "127.0.0.1", ("rule",))
    assert good.address == f"imaps://127.0.0.1:{box.tls_port}/INBOX"
    assert good.bytes_sent > 50
    assert "does not accept" in bad.outcome
    assert PLAIN_PASSWORD not in repr((good, bad))


# Without a server.


def page(*letters: Letter, **more) -> FolderPage:
    return FolderPage("imaps://mail.example:993/INBOX", b"", letters=letters, place=FolderPlace(1, 9), **more)


def test_the_same_letter_twice_in_a_folder_is_one_thing():
    read = mail_anywhere().read(page(Letter(1, LETTER), Letter(2, LETTER)), CannedContext(b""))
    assert len(read.observations) == 1


def test_letters_that_share_a_message_id_are_told_apart():
    one, other = letter(1), letter(1).replace(b"10:01:00", b"10:02:00")
    assert len(mail_anywhere().read(page(Letter(1, one), Letter(2, other)), CannedContext(b"")).observations) == 2


def test_a_pattern_that_takes_for_ever_is_given_up():
    watch = mail_anywhere(find={"odd": "(a|aa)+$"})
    (seen,) = watch.read(page(Letter(1, letter(1, "a" * 60 + "b"))), CannedContext(b"")).observations
    assert "took longer" in seen.unknown["odd"]


def test_a_letter_whose_text_lies_behind_what_is_read_says_so():
    head = b"From: a@one.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    raw = head + b"--b\r\nContent-Type: image/png\r\n\r\nxx"
    (seen,) = mail_anywhere().read(page(Letter(1, raw, size=10**7, named=())), CannedContext(b"")).observations
    assert "behind what is read" in seen.unknown["text"]


def mail_anywhere(**options) -> Mail:
    return Mail(host="mail.example", user="me", password=SecretStr("x"), **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"host": "imap://mail.example"}, "name alone"),
        ({"host": "me@mail.example"}, "name alone"),
        ({"find": {"a b": "x"}}, "cannot be the name"),
        ({"find": {"subject": "x"}}, "there already"),
        ({"find": {"parcel": "("}}, "cannot be read"),
        ({"ca": "home.pem"}, "whole path"),
    ],
)
def test_a_wrong_option_says_what_is_wrong(options, said):
    with pytest.raises(ValidationError, match=said):
        Mail(**{"host": "mail.example", "user": "me", "password": "x", **options})


def test_yes_and_no_may_be_written_as_yaml_has_them():
    assert mail_anywhere(tls=True).tls == "yes"
    assert mail_anywhere(tls=False).tls == "no"
