"""The article of a page, without what the site puts around and into it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.accuracy.articles import scores
from tests.accuracy.cases import load
from watchers.reading.article import LEAST_DECLARED, MOST_LINES, Article, read_article
from watchers.reading.html import open_document

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "articles"

SENTENCE = "The tokamak held its plasma for {} minutes on Monday, which no machine of its kind had done before."
PARAGRAPHS = tuple(SENTENCE.format(number) for number in range(12, 18))
PROSE = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
LONG = "Everybody who reads this page may also want to know what we think of another matter altogether, dear reader."


def lines(html: str) -> tuple[str, ...]:
    return read_article(open_document(html.encode(), None)).lines


def page(*parts: str) -> str:
    return f"<html><head><title>One</title></head><body>{''.join(parts)}</body></html>"


def test_a_bare_article_is_all_of_it():
    assert lines(page("<h1>A record</h1>", f"<div>{PROSE}</div>")) == PARAGRAPHS


@pytest.mark.parametrize(
    "around",
    [
        f"<nav><p>{LONG}</p></nav>",
        f"<header><p>{LONG}</p></header>",
        f"<footer><p>{LONG}</p></footer>",
        f"<aside><p>{LONG}</p></aside>",
        f"<form><p>{LONG}</p></form>",
        f"<div role='complementary'><p>{LONG}</p></div>",
        f"<div class='post-comments'><p>{LONG}</p></div>",
        f"<div id='relatedStories'><p>{LONG}</p></div>",
        f"<div class='newsletter-box'><p>{LONG}</p></div>",
        f"<div class='cookie-notice'><p>{LONG}</p></div>",
        f"<div style='display: none'><p>{LONG}</p></div>",
        f"<div hidden><p>{LONG}</p></div>",
        f"<figure><img><figcaption>{LONG}</figcaption></figure>",
        f"<p><a href='/more'>{LONG}</a></p>",
        "<ul><li><a href='/a'>Another story</a></li><li><a href='/b'>And another</a></li></ul>",
        f"<script>{LONG}</script>",
        "<p>Share</p>",
    ],
)
def test_what_the_site_puts_around_or_into_it_is_left_out(around):
    half = len(PROSE) // 2
    middle = PROSE.index("<p>", half)
    assert lines(page(f"<main><div>{PROSE}</div></main>", around)) == PARAGRAPHS
    if "header" not in around and around != "<p>Share</p>":
        assert lines(page(f"<div>{PROSE[:middle]}{around}{PROSE[middle:]}</div>")) == PARAGRAPHS


def test_its_headings_lists_and_tables_stay():
    row = "<table><tr><td>Machine</td><td>Minutes</td></tr></table>"
    html = page(f"<div>{PROSE}<h2>How it went</h2><ul><li>First the coils</li></ul>{row}{PROSE}</div>")
    found = lines(html)
    assert [one for one in found if one not in PARAGRAPHS] == ["How it went", "First the coils", "Machine | Minutes"]


def test_a_lead_that_stands_before_it_belongs_to_it():
    lead = "Engineers in the south say that their machine has set a record which will stand for many years to come."
    assert lines(page(f"<div><div class='summary'>{lead}</div><div class='text'>{PROSE}</div></div>"))[0] == lead


def test_short_sentences_at_its_end_belong_to_it():
    assert lines(page(f"<div>{PROSE}<p>More is to come next week.</p><p>Tags</p></div>"))[-1].startswith("More")


def test_a_label_that_comes_back_is_none_of_its_words():
    between = "".join(f"<p>{one}</p><p>Image {number} of 6</p>" for number, one in enumerate(PARAGRAPHS))
    assert lines(page(f"<div>{between}</div>")) == PARAGRAPHS


def test_what_the_page_calls_its_article_is_taken_whole():
    stages = "".join(f"<br>Stage {number} in town {chr(65 + number)}{chr(66 + number)}" for number in range(14))
    found = lines(page(f"<p>{LONG}</p>", f"<div itemprop='articleBody'>Calendar{stages}</div>"))
    assert found[0] == "Calendar"
    assert len(found) == 15
    assert sum(map(len, found)) >= LEAST_DECLARED


def test_an_empty_frame_is_not_taken_for_the_article():
    assert lines(page("<div itemprop='articleBody'></div>", f"<div>{PROSE}</div>")) == PARAGRAPHS


def test_a_part_with_most_of_the_words_is_no_aside_whatever_it_is_called():
    assert lines(page(f"<div class='widget share'>{PROSE}</div>")) == PARAGRAPHS


def test_an_article_in_pieces_is_put_together():
    pieces = "".join(f"<div><div class='text'><p>{one}</p></div></div>" for one in PARAGRAPHS)
    assert lines(page(f"<div>{pieces}</div>", "<div><a href='/'>Home</a></div>")) == PARAGRAPHS


def test_a_script_that_writes_no_spaces_is_prose_too():
    text = "東京で大規模な停電が発生し、電車が止まったと消防が発表した。原因はまだ分かっていない。"
    assert lines(page(f"<div><p>{text}</p><p>{text}続報。</p></div>")) == (text, f"{text}続報。")


@pytest.mark.parametrize(
    "html", ["", "<p>Short.</p>", "<nav><p>x</p></nav>", "<frameset>", "<a href='/'>link</a>" * 50]
)
def test_a_page_without_an_article_gives_none(html):
    assert read_article(open_document(html.encode(), None)) == Article(())


def test_a_page_of_any_length_is_read_up_to_a_limit():
    assert len(lines(page("<p>" + LONG + "</p>") * 1 + f"<p>{LONG}</p>" * (2 * MOST_LINES))) <= MOST_LINES


def test_a_page_of_any_depth_is_read():
    found = lines("<div class='x'>" * 3000 + PROSE)
    assert found == PARAGRAPHS


@given(st.lists(st.sampled_from(["<div>", "</div>", "<td>", "<p>", LONG, "<a href=x>", "</a>", "<h1>", "\x00", "é"])))
def test_whatever_a_page_holds_is_read(pieces):
    document = open_document("".join(pieces).encode(), None)
    assert all(line.strip() for line in read_article(document).lines)


def test_the_articles_of_the_corpus_are_found():
    if not (CORPUS / "cases.jsonl").is_file():
        pytest.skip(f"no corpus at {CORPUS}")
    pages = [
        (read_article(open_document(case.body, None)).lines, case.truth["body"]) for case in load(CORPUS, "articles")
    ]
    found = [scores(" ".join(told), truth) for told, truth in pages]
    precision, recall = (sum(one[place] for one in found) / len(found) for place in (0, 1))
    assert precision >= 0.95
    assert recall >= 0.97


TEASERS = "".join(f"<div><a href='/{n}'><h3>Another {n}</h3></a><p>{LONG} {n}</p></div>" for n in range(6))
CONSENT = f"<div id='cookie-banner'><p>{LONG}</p><p>{LONG}</p></div>"


def test_a_short_article_with_the_headline_is_the_article_however_much_its_page_teases():
    short = "".join(f"<p>{one}</p>" for one in PARAGRAPHS[:2])
    assert lines(page(f"<article><h1>A record</h1>{short}</article><div>{TEASERS}</div>")) == PARAGRAPHS[:2]


def test_an_article_that_holds_the_headline_alone_is_not_the_text():
    assert lines(page("<article><h1>A record</h1><p>By Jo</p></article>", f"<div>{PROSE}</div>")) == PARAGRAPHS


def test_a_question_about_cookies_is_no_article_however_short_that_is():
    short = "".join(f"<p>{one}</p>" for one in PARAGRAPHS[:2])
    assert lines(page(CONSENT, f"<div><div>{short}</div></div>")) == PARAGRAPHS[:2]
    assert lines(page(f"<div class='cookie-recipes'>{PROSE}</div>")) == PARAGRAPHS


def test_an_article_in_a_script_without_spaces_outweighs_the_footer_of_its_page():
    text = (
        "市議会は火曜日夜、老朽化した港橋をトラック通行止めにする案を可決した。",
        "先月の報告書で技術者らは北側の橋脚が四センチ動いたと警告していた。",
        "「これ以上待てなかった」と長く通行止めに反対してきた市長は述べた。",
    )
    body = "".join(f"<p>{one}</p>" for one in text)
    assert lines(page(f"<div><h1>港橋</h1>{body}</div><footer><p>{LONG}</p></footer>")) == text
