"""What a page describes, whichever syntax it is written in."""

import json

import pytest

from watchers.reading.drafts import MAX_DEPTH, MAX_ITEMS
from watchers.reading.html import open_document
from watchers.reading.item import Item
from watchers.reading.markup import items


def read(markup, syntax=None):
    found = items(open_document(markup.encode(), "utf-8"))
    return [item for item in found if syntax is None or item.syntax == syntax]


def json_ld(*values):
    scripts = (value if isinstance(value, str) else json.dumps(value) for value in values)
    return read("".join(f"<script type='application/ld+json'>{text}</script>" for text in scripts), "json-ld")


PRODUCT = {
    "json-ld": """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product",
        "name": "Tent", "offers": {"@type": "Offer", "price": 149.90, "priceCurrency": "EUR"}}</script>""",
    "microdata": """<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Tent</h1>
        <p itemprop="offers" itemscope itemtype="https://schema.org/Offer"><b itemprop="price">149<sup>90</sup></b>
        <meta itemprop="priceCurrency" content="EUR"></p></div>""",
    "rdfa": """<div vocab="https://schema.org/" typeof="Product"><h1 property="name">Tent</h1>
        <p property="offers" typeof="Offer"><b property="price" content="149.90">149 and a bit</b>
        <meta property="priceCurrency" content="EUR"></p></div>""",
}


@pytest.mark.parametrize("syntax", PRODUCT)
def test_every_syntax_says_the_same(syntax):
    (product,) = read(PRODUCT[syntax])
    assert (product.syntax, product.types, product.vocabulary) == (syntax, ("Product",), "https://schema.org/")
    assert product.text("name") == "Tent"
    (offer,) = product.items("offers")
    assert offer.is_a("Offer")
    assert (offer.text("price"), offer.text("priceCurrency")) == ("149.90", "EUR")
    assert offer.place == f"{product.place}.offers"
    assert product.order < offer.order


def test_the_syntaxes_of_one_page_come_in_a_fixed_order():
    page = (
        "".join(PRODUCT[syntax] for syntax in ("rdfa", "microdata", "json-ld")) + "<meta property=og:title content=T>"
    )
    found = read(page)
    assert [item.syntax for item in found] == ["json-ld", "microdata", "rdfa", "opengraph"]
    assert [item.place for item in found] == ["JSON-LD #1", "microdata #1", "RDFa #1", "meta tags"]
    assert sorted(item.order for outer in found for item in outer.walk()) == list(range(7))


# JSON-LD


@pytest.mark.parametrize(
    "type_", ["Product", "schema:Product", "http://schema.org/Product", "https://schema.org/Product"]
)
@pytest.mark.parametrize("prefix", ["", "schema:", "http://schema.org/"])
def test_names_are_short_however_they_are_written(type_, prefix):
    (product,) = json_ld({"@type": [type_], f"{prefix}name": "Tent"})
    assert (product.types, product.text("name")) == (("Product",), "Tent")


def test_lists_graphs_and_several_blocks_are_all_read():
    found = json_ld(
        [{"@type": "A"}, [{"@type": "B"}]],
        {"@context": "https://schema.org", "@graph": [{"@type": "C"}, {"@type": "D", "x": [[1, 2], {"@list": [3]}]}]},
        {"@type": "E", "@graph": {"@type": "F"}},
    )
    assert [(item.types[0], item.place) for item in found] == [
        ("A", "JSON-LD #1 [0]"),
        ("B", "JSON-LD #1 [1][0]"),
        ("C", "JSON-LD #2 @graph[0]"),
        ("D", "JSON-LD #2 @graph[1]"),
        ("F", "JSON-LD #3 @graph[0]"),
    ]
    assert found[2].vocabulary == "https://schema.org/"
    assert found[3].texts("x") == ("1", "2", "3")


def test_a_reference_is_replaced_by_what_it_refers_to_wherever_that_stands():
    (product, offer) = json_ld(
        {"@type": "Product", "offers": [{"@id": "#offer"}], "brand": {"@id": "https://brand.example"}},
        {"@id": "#offer", "@type": "Offer", "price": "5"},
    )
    assert product.items("offers")[0].text("price") == offer.text("price") == "5"
    assert product.text("brand") == "https://brand.example", "what is described nowhere is its name"


def test_things_that_refer_to_each_other_end_where_one_would_stand_in_itself():
    (one, other) = json_ld(
        [{"@id": "#1", "name": "one", "next": {"@id": "#2"}}, {"@id": "#2", "name": "two", "next": {"@id": "#1"}}]
    )
    assert [item.text("name") for item in one.walk()] == ["one", "two"]
    assert one.items("next")[0].text("next") == "#1"
    assert [item.text("name") for item in other.walk()] == ["two", "one"]


def test_values_are_texts_and_nothing_is_nothing():
    (thing,) = json_ld('{"a": 1299.00, "b": true, "c": null, "d": " Tom &amp; Jerry ", "e": {"@value": "x"}, "f": ""}')
    assert {name: thing.texts(name) for name in "abcdef"} == {
        "a": ("1299.00",), "b": ("true",), "c": (), "d": ("Tom & Jerry",), "e": ("x",), "f": (),
    }  # fmt: skip


def test_no_text_holds_what_cannot_be_stored():
    (thing,) = json_ld(r'{"a\ud800": "b\u0000\udfffc", "@id": "\ud83d\ude00\ud83d"}')
    assert (thing.id, dict(thing.properties)) == ("😀\ufffd", {"a\ufffd": ("b\ufffd\ufffdc",)})


def test_an_address_keeps_its_ampersands():
    (thing,) = json_ld({"url": "https://one.example/?a=1&copy=2&amp;b=3"})
    assert thing.text("url") == "https://one.example/?a=1&copy=2&b=3"


@pytest.mark.parametrize(
    "text",
    [
        '<!-- {"@type": "A", "x": "1"} -->',
        '//<![CDATA[\n{"@type": "A", "x": "1"}\n//]]>',
        '/* <![CDATA[ */{"@type": "A", "x": "1"}/* ]]> */',
        '{"@type": "A", "x": "1",}',
        '{"@type": "A", /* a note */ "x": "1" // another\n}',
        '{"@type": "A", "x": "1"};',
        "{'@type': 'A', x: '1'}",
        "{&quot;@type&quot;: &quot;A&quot;, &quot;x&quot;: &quot;1&quot;}",
        '{"@type": "A", "note": "a\n\tb", "x": "1"}',
        '{"@type": "A", "note": "a 12" screen", "x": "1"}',
        '{"@type": "A" "x": "1"}',
        '{"@type": "A", "x": "1", "note": "breaks o',
        '\ufeff{"@type": "A", "x": "1"}',
    ],
)
def test_json_with_the_usual_slips_is_read(text):
    (item,) = json_ld(text)
    assert (item.types, item.text("x")) == (("A",), "1")


def test_several_values_in_one_block_are_all_read():
    assert [item.types for item in json_ld('{"@type": "A"}{"@type": "B"},\n{"@type": "C"}')] == [("A",), ("B",), ("C",)]


# Microdata


def test_an_item_may_borrow_properties_from_elsewhere_on_the_page():
    (person,) = read(
        "<p id=a itemprop=name>Ada</p><div itemscope itemref='a b missing' itemid='urn:x'></div>"
        "<ul id=b><li itemprop='nick alias'>A<li itemprop=home itemscope><i itemprop=city>London</i></ul>"
    )
    assert person.id == "urn:x"
    assert {name: person.texts(name) for name in ("name", "nick", "alias")} == {
        "name": ("Ada",), "nick": ("A",), "alias": ("A",),
    }  # fmt: skip
    assert person.items("home")[0].text("city") == "London"


def test_an_item_that_borrows_itself_ends():
    found = read("<div itemscope id=x itemref=x itemprop=p><i itemprop=q>1</i></div><div itemscope itemref=x></div>")
    assert [len(list(item.walk())) for item in found] == [2]


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("<meta itemprop=x content=v>", "v"),
        ("<span itemprop=x content=v>w</span>", "v"),
        ("<a itemprop=x href=v>w</a>", "v"),
        ("<link itemprop=x href=v>", "v"),
        ("<img itemprop=x src=v>", "v"),
        ("<object itemprop=x data=v></object>", "v"),
        ("<data itemprop=x value=v>w</data>", "v"),
        ("<time itemprop=x datetime=v>w</time>", "v"),
        ("<time itemprop=x>w</time>", "w"),
        ("<p itemprop=x> w <b>x</b>\n <script>y</script></p>", "w x"),
    ],
)
def test_a_value_stands_where_its_element_keeps_it(element, value):
    (item,) = read(f"<div itemscope>{element}</div>", "microdata")
    assert item.text("x") == value


# RDFa


def test_rdfa_reads_prefixes_subjects_and_plain_properties_of_the_page():
    found = read(
        "<body prefix='dct: http://purl.org/dc/terms/ s: https://schema.org/'><h1 property='dct:title'>Page</h1>"
        "<div resource=#it typeof='s:Book s:Product'><a property='s:url' href='/it'>x</a>"
        "<time property='s:date' datetime='2026-01-02'>today</time><i about=#it property='s:name'>It</i></div>",
        "rdfa",
    )
    page, book = found
    assert (page.types, page.text("title")) == ((), "Page")
    assert (book.id, book.types, book.vocabulary) == ("#it", ("Book", "Product"), "https://schema.org/")
    assert [book.text(name) for name in ("url", "date", "name")] == ["/it", "2026-01-02", "It"]


def test_the_meta_tags_of_nearly_every_page_are_no_rdfa():
    assert [item.syntax for item in read("<meta property=og:title content=T><p>text")] == ["opengraph"]


# Meta tags


def test_meta_tags_are_one_thing_with_their_prefixes():
    (page,) = read(
        "<meta property='og:type' content='product'><meta property='product:price:amount' content='1299.00'>"
        "<meta name='twitter:label1' content='Price'><meta name='twitter:data1' content='$5'>"
        "<meta property='http://ogp.me/ns#title' content='Tom &amp;amp; Jerry'><meta name=viewport content=x>"
        "<meta property='og:image' content='a'><meta property='og:image' content='b'>"
    )
    assert (page.syntax, page.types) == ("opengraph", ("product",))
    assert page.text("product:price:amount") == "1299.00"
    assert page.text("twitter:price") == "$5"
    assert page.text("og:title") == "Tom & Jerry"
    assert page.texts("og:image") == ("a", "b")
    assert "viewport" not in page.properties


# Limits


def size(found):
    return sum(1 for item in found for _ in item.walk())


@pytest.mark.parametrize(
    "markup",
    [
        f"<script type=application/ld+json>{'[' * 200_000}</script>",
        "<script type=application/ld+json>" + '{"a":' * 900 + "1" + "}" * 900 + "</script>",
        "<script type=application/ld+json>"
        + json.dumps([{"@id": f"#{n}", "a": {"@id": f"#{n + 1}"}, "b": {"@id": f"#{n + 1}"}} for n in range(60)])
        + "</script>",
        f"<script type=application/ld+json>[{'{},' * 20_000}]</script>",
        f'<script type=application/ld+json>{{"price": {"9" * 500_000}}}</script>',
        "<div itemscope itemprop=a>" * 30_000,
        "<div itemscope>" + "<div id=x itemscope itemprop=a itemref=x></div>" * 3_000,
        "<p itemprop=a id=x>y</p>" * 2_000 + "<div itemscope itemref=x></div>" * 2_000,
        "<div typeof=x property=y>" * 30_000,
        "<i property=x resource=#a typeof=t><i property=x resource=#b typeof=t>" * 5_000,
        "<meta property=og:title content=x>" * 20_000,
        "<script type=application/ld+json>{}</script>" * 10_000,
    ],
    ids=[
        "brackets",
        "objects",
        "references",
        "many",
        "digits",
        "scopes",
        "itemrefs",
        "borrowed",
        "types",
        "resources",
        "tags",
        "scripts",
    ],
)
def test_a_page_made_to_hurt_is_read_within_limits(markup):
    found = read(markup)
    assert size(found) <= MAX_ITEMS
    assert all(item.place.count(".") <= MAX_DEPTH for outer in found for item in outer.walk())


def test_an_item_yields_what_it_holds_outermost_first():
    inner = Item((), {"name": ("b",)}, "microdata", "")
    outer = Item((), {"name": ("a", ""), "part": (inner, "text")}, "microdata", "")
    assert [item.text("name") for item in outer.walk()] == ["a", "b"]
    assert (outer.texts("part"), outer.items("part"), outer.text("missing", "name")) == (("text",), (inner,), "a")
