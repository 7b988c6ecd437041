"""The kind `mail` keeps what every kind promises, for a letter as programs save it."""

from watchers.mail import Mail
from watchers.testing import WatcherContract

LETTER = b"""\
From: =?utf-8?q?J=C3=A9r=C3=B4me?= <shop@shop.example>\r
To: Me <me@home.example>, you@home.example\r
Cc: others@home.example\r
Subject: =?utf-8?b?SWhyIFBha2V0IGlzdCB1bnRlcndlZ3M=?=\r
Date: Mon, 01 Jun 2026 10:00:00 +0200\r
Message-ID: <1@shop.example>\r
List-Id: News of the shop <news.shop.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=outer\r
\r
--outer\r
Content-Type: multipart/alternative; boundary=inner\r
\r
--inner\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
Your parcel JD0123456789012345678 is on its w=\r
ay. F=C3=BCr immer.\r
--inner\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Your parcel</p>\r
--inner--\r
--outer\r
Content-Type: application/pdf; name="invoice.pdf"\r
Content-Disposition: attachment; filename="invoice.pdf"\r
Content-Transfer-Encoding: base64\r
\r
JVBERi0xLjQK\r
--outer--\r
"""


class TestMail(WatcherContract):
    watcher = Mail(
        host="imap.home.example",
        user="me",
        password="secret",
        find={"parcel": "JD[0-9]{16,}", "number": "parcel (\\w+)"},
    )
    answers = LETTER


class TestMailElsewhere(WatcherContract):
    watcher = Mail(host="mail.home.example", user="me", password="secret", folder="Entwürfe", tls="starttls", port=1143)
    answers = LETTER
    cursor = "7:42"
