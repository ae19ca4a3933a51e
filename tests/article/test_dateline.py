"""The date and the author that a page prints beside its headline, and those that stand elsewhere."""

from __future__ import annotations

import pytest

from archiver.article.read import read

TEXT = "<p>The council said that the old bridge over the harbour will be closed to traffic for a year, and that ferries take over from May on.</p>"


HEADED = "<h1>A bridge closes</h1>"


def page(beside: str, above: str = "", below: str = "", head: str = "") -> str:
    return (
        f"<html lang=en><title>A bridge closes</title>{head}<div id=top><nav>News</nav></div><main><div>{above}<h1>A bridge closes</h1>{beside}"
        f"</div>{TEXT * 3}{below}</main>"
    )


def published(html: str) -> str | None:
    return read(html.encode(), source="x.html").published


def byline(html: str) -> str | None:
    return read(html.encode(), source="x.html").byline


@pytest.mark.parametrize(
    ("beside", "date"),
    [
        ("<span class=date>17/03/2020</span>", "2020-03-17"),
        ("<span class=date>07/03/2020</span>", None),  # March or July
        ("<p class='entry-date'>Tuesday, March 17, 2020, 10:15 am</p>", "2020-03-17"),
        ("<p class=publishedAt>Published on 17 March 2020</p>", "2020-03-17"),
        ("<p class=date>Written: 2020-03-17 15:03 / Updated: 2020-03-17 15:30</p>", "2020-03-17"),
        ("<p class=date>2020-03-17 - 2020-03-19</p>", None),
        ("<time datetime=2020-03-17T09:00Z>yesterday</time>", "2020-03-17"),
        ("<time datetime='May 19th, 2021'>May 19th, 2021</time>", "2021-05-19"),
        ("<time datetime=2020-03-16T23:01Z>17 March 2020</time>", "2020-03-17"),
        ("<p class=date>The council meets on 17 March 2020 in the town hall</p>", None),
        ("<p class=lead>17 March 2020</p>", "2020-03-17"),
        ("<p>Harbour, 17 March 2020 | Traffic</p>", "2020-03-17"),
        ("<p>17 March 2020</p><p>18 March 2020</p>", None),
        ("<p>Tuesday | 17 March 2020 | 15:49 BY Ada Quill IN Harbour | 3 comments | Print this page | Send it</p>", "2020-03-17"),
        ("<p>17 March 2020 | 18 March 2020 | 15:49 BY Ada Quill IN Harbour | 3 comments | Print this page</p>", None),
        ("<p>The ferries of the harbour have taken over from the bridge | 17 March 2020 | and go until midnight</p>", None),
        ("<p>Harbour and town | Last updated 17 March 2020 | 15:49 BY Ada Quill IN Harbour | 3 comments</p>", None),
        ("<p>Last edited 17 March 2020</p>", None),
        ("<p>28 January 1975</p>", None),  # somebody's birthday
        ("<table><tr><th>Built<td>17 March 2010</table>", None),
        ("<ul><li>17 March 2010</ul>", None),
        ("<p>28 February 1998</p><p class=date>17 March 2020</p>", "2020-03-17"),
        ("<p class='post-date updated'>17 March 2020</p>", "2020-03-17"),  # hAtom's
        ("<p class=updated>17 March 2020</p>", None),
        ("<p class=date>Updated: 17 March 2020</p>", None),
        ("<p class=update>17 March 2020</p>", None),
        ("<p>Last updated: <time datetime=2020-03-17>17 March</time></p>", None),
        ("<time datetime=2020-03-17>17 March</time><time class=updated datetime=2020-04-01>1 April</time>", "2020-03-17"),
        ("<time datetime=2020-03-17>17 March</time><time datetime=2020-04-01>1 April</time>", None),
        ("<p class=date style='display:none'>17 March 2020</p>", None),
        ("<div class=related><p class=date>17 March 2020</p></div>", None),
        ("<nav><time datetime=2020-03-17>today</time></nav>", None),
    ],
)
def test_date_beside_the_headline(beside: str, date: str | None):
    assert published(page(beside)) == date


def test_a_date_above_the_headline_and_one_elsewhere():
    printed = "<p class=date>17 March 2020</p>"
    assert published(page("", above=printed)) == "2020-03-17"
    assert published(page("", below=printed)) is None
    assert published(page(printed, head="<meta property=article:published_time content=2019-01-01>")) == "2019-01-01"
    assert published(page(printed, head="<meta name=date content=2019-01-01>")) == "2020-03-17"  # of the last change, often
    assert published(page("", head="<meta name=date content=2019-01-01>")) == "2019-01-01"
    assert published(f"<title>Courier</title>{printed}{TEXT}") is None  # beside no headline


@pytest.mark.parametrize(
    ("html", "date"),
    [
        (f"<div><section><div><time>17 March 2020</time></div></section></div><main><div><div>{HEADED}{TEXT}", "2020-03-17"),
        (f"<div><section><div>17 March 2020</div></section></div><main><div><div>{HEADED}{TEXT}", None),  # calls itself nothing
        (f"<div class=date>17 March 2020</div><nav>News Sport Weather</nav><main><div><div>{HEADED}{TEXT}", None),  # today
        (f"<main>{HEADED}{TEXT}<p class=date>17 March 2020</p>{TEXT}", "2020-03-17"),
        (f"<main>{HEADED}{TEXT}<p>17 March 2020</p>{TEXT}", None),
        (f"<main>{HEADED}{TEXT}{TEXT}<p class=date>17 March 2020</p>", None),
        (f"<main>{HEADED}<p class=date>17 March 2020</p>{TEXT}<p class=date>18 March 2020</p>{TEXT}", "2020-03-17"),
        (f"<main>{HEADED}<time datetime=2020-03-18>17 March 2020 / Updated 18 March 2020</time>{TEXT}", None),
        (f"<main>{HEADED}<time datetime=2020-03-17>Tuesday, the 17 March 2020, from our own correspondent</time>{TEXT}", "2020-03-17"),
    ],
)
def test_a_date_touches_the_headline_or_stands_behind_the_lead(html: str, date: str | None):
    assert published(f"<html lang=en><title>A bridge closes</title>{html}</main>") == date


@pytest.mark.parametrize(
    ("instant", "printed", "modified", "day"),
    [
        ("2020-03-17T01:49:09Z", "16 March 2020, 5:49 pm", "2020-03-17", "2020-03-16"),
        ("2020-03-17T01:49:09-05:00", "16 March 2020", "2020-03-17", "2020-03-17"),  # a zone is said
        ("2020-03-17T11:49:09Z", "16 March 2020", "2020-03-17", "2020-03-17"),  # that day nowhere
        ("2020-03-16T23:00:00Z", "17 March 2020", "2020-03-17", "2020-03-17"),
        ("2020-03-16T17:29:54Z", "17 March 2020", "2020-03-18", "2020-03-17"),
        ("2020-03-16T17:29:54Z", "17 March 2020", "2020-03-17", "2020-03-16"),  # the day of the change is printed, perhaps
        ("2020-03-16T17:29:54Z", "", "2020-03-17", "2020-03-16"),
    ],
)
def test_a_time_in_utc_is_of_the_day_that_is_printed(instant: str, printed: str, modified: str, day: str):
    head = f"<meta property=article:published_time content={instant}><meta property=article:modified_time content={modified}>"
    assert published(page(f"<p class=date>{printed}</p>", head=head)) == day


def test_the_day_in_the_address_is_the_last_that_is_asked():
    head = '<link rel=canonical href="https://paper.example/2020/03/17/bridge/">'
    assert published(page("", head=head)) == "2020-03-17"
    assert published(page("<p class=date>18 March 2020</p>", head=head)) == "2020-03-18"
    assert published(page("", head=head.replace("/17/", "/"))) is None
    assert published(page("", head=head.replace("/03/17/", "/02/31/"))) is None


@pytest.mark.parametrize(
    ("beside", "name"),
    [
        ("<p class=author-line>By Ada Quill</p>", "Ada Quill"),
        ("<span class=writeBy>By Ada Quill</span>", "Ada Quill"),
        ("<div class=byline><span>By</span><a href=/ada>Ada Quill</a><br>17 March 2020</div>", "Ada Quill"),
        ("<div class=byline>By Ada Quill | Tuesday, March 17, 2020</div>", "Ada Quill"),
        ("<div class=article-author>Ada de la Quill</div>", "Ada de la Quill"),
        ("<div class=authors><span class=author>Ada Quill</span>, <span class=author>Ben Rook</span></div>", "Ada Quill, Ben Rook"),
        ("<div class=author>about our writers and how they work</div>", None),
        ("<div class=author>Is Ada Quill right?</div>", None),
        ("<div class=author>By</div>", None),
        ("<div class=author>Tuesday, March 17, 2020</div>", None),
        ("<div class=author>More about Ada</div>", None),
        ("<div class=standby>Ada Quill</div>", None),
        ("<figure><img src=x><p class=author>Paul Photo</p></figure>", None),
        ("<div class=comments><p class=author>Rita Reader</p></div>", None),
    ],
)
def test_byline_beside_the_headline(beside: str, name: str | None):
    assert byline(page(beside)) == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("<p>By Ada Quill</p>", "Ada Quill"),
        ("<p><strong>By</strong> <span>Ada Quill</span>, 17 March 2020</p>", "Ada Quill"),
        ("<p>Ada Quill</p>", None),  # of whom the article may tell
        ("<p>[PR]</p>", None),
        ("<p>By Ada Quill</p><p>By Ben Rook</p>", None),
        ("<p>By the harbour, a bridge closes</p>", None),
        ("<ul><li>By Ada Quill</ul>", None),
        ("<div class=related><p>By Ada Quill</p></div>", None),
    ],
)
def test_a_line_that_calls_itself_nothing_and_begins_with_by(line: str, name: str | None):
    assert byline(page(line)) == name


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        ("<p>By Ada Quill</p>", "Ada Quill"),
        ("<p class=autorenzeile>Par Ada Quill und Ben Rook</p>", "Ada Quill und Ben Rook"),
        ("<byline>By Ada Quill</byline>", "Ada Quill"),
        ("<p>Harbour | By Ada Quill | May 17</p>", "Ada Quill"),
        ("<p>– by Ada Quill\xa0 \xa0Photographs by Ben Rook</p>", "Ada Quill"),
        ("<p>Ada Quill &lt;Mayor&gt;</p>", None),
        ("<p>Ada Quill</p>", None),
    ],
)
def test_byline_behind_the_lead(lead: str, name: str | None):
    html = f"<html lang=de><title>A bridge closes</title><main><h1>A bridge closes</h1>{TEXT}{lead}{TEXT * 3}</main>"
    assert byline(html) == name
    assert byline(html.replace(TEXT + lead, TEXT * 3 + lead)) is None


@pytest.mark.parametrize(
    ("end", "below", "name"),
    [
        ("<p>Par Ada Quill</p>", "", "Ada Quill"),
        ("<p>Text: Ada Quill<br>Fotos: Ben Rook</p>", "", "Ada Quill"),
        ("<p>Ada Quill</p>", "", None),
        ("<p>Par Ada Quill</p><p>Par Ben Rook</p>", "", None),
        ("", "<div class=documentAuthor>erstellt von <a href=/ada>Ada Quill</a> — zuletzt verändert: 17.03.2020</div>", "Ada Quill"),
        ("", "<div class=author-box><h3 class=author-title>Autor: Ada Quill</h3></div>", "Ada Quill"),
        ("", "<div class=author>Ada Quill</div>", None),
        ("", "<div class=author>Par Otto Other</div>", None),
        ("", "<div class=author>Autorin: Ada Quill</div><div class=author>Autor: Otto Other</div>", None),
        ("", "<div class=comment><p class=author>Geschrieben von Rita Reader</p></div>", None),
    ],
)
def test_byline_at_the_end_of_the_text(end: str, below: str, name: str | None):
    assert byline(f"<html lang=de><title>x</title><main><h1>A bridge closes</h1>{TEXT * 4}{end}</main>{below}") == name
    assert byline(f"<html lang=de><title>x</title><main>{TEXT * 4}{end}</main>{below}") == name


def test_a_label_alone_is_nobodys_name():
    assert byline("<html lang=de><title>x</title><main><h1>A bridge closes</h1><p class=byline>von</p>" + TEXT * 4) is None
    assert byline(page("<p class=byline><span>Published</span></p>")) is None


def test_who_put_it_there_comes_after_who_is_printed():
    card = "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ben Rook'>"
    assert byline(page("", head=card)) == "Ben Rook"
    assert byline(page("<p class=byline>By Ada Quill</p>", head=card)) == "Ada Quill"


def test_a_printed_byline_comes_after_persons_and_before_the_site():
    printed = "<p class=byline>By Ada Quill</p>"
    assert byline(page(printed, head="<meta name=author content='Ben Rook'>")) == "Ben Rook"
    assert byline(page(printed, head="<meta name=author content=Courier><meta property=og:site_name content=Courier>")) == "Ada Quill"
    assert byline(page("", head="<meta name=author content=Courier><meta property=og:site_name content=Courier>")) == "Courier"
    assert byline(page("", below=printed)) is None
