"""Bytes of a page as a browser takes them, and its text as a reader sees it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.html import open_document, price_text, visible_text
from watchers.reading.money import read_money
from watchers.reading.taming import MAX_DEPTH, tame


@pytest.mark.parametrize(
    ("body", "charset", "encoding", "text"),
    [
        ("ž".encode("iso-8859-2"), "ISO-8859-2", "iso-8859-2", "ž"),
        ("é€".encode("cp1252"), "latin1", "windows-1252", "é€"),
        (b"\xef\xbb\xbf\xc3\xa9", "latin1", "utf-8", "é"),
        ("é".encode("utf-16"), None, "utf-16le", "é"),
        (b"<meta charset=koi8-r>\xd7", None, "koi8-r", "в"),
        (b"<meta http-equiv=content-type content='text/html; charset=gb2312'>\xd6\xd0", None, "gbk", "中"),
        (b"<!--<meta charset=koi8-r>--><meta charset=utf-16>\xc3\xa9", None, "utf-8", "é"),
        (b"<p title='<meta charset=koi8-r>'>\xe9", None, "windows-1252", "é"),
        ("é".encode(), None, "utf-8", "é"),
        (b"\xe9", None, "windows-1252", "é"),
        (b"\xe9", "no-such-charset", "windows-1252", "é"),
        (b"a\xff", "utf-8", "utf-8", "a\ufffd"),
        ("您的订单".encode(), "gb2312", "utf-8", "您的订单"),
        ("<meta charset=shift_jis>発送しました".encode(), None, "utf-8", "発送しました"),
        ("ｶﾀｶﾅ".encode("cp932"), "shift_jis", "shift_jis", "ｶﾀｶﾅ"),
        ("호호".encode("cp949"), "euc-kr", "euc-kr", "호호"),
    ],
)
def test_a_page_is_decoded_as_a_browser_decodes_it(body, charset, encoding, text):
    document = open_document(body, charset)
    assert document.encoding == encoding
    assert visible_text(document.tree.body) == text


def test_a_page_says_its_language_and_its_base():
    document = open_document(b"<html lang='de-AT'><base href=' /shop/ '>", None)
    assert (document.language, document.base) == ("de-at", "/shop/")
    bare = open_document(b"", None)
    assert (bare.language, bare.base, bare.encoding) == ("", "", "windows-1252")


def seen(markup, text=visible_text):
    return text(open_document(f"<body>{markup}".encode(), "utf-8").tree.body)


def test_a_reader_sees_no_scripts_no_hidden_parts_and_one_space():
    assert (
        seen("a<p>b</p>c<br>d  \n e<script>f</script><b hidden>g</b><i style='DISPLAY : none'>h</i><u>i</u>j<!--k-->")
        == "a b c d eij"
    )


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("12<sup>99</sup> €", "12.99 €"),
        ("<sup>$</sup>12<sup>99</sup>", "$12.99"),
        ("<b>12</b><i>.</i><b>99</b>", "12.99"),
        ("<b>12</b><i>99</i> €", "12 99 €"),
        ("12<sup>999</sup>", "12 999"),
        ("<b>1</b> <b>299</b>", "1 299"),
        ("<b>$</b><b>12</b><del>15</del>", "$12 15"),
    ],
)
def test_a_price_is_read_as_it_looks(markup, text):
    assert seen(markup, price_text) == text


def test_digits_that_only_elements_part_are_no_sure_price():
    assert not read_money(seen("<b>12</b><i>99</i> €", price_text)).sure


WILD = {
    "nested": "<div>",
    "nested, ends that close nothing": "<div></x>",
    "nested in tables": "<div><table></div></table>",
    "end tags in attributes": '<div><img alt="</div>">',
    "end tags in scripts": "<div><script></div></script>",
    "end tags in comments": "<div><!-- </div> -->",
    "end tags in scripts in comments": "<div><script><!--<script></script></div>--></script>",
    "end tags in CDATA": "<svg><![CDATA[></svg>]]>",
    "drawings": "<svg><g>",
    "formatting": "<b><p>x",
    "misnested": "<b><div></b>",
    "lists": "<dl><dd>",
    "open attributes": '<x a="',
    "open comments": "<!--x",
    "open scripts": "<script><!--",
}


@pytest.mark.parametrize("unit", WILD.values(), ids=WILD)
def test_a_large_page_made_to_hurt_is_parsed_in_seconds(unit):
    """Untamed, several of these take minutes; the limit is loose, for a slow machine that does other things."""
    length = 1_000_000 if unit == "<div>" else 300_000
    begun = time.process_time()
    document = open_document((unit * (length // len(unit))).encode(), "utf-8")
    visible_text(document.tree.body)
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    "markup",
    [
        "".join(f"<p><font size={n}>x" for n in range(60_000)),
        "<div " + " ".join(f"a{n}" for n in range(120_000)) + ">",
        "<svg><style>" + "<g><div>" * 100_000,
    ],
    ids=["formatting that is never closed", "attributes", "styles in a drawing"],
)
def test_what_is_left_open_or_endless_is_cut(markup):
    assert len(tame(markup)) < len(markup) / 5


UNTIDY = """<!DOCTYPE html><html><head><title>a < b</title><script>if (a<b) "</div>";</script></head><body>
<ul><li>one<li>two<p>three<p>four</ul><table><tr><td>five<td>six</table><b><i>seven</b></i></div></span>
<svg><path d="M0"/><title>t</title><g/></svg><img alt="a > b" class = 'x'><a href=x>y<br/>z <![if IE]>w<![endif]>"""


def test_an_untidy_page_is_left_as_it_is():
    assert tame(UNTIDY) == UNTIDY
    assert tame(UNTIDY * 20) == UNTIDY * 20


def test_text_that_is_nested_too_deep_is_kept():
    text = seen("<div>" * MAX_DEPTH * 3 + "here" + "</div>" * MAX_DEPTH * 3 + "<p>there</p>")
    assert text == "here there"


PIECES = [
    "<div>", "</div>", "<b>", "</b>", "<p>", "<svg>", "</svg>", "<table>", "<td>", "</table>", "x", "<!--", "-->", " ",
    "<script>", "</script>", "<a b='", "'", ">", "<g/>", "<![CDATA[", "]]>", '"', "=", "<x", "</",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_ordinary_markup_comes_back_unless_a_script_or_cdata_is_read_in_two_ways(markup):
    assert tame(markup) == markup or "<![CDATA[" in markup or "<script" in markup
