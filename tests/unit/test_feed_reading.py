"""What a feed says, through the ways in which feeds are broken; and what is no feed has a name."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.api import SourceChanged, SourceRefused, SourceUnavailable, WatchError
from watchers.reading.feed import read_feed
from watchers.reading.feedencoding import decode_document
from watchers.reading.plain import MAX_TEXT, words_of

URL = "https://one.example/feeds/main"


def read(body, headers=None):
    return read_feed(body if isinstance(body, bytes) else body.encode(), headers or {}, URL)


def rss(inside, head='<?xml version="1.0"?>'):
    return f"{head}<rss version='2.0'><channel><title>One</title>{inside}</channel></rss>"


def titles(body, headers=None):
    return [entry.title for entry in read(body, headers).entries]


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>Hello</title><link>/a</link><guid>a</guid><pubDate>4 May 2026 10:00 GMT</pubDate></item>"),
        (
            "<RDF:RDF xmlns:RDF='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
            "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>One</title></channel><item RDF:about='a'>"
            "<title>Hello</title><link>/a</link><dc:date>2026-05-04T10:00:00Z</dc:date></item></RDF:RDF>"
        ),
        (
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>One</title><entry><title>Hello</title><id>a</id>"
            "<link rel='alternate' type='text/html' href='/a'/><issued>2026-05-04T10:00:00Z</issued></entry></feed>"
        ),
        (
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:title>One</a:title><a:entry><a:title>Hello</a:title>"
            "<a:id>a</a:id><a:link href='/a'/><a:updated>2026-05-04T10:00:00Z</a:updated></a:entry></a:feed>"
        ),
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1",
                "title": "One",
                "items": [{"id": "a", "title": "Hello", "url": "/a", "date_published": "2026-05-04T12:00:00+02:00"}],
            }
        ),
    ],
    ids=["RSS 2.0", "RSS 1.0", "Atom 0.3", "Atom 1.0 with a prefix", "JSON Feed"],
)
def test_every_format_says_the_same(body):
    document = read(body)
    (entry,) = document.entries
    assert (document.title, entry.title, entry.id) == ("One", "Hello", "a")
    assert entry.link == "https://one.example/a"
    assert str(entry.published) == "2026-05-04 10:00:00+00:00"


def test_a_channel_definition_is_a_feed():
    cdf = "<CHANNEL HREF='http://one.example/'><TITLE>One</TITLE><ITEM HREF='/a'><TITLE>Hello</TITLE></ITEM></CHANNEL>"
    assert titles(cdf) == ["Hello"]


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        (rss("<item><title>AT&T &nbsp; R&D &copy;</title></item>"), "AT&T R&D ©"),
        (rss("<item><title>a < b &lt;i&gt;c&lt;/i&gt;</title></item>"), "a < b c"),
        (rss("<item><title>Caf\x0b\x00é &#0;&#x1F;</title></item>"), "Café"),
        (rss("<item><title>It&#146;s &unknown;</title></item>"), "It’s &unknown;"),
        ("\n\n  " + rss("<item><title>Late</title></item>"), "Late"),
        ("<br />\n<b>Warning</b>: date()\n" + rss("<item><title>Late</title></item>"), "Late"),
        ("\ufeff" + rss("<item><title>Marked</title></item>"), "Marked"),
        (rss("<item><media:x/><title>No namespace</title></item>"), "No namespace"),
        (rss("<item><title><![CDATA[R&amp;D <b>now</b>]]></title></item>"), "R&D now"),
        (rss("<!-- <item><title>Old</title></item> -- --><item><title>New</title></item>"), "New"),
        (rss("<item><title>&hi;</title></item>", "<!DOCTYPE rss [<!ENTITY hi 'Hello'>]>"), "Hello"),
        (rss("<item><title>X</title></item>", "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'http://x'>"), "X"),
    ],
)
def test_broken_xml_is_mended_without_guessing(broken, title):
    assert titles(broken) == [title]


@pytest.mark.parametrize("end", range(140, 330))
def test_a_feed_that_breaks_off_tells_only_whole_entries(end):
    whole = rss(
        "<item><title>First</title><guid>https://one.example/1</guid></item>"
        "<item><title>Second &amp; more</title><guid>https://one.example/22</guid>"
        "<description><![CDATA[<item>no</item>]]></description></item>"
    )
    told = [(entry.title, entry.id) for entry in read(whole[:end]).entries]
    all_told = [("First", "https://one.example/1"), ("Second & more", "https://one.example/22")]
    assert told == all_told[: len(told)]
    assert told


def test_a_feed_that_breaks_off_says_so():
    cut = rss("<item><title>First</title></item><item><title>Sec")[: -len("</channel></rss>")]
    assert read(cut).left_out == "the answer broke off: only the whole entries of the feed were read"
    with pytest.raises(SourceUnavailable, match="breaks off"):
        read(cut[:90])


def test_an_endless_feed_is_read_as_far_as_it_is_bearable():
    document = read(rss("<item><title>x</title></item>" * 60_000))
    assert 10_000 < len(document.entries) < 60_000
    assert "very long" in document.left_out


@pytest.mark.parametrize(
    ("encoded", "declared", "header"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),  # both labels lie
        ("utf-8", "no-such-thing", "text/xml; charset=rot13"),
        ("cp1252", "iso-8859-1", None),
        ("cp1252", "utf-8", "text/xml; charset=utf-8"),
        ("cp1252", "utf-8", "application/xml; charset=windows-1252"),
        ("utf-8-sig", "iso-8859-1", None),
        ("utf-16", "utf-16", None),
        ("utf-16-le", "utf-16", None),
        ("utf-16-be", "utf-8", None),
        ("utf-32", "utf-8", None),
        ("cp037", "cp037", None),
    ],
)
def test_bytes_are_read_as_what_they_are(encoded, declared, header):
    text = rss("<item><title>Zürich “1 €”</title></item>", f"<?xml version='1.0' encoding='{declared}'?>")
    if encoded == "cp037":
        text = text.replace("“1 €”", "1")
    expected = "Zürich 1" if encoded == "cp037" else "Zürich “1 €”"
    assert titles(text.encode(encoded), {"content-type": header} if header else {}) == [expected]


def test_scripts_of_other_alphabets_are_read_by_their_label():
    for encoding, word in (
        ("shift_jis", "東京の天気"),
        ("euc-kr", "서울"),
        ("gb2312", "北京"),
        ("windows-1251", "Москва"),
    ):
        body = rss(f"<item><title>{word}</title></item>", f"<?xml version='1.0' encoding='{encoding}'?>")
        assert titles(body.encode(encoding)) == [word]


def test_seven_bits_can_be_japanese():
    body = rss("<item><title>東京</title></item>", "<?xml version='1.0' encoding='iso-2022-jp'?>")
    assert titles(body.encode("iso-2022-jp")) == ["東京"]


def test_a_feed_that_nobody_unpacked_is_unpacked():
    assert titles(gzip.compress(rss("<item><title>Packed</title></item>").encode())) == ["Packed"]


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/octet-stream", "image/png", ""])
def test_the_content_type_does_not_matter(content_type):
    assert titles(rss("<item><title>Hello</title></item>"), {"content-type": content_type}) == ["Hello"]


def test_links_are_absolute_and_lead_to_the_web():
    document = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/blog/'><title>One</title>"
        "<link rel='self' href='atom'/><link href='home'/>"
        "<entry xml:base='posts/'><id>tag:one</id><link rel='enclosure' href='a.mp3'/><link href='a b'/></entry>"
        "<entry><id>https://one.example/name</id></entry><entry><link href='javascript:alert(1)'/></entry></feed>"
    )
    assert document.link == "https://one.example/blog/home"
    first, second, third = document.entries
    assert (first.link, first.attachment) == (
        "https://one.example/blog/posts/a%20b",
        "https://one.example/blog/posts/a.mp3",
    )
    assert (second.link, third.link) == ("", "")  # an id of Atom is a name, a script no place


def test_a_permalink_is_a_link_only_if_it_is_an_address():
    one, two = read(rss("<item><guid>https://one.example/p</guid></item><item><guid>abc</guid></item>")).entries
    assert (one.link, two.link, two.id) == ("https://one.example/p", "", "abc")


def test_summary_and_content_are_told_apart():
    (entry,) = read(
        rss(
            "<item><title>T</title><description>Short &amp;amp; sweet</description><c:encoded "
            "xmlns:c='http://purl.org/rss/1.0/modules/content/'><![CDATA[<p>Long</p><p>text</p>]]></c:encoded>"
            "<category>a</category><category>b</category><category>a</category><author>Jane</author></item>"
        )
    ).entries
    assert (entry.summary, entry.content) == ("Short & sweet", "Long text")
    assert (entry.categories, entry.author) == (("a", "b"), "Jane")
    (atom,) = read("<feed xmlns='http://www.w3.org/2005/Atom'><entry><content>Only</content></entry></feed>").entries
    assert (atom.summary, atom.content) == ("", "Only")


def test_json_feeds_are_read_leniently():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": None,
        "items": [
            None,
            {"id": 7, "content_text": "a < b", "tags": ["x", 1, "x"], "authors": [{"name": "Jane"}, "Joe"]},
            {"id": True, "external_url": "b", "title": ["no"], "date_modified": "2026-05-04", "author": {"name": "Al"}},
            {"id": "c", "attachments": [{"url": "c.mp3"}], "summary": "\ud800", "date_published": {"no": 1}},
        ],
    }
    first, second, third = read(json.dumps(feed)).entries
    assert (first.id, first.content, first.categories, first.author) == ("7", "a < b", ("x",), "Jane")
    assert (second.id, second.link, second.title, second.author) == ("", "https://one.example/feeds/b", "", "Al")
    assert str(second.published) == "2026-05-04 00:00:00+00:00"
    assert (third.summary, third.published, third.attachment) == ("\ufffd", None, "https://one.example/feeds/c.mp3")


def test_a_feed_without_entries_is_an_empty_feed():
    assert read(rss("")).entries == ()
    assert read('{"version": "https://jsonfeed.org/version/1.1", "items": []}').entries == ()


@pytest.mark.parametrize(
    ("body", "trouble", "said"),
    [
        ("", SourceUnavailable, "empty"),
        (" \n\ufeff", SourceUnavailable, "empty"),
        ("<html><title>503 Service Unavailable</title></html>", SourceUnavailable, "503 Service Unavailable"),
        ("<!doctype html><title>Log in</title><form>", SourceRefused, "Log in"),
        ("<!doctype html><title>Our news</title>", SourceChanged, "Our news"),
        ("<html>", SourceChanged, "web page"),
        ("<urlset><url/></urlset>", SourceChanged, "<urlset>"),
        ("<feed><product><name>Shoe</name></product></feed>", SourceChanged, "says nothing"),
        ("OK", SourceChanged, "neither"),
        ("{", SourceChanged, "no JSON"),
        ('{"items": [{"price": 1}]}', SourceChanged, "no entries"),
        ('{"error": "no"}', SourceChanged, "no list of items"),
        ("<!DOCTYPE x [<!ENTITY a '1'><!ENTITY b '&a;&a;'>]><rss>&b;</rss>", SourceChanged, "entity b"),
        ("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rss>&a;</rss>", SourceChanged, "entity a"),
        (f"<!DOCTYPE x [<!ENTITY a '{'1' * 5000}'>]><rss>&a;</rss>", SourceChanged, "entity a"),
        (f"<rss {'a=1 ' * 2000}></rss>", SourceChanged, "attributes"),
        ("<rss>" + "<item><a>" * 3000 + "</item>", SourceChanged, "nested"),
    ],
)
def test_what_is_no_feed_has_a_name(body, trouble, said):
    with pytest.raises(trouble, match=said):
        read(body)


PIECES = """<item> </item> <title> </title> <![CDATA[ ]]> <!-- --> &amp; & &#x0; < > <guid> </guid> a " ' = <p </rss> é
</channel> &nbsp; &#99999999; <entry> </entry> <x:y> <pubDate> \x00 <?x ?> <link/> <body> <!DOCTYPE["""
WORD = st.sampled_from(PIECES.split())


@given(st.lists(WORD, max_size=40).map("".join))
def test_any_jumble_is_a_feed_or_a_named_trouble(jumble):
    for body in (rss(jumble), jumble, f"<feed>{jumble}"):
        try:
            document = read(body)
        except WatchError:
            continue
        for entry in document.entries:
            assert entry.title == " ".join(entry.title.split())
            assert len(entry.title) <= MAX_TEXT


@given(st.binary(max_size=200), st.none() | st.text(max_size=12))
def test_any_bytes_have_a_text_that_can_be_stored(body, charset):
    text = decode_document(body, charset)
    assert text.encode().decode() == text


@given(st.lists(WORD, max_size=60).map("".join))
def test_words_hold_no_line_breaks_and_end(markup):
    assert words_of(markup) == " ".join(words_of(markup).split())


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("H<sub>2</sub>O &amp;amp; CO<sub>2</sub>", "H2O &amp; CO2"),
        ("a < b && c > d", "a < b && c > d"),
        ("<a title='x>y' href=don't>k</a> it's", "k it's"),
        ("<style>p {}</style>a<br>b<!-- c -->", "a b"),
        ("a<script>alert(1)", "a"),
        ("&#x0024;5&nbsp;&#9999999999;", "$5"),
    ],
)
def test_words_are_what_a_reader_sees(markup, words):
    assert words_of(markup) == words
