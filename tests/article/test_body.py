"""The judgement of the body: what the news page's links are, and pages of other make."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.article.document import Document
from archiver.article.read import read

NEWS = Document((Path(__file__).parent / "pages" / "news.html").read_text("utf8"))
PROSE = "The works will last a year, the council said on Thursday, and ferries are to run every ten minutes for as long as that. "


def in_body(document: Document, css: str) -> bool:
    return document.in_body(document.select(css)[0])


@pytest.mark.parametrize("name", ["report", "tweet", "film", "museum"])
def test_what_the_article_cites_is_in_its_body(name: str):
    assert in_body(NEWS, f"#{name}")


@pytest.mark.parametrize("name", ["logo", "writer", "share", "related", "letter", "tagged", "follow", "comment", "aside", "imprint"])
def test_what_stands_around_the_article_is_not(name: str):
    assert not in_body(NEWS, f"#{name}")


def test_blocks_carry_the_judgement():
    inside = [NEWS.text[b.start : b.end] for b in NEWS.blocks if b.in_body]
    assert inside[:2] == ["Harbour bridge to close for a year", inside[1]]
    assert inside[1].startswith("The old harbour bridge")
    assert "What the piers look like" in inside
    assert not any("inbox" in text or "thirty years" in text or "Sport" in text for text in inside)


def test_a_page_without_prose_is_all_body_but_for_its_chrome():
    document = Document("<nav><a href=n>n</a></nav><p>Look: <a href=x>this</a></p><footer><a href=f>f</a></footer>")
    assert [document.in_body(a) for a in document.select("a")] == [False, True, False]


def test_chrome_words_on_the_element_that_holds_the_prose_are_not_believed():
    document = Document(f"<div class='social widget sidebar'><p>{PROSE}<a href=x>x</a></p>{f'<p>{PROSE}</p>' * 12}</div>")
    assert in_body(document, "a")


def test_an_embed_in_a_wrapper_with_a_chrome_word_is_in_the_body():
    document = Document(
        f"<main>{f'<p>{PROSE}</p>' * 12}<div class='social-embed'><blockquote class=twitter-tweet>x</blockquote></div></main>"
    )
    assert in_body(document, "blockquote")


def test_of_a_page_that_scrolls_on_only_the_first_article_counts():
    story = f"<article><h2>Head</h2>{f'<p>{PROSE}</p>' * 6}<p>And <a href=x>a link</a> in it.</p></article>"
    document = Document(f"<main><section>{story}</section><section>{story}</section><section>{story}</section></main>")
    assert [document.in_body(a) for a in document.select("a")] == [True, False, False]


def test_entries_of_a_live_blog_all_count():
    entry = f"<article><h3>10:15</h3>{f'<p>{PROSE}</p>' * 6}<p>And <a href=x>a link</a> in it.</p></article>"
    document = Document(f"<article><h1>Live</h1><div>{entry * 4}</div></article>")
    assert [document.in_body(a) for a in document.select("a")] == [True] * 4


def test_comments_longer_than_the_article_are_not_the_body():
    document = Document(
        f"<div><div class='post'><p>{PROSE * 8}<a id=in href=x>x</a></p></div>"
        f"<div id='comments'>{f'<p>{PROSE}</p>' * 30}<a id=out href=y>y</a></div></div>"
    )
    assert (in_body(document, "#in"), in_body(document, "#out")) == (True, False)


def test_attributes_of_megabytes_cost_nothing():
    document = Document(f"<p>{PROSE}</p><a href='https://{'pinterest.' * 100_000}'>x</a><div class='{'article_' * 100_000}'>y</div>")
    assert in_body(document, "a")


def test_scripts_with_wide_letters_are_prose_too():
    text = "市議会は木曜日に、古い橋を来月から一年間閉鎖すると発表した。検査で亀裂が見つかったためである。"
    document = Document(f"<div><div class=side><a href=n>入口</a></div><div>{f'<p>{text}</p>' * 20}<a href=x>報告</a></div></div>")
    assert [document.in_body(a) for a in document.select("a")] == [False, True]


@pytest.mark.parametrize(
    "href",
    [
        "https://twitter.com/intent/tweet?url=x",
        "https://www.facebook.com/sharer.php?u=x",
        "https://wa.me/?text=x",
        "https://t.me/share/url?url=x",
    ],
)
def test_share_buttons_between_paragraphs_are_not_in_the_body(href: str):
    document = Document(
        f"<main>{f'<p>{PROSE}</p>' * 12}<p><a href='{href}'>x</a> and <a href='https://twitter.com/a/status/20'>post</a></p></main>"
    )
    assert [document.in_body(a) for a in document.select("a")] == [False, True]


def test_text_that_can_be_commented_on_is_no_comments():
    comments = f"<div id=comments>{f'<div class=comment><p>{PROSE}</p></div>' * 4}<a id=out href=y>y</a></div>"
    icons = "<span class=CommentIcon></span>" * 3
    document = Document(f"<div><div class=commentOnSelection>{icons}{f'<p>{PROSE}</p>' * 30}<a id=in href=x>x</a></div>{comments}</div>")
    assert (in_body(document, "#in"), in_body(document, "#out")) == (True, False)


def test_a_further_article_below_with_a_title_of_its_own_is_none_of_this_one():
    def story(name: str, prose: int) -> str:
        return f"<div class=s><div><h1 class='{name}'>Head</h1></div><div>{f'<p>{PROSE}</p>' * prose}<a href=x>a link</a></div></div>"

    def judged(first: str, *others: str) -> list[bool]:
        document = Document(f"<div id=all>{first}{''.join(others)}</div>")
        return [document.in_body(a) for a in document.select("a")]

    assert judged(story("post-title left", 9), story("post-title", 9), story("post-title", 1)) == [True, False, False]
    assert judged(story("title", 9), story("chapter", 9), story("chapter", 9)) == [True, True, True]
    assert judged(story("part", 9), story("part", 9)) == [True, True]
    assert judged(story("title", 1), story("title", 9))[-1]  # the first one's text is elsewhere


def test_words_beside_the_links_of_a_menu_are_no_prose_however_many_they_are():
    menu = "".join(
        f"<li><a href=/m{n}>Part {n}</a><button>{'Opens the menu of this part of the site. ' * 2}</button></li>" for n in range(60)
    )
    document = Document(f"<nav><ul>{menu}</ul></nav><main><h1>Head</h1><p>{PROSE * 8}</p><p>See <a id=in href=x>this</a>.</p></main>")
    assert [document.in_body(a) for a in document.select("a")] == [False] * 60 + [True]


# ------------------------------------------------------------------- boxes

PARAGRAPHS = f"<p>{PROSE}</p>" * 12
HEADLINES = f"<ul>{''.join(f'<li><a href=/{at}>The old bridge closes after {at} years</a></li>' for at in range(3))}</ul>"
HEAD = "<head><link rel=canonical href=https://news.example/ferries></head>"


def cited(markup: str, *, before: str = "", behind: str = "") -> list[bool]:
    """Of each link of a piece of markup between paragraphs, whether it is in the body."""
    document = Document(
        f"<html>{HEAD}<body>{before}<article><h1>Ferries</h1>{PARAGRAPHS}<div id=it>{markup}</div>{PARAGRAPHS}</article>{behind}"
    )
    return [document.in_body(a) for a in document.select("#it a")]


@pytest.mark.parametrize(
    "markup",
    [
        "<div class=moreposts><ul><li><a href=/a>One more</a></li></ul></div>",
        "<div class=relatedNews><a href=/a>One</a></div>",
        "<div class='in-article-ad'><a href=https://shop.example/x><img src=a></a></div>",
        "<div class=leia-tambem><a href=/a>Uma</a></div>",
        "<form><p>Our terms are <a href=/terms>here</a></p><input type=email></form>",
        "<address>By <a href=/people/a>A. Writer</a></address>",
        "<span itemprop=author><a href=/people/a>A. Writer</a></span>",
        "<p>Words. <a class=author href=/people/a>A. Writer</a></p>",
        "<p>Find us on: <a href=https://t.example/1>YouTube</a> | <a href=https://t.example/2>Facebook</a></p>",
        "<div class=entry-meta>In <a href=/cat/ships>Ships</a></div>",
        "<div id=CybotCookiebotDialog><p>We use them, see <a href=/cookies>our policy</a></p></div>",
        "<p><a href=https://t.example/4>View this email in your browser</a></p>",
        "<p>Probleme? <a href=https://t.example/4>Im Browser ansehen</a></p>",
        "<p>Not yet a reader? <a href=https://news.example/subscribe>Join</a></p>",
        "<p>Sent to you | <a href=https://t.example/3>Unsubscribe</a></p>",
        "<p>إذا أردت: <a href=https://t.example/3>إلغاء الاشتراك</a></p>",
        "<p>Lire aussi : <a href=https://news.example/b>Le vieux pont ferme</a></p>",
        "<p><a href=/b>यह भी पढ़ें: पुराना पुल</a></p>",
        "<p>Editors’ recommendations:</p><ul><li><a href=/b>One</a></li><li><a href=/c>Two</a></li></ul>",
        "<h3>More Great Harbour Stories</h3><ul><li>The pier is old, <a href=/b>but is it safe</a>?</li><li><a href=/c>Two</a></li></ul>",
        "<figure><img src=i><div class=share-footer><a href=https://a.example/>Ann</a></div></figure>",
        "<p>More:</p><ul><li><a href=/b>One</a></li></ul>",
        "<p><a href=/b>Also on news.example The old bridge closes</a></p>",
        "<p>Want to know more? <a href=https://subscribe.news.example/offer>Join us</a></p>",
        "<p>Each morning in your inbox: <a href=http://eepurl.com/abc>The Tide</a></p>",
        "<p>There are more films on <a href='https://www.youtube.com/c/tide?sub_confirmation=1'>our channel</a></p>",
        "<p>Filed: <a href='/list.php?tag=ships'>ships</a></p>",
        "<div class=submeta__keywords><a href=/world/ships>Ships</a></div>",
        "<div class=breaking-news><ul><li><a href=/b>A gale in the bay</a> NORTH: It blew.</li></ul></div>",
        "<div id=prevNext><a href=/b>The older story</a></div>",
        "<p><a rel=next href=/b>The newer one</a></p>",
        "<h3><a href=/b>What the council said about the bridge</a></h3><div><a href=/b><img src=i></a></div>",
        "<article class='column native-advertisement'><h2><a href=https://shop.example/x>Stiff joints?</a></h2></article>",
        "<section><h3>One mail a week</h3><form><input type=email></form><p>I agree to <a href=/p/29>what is asked</a>.</p></section>",
        "<div><div><input name=user_email></div><h4>The Tide</h4><p>Our letter, <a href=https://letter.example/>see here</a>.</p></div>",
        "<p>SEE ALSO: <a href=/b>The old bridge closes</a></p>",
        "<p>Weiterlesen:</p><ul><li><a href=/b>Die alte Brücke</a></li></ul>",
        "<p>In <a href=/kategorie/ships/>Ships</a> and <a href=/rubrique/bridges>Bridges</a></p>",
        "<p>Thank you! <a href='https://www.paypal.com/donate/?hosted_button_id=A1'>Give</a></p>",
        "<div id=wpbanner-25><a href=https://shop.example/x><img src=i></a></div>",
        f"<div id=CookieBox>{f'<p>{PROSE}</p>' * 30}<a href=https://ads.example/policy>policy</a></div>",
        "<a href=/b><div>From the Herald</div><div>The old bridge closes</div></a>",
        "<p>Lest auch: <a href=/b>Die alte Brücke schließt</a></p>",
        "<p>Přečtěte si: <a href=/b>Starý most se zavírá</a></p>",
        "<ul><li><a href=/b>港の古い橋、来月から全面閉鎖へ</a></li><li><a href=/c>港の新しい橋、来年の春に開通へ</a></li><li><a href=/d>港の船便、朝から十分おきに運航</a></li></ul>",
        "<p><a href='https://www.google.com/preferences/source?q=news.example'>Add as preferred on Google</a></p>",
        "<p>There is more with the <a href=/abo-service/harbour-app>harbour's app</a></p>",
        "<div style='position:absolute; top:0; left:-9999px;'><a href=https://themes.example/>Free themes</a></div>",
        "<div style='display: none' itemscope itemtype=http://schema.org/NewsArticle><a href=/b itemprop=url>Ferries</a></div>",
        f"<p>{PROSE} What we keep of you is said in <a href=/help/datenschutz>our notice</a>.</p>",
        f"<p>{PROSE} You may have it by mail, <a href=/harbour/br24-newsletter-anmeldung,Rk1>here</a>.</p>",
        f"<p>{PROSE} Follow what is said of it in <a href=/2022/07/ferries/feed/>RSS 2.0</a>.</p>",
        "<p>Follow <a href=https://twitter.com/a_writer>A. Writer on Twitter</a> for all that happens in the harbour at night.</p>",
        f"<p>{PROSE} For the tides, please follow <a href=https://twitter.com/harbour>@harbour</a> on Twitter.</p>",
        f"<p>{PROSE} You can find us on <a href=https://twitter.com/harbour>Twitter</a>.</p>",
        f"<p>{PROSE} Follow us on Twitter: <a href=https://twitter.com/h>@h</a> and Facebook: <a href=https://facebook.com/harbour>Harbour</a></p>",
        "<p>Get it on <a href=https://x.com/h>X</a>, <a href=https://a.example/b>Google&nbsp;Plus</a> or by <a href=mailto:a@b.example>mail</a></p>",
        "<p>By <a href=/harbour/staff/a-writer>A. Writer</a> on Monday, November 18th, 2019 at 11:04 a.m.</p>",
        "<p>PUEDES VER: <a href=/b>El puente viejo se cierra</a></p>",
        "<p>Das könnte Sie auch interessieren:</p><ul><li><a href=/b>Die alte Brücke</a></li></ul>",
        "<p>Lue seuraavaksi:</p><ul><li><a href=/b>Vanha silta</a></li></ul>",
        "<p>ข่าวที่เกี่ยวข้อง</p><ul><li><a href=/b>สะพานเก่าปิด</a></li></ul>",
        "<p>Pročitajte još: <a href=/b>Stari most se zatvara</a></p>",
        "<p>相关新闻</p><ul><li><a href=/b>老桥关闭</a></li></ul>",
        "<p class=byline><a href=/b>A. Writer</a> is the harbour's editor, and <a href=https://a.example/>an author</a>.</p>",
        "<p class=affiliate-disclosure>We earn by some links. <a href=https://a.example/how>How</a></p>",
        "<div class=content__pagination><a href=/b>The older story of the bridge</a></div>",
        "<h2>The bridge <span class=mw-editsection>[<a href='/w/index.php?title=Bridge&amp;action=edit'>edit</a>]</span></h2>",
        "<div class=post-signature><a href=/posts/7/revisions>edited at noon</a></div>",
        "<a href=https://news.example/><img src=logo></a>",
        "<p>Source: <a href=https://www.news.example>News</a></p>",
        "<p><a href=/lists/all>Show all</a></p>",
        "<p><a href=/2019/02>February 2019</a> (3)</p>",
        "<p>Tags:</p><ul><li><a href=/t/hotel>Hotel</a></li><li><a href=/t/spa>Spa</a></li></ul>",
        "<h4>Kategorien</h4><p><a href=/jagd>News für Jäger</a></p>",
        "<p><a href=/b>NEXT ARTICLE</a></p>",
        "<div id=languageSection><ul><li><a href=https://other.example/sq>Shqip</a></li></ul></div>",
        "<span class=hidden><span class=av-structured-data>https://news.example/a <a href=/u/2022/a.jpg>a</a></span></span>",
        "<p><a href=/b>관련 사진 더보기</a></p>",
        "<p><a href=/tv/live>Watch the harbour live >>></a></p>",
        "<p><a href=/media/big.jpg?w=2000>Enlarge this image</a></p>",
        "<p>A fine recipe. <a href=/recipes/wprm_print/76061>Print it</a></p>",
        "<p>We live of what you give. <a href=/spenden>Give now</a></p>",
        "<h3>More on the closing of the bridge</h3><ul><li><a href=/b>What was said</a></li></ul>",
        "<p>Topics mentioned in this article</p><p><a href=/b>Harbour</a> <a href=/c>Bridges</a></p>",
        "<p>Siehe auch:</p><ul><li><a href=/b>Die alte Brücke</a></li></ul>",
        "<p>World <a href=/category/world>Politics</a> | October 7, 2020 | 7:09 am | The Harbour Agency of News.</p>",
        "<p>Film stutters? <a href='https://www.google.com/get/videoqualityreport?v=1'>Find out why</a></p>",
        "<div class=RelatedContent><h3>Others read</h3><p><a href=/b>The old bridge</a></p></div>",
        "<ul class=similarLinks><li><a href=/b>The old bridge</a></li></ul>",
        "<p><a href=/2019/big.JPG><img src=small></a></p>",
        "<p><a href=https://files.example/big.jpg><img src='//files.example/big-300x200.jpg?w=300'></a></p>",
        "<p>Photographs: <a href=/autorin-ann-ashby/>Ann Ashby</a></p>",
        "<figure><a href=/author/ann/><img src=ann></a></figure>",
        f"<p>{PROSE} The printed one is free, <a href=/landing/registrieren/art47,19>here</a>.</p>",
        f"<p>{PROSE} Mark <a href=https://news.example/>news.example</a> and have <a href=/newsletter>our letter</a>.</p>",
        "<h2><a href='https://www.google.com/adsense/support/bin/request.py?url=x'>Searches</a></h2>",
        f"<p>Other news:</p>{HEADLINES}",
        f"<div class=w-condition-invisible>{f'<p>{PROSE}</p>' * 60}<a href=https://a.example/>what another page shows</a></div>",
    ],
)
def test_boxes_between_paragraphs_are_not_in_the_body(markup: str):
    assert not any(cited(markup))


@pytest.mark.parametrize(
    "markup",
    [
        "<blockquote><p>Fog.</p><footer>Said by <cite><a href=https://a.example/>Ann</a></cite></footer></blockquote>",
        "<figure><img src=i><div class=figure-footer>By <a href=https://a.example/>Ann</a></div></figure>",
        "<p>See <a href=https://x.com/harbour/status/20>YouTube</a>.</p>",  # one network's name alone
        "<p>Lire aussi : <a href=https://elsewhere.example/b>Le vieux pont ferme</a></p>",  # another site's
        "<p>How to leave the list is told at length, <a href=https://council.example/opt-out>on the council's page</a>.</p>",
        "<div class='cmplz-placeholder optanon-category-C0004'><a href=https://council.example/film>film</a></div>",  # a consent wrapper
        "<p>More of it <a href=https://council.example/more>in the report</a></p>",
        "<p>As <a href=https://subscribe.other.example/offer>their offer</a> shows.</p>",
        "<p>Look: <a href=/b><img src=i></a> and <a href=/c>the bridge</a></p>",
        "<p>Sources:</p><ul><li><a href=/b>One</a></li><li><a href=https://a.example/>Two</a></li></ul>",
        "<p><a href=https://council.example/report.pdf>The whole report of the council, in one file</a></p>",
        "<p>As <a href=https://other.example/login>their login page</a> shows.</p>",
        "<div class='read-the-report'><a href=https://council.example/r>report</a></div>",
        "<p>She is <a href=https://twitter.com/a_musician>on stage</a> tonight.</p>",
        "<h2>See also</h2><ul><li><a href=/wiki/b>The old bridge</a></li></ul>",
        "<div><p>The <a href=https://council.example/>council</a> says so.</p><form><input type=email></form></div>",  # no heading
        "<article class='post-7 tag-sponsored'><p>The <a href=https://council.example/>council</a> says so.</p></article>",
        "<a href=https://council.example/b><div>From the council</div><div>The old bridge closes</div></a>",  # another site's
        "<figure class=bookmark-card><a href=/b><div>The old bridge closes</div><div>It is too old.</div></a></figure>",  # the author's
        "<h3>21) <a href=/films/the-old-bridge>The Old Bridge and the Sea</a></h3>",  # an article that is a list
        "<p>The sails are <a href=/b>what really helps against it</a>.</p>",
        "<div style='display:none'><a href=https://council.example/>what a button opens</a></div>",
        f"<p>{PROSE} As <a href=/2022/why-your-newsletter-is-not-read>we wrote</a>.</p>",
        f"<p>{PROSE} They follow <a href=https://twitter.com/a_musician>her</a>.</p>",
        f"<p>{PROSE} Millions follow <a href=https://twitter.com/a_musician>@a_musician</a> on Twitter.</p>",
        f"<p>{PROSE} As they follow, <a href=https://twitter.com/a_musician>@a_musician</a> wrote that.</p>",
        f"<p>{PROSE} <a href=https://twitter.com/a_musician>@a_musician</a> and <a href=https://twitter.com/a_poet>@a_poet</a> were there.</p>",
        "<p>Powered by <a href=https://wind.example/>wind</a></p>",  # but behind the last prose
        f"<p>{PROSE} All of it is told on <a href=https://news.example/>our first page</a>.</p>",
        "<h2>See also</h2><ul><li><a href=/wiki/c>More of it</a></li></ul>",
        "<p><a href=https://council.example/all>Read more</a></p>",
        "<p>It was in <a href=/wiki/1994>1994</a>.</p>",
        "<figure><a href=https://council.example/map.png>The map of the works</a></figure>",
        "<p>To read later there is <a href=https://getpocket.com>Pocket</a>, and paper.</p>",
        "<div class=article__body><p>As <a href=https://council.example/>the council</a> says.</p></div>",
        "<div class=content-list><a href=https://council.example/r>report</a></div>",
        "<p><a href=https://council.example/map.png><img src=small></a></p>",  # another site's
        "<p><a href=/2019/film.gif><video src=small></video></a></p>",  # what it shows
        f"<p>{PROSE} How to <a href=https://optout.aboutads.info/>keep out of it</a> is told there.</p>",
        f"<p>{PROSE} All is on <a href=https://news.example/>our first page</a>, and <a href=/b>here</a>.</p>",
        f"<p>What the works will cost is told here:</p>{HEADLINES}",
        "".join(f"<p><a href=/2019/0{n}/the-old-bridge/>https://news.example/2019/0{n}/the-old-bridge/</a></p>" for n in range(1, 5)),
    ],
)
def test_what_only_looks_like_a_box_is(markup: str):
    assert all(cited(markup))


def test_an_address_with_a_film_in_it_is_none():
    films = "<address><h5>The council</h5><iframe src=https://www.youtube.com/embed/abcdefghijk></iframe></address>"
    document = Document(f"<article><h1>Ferries</h1>{PARAGRAPHS}{films}{PARAGRAPHS}</article>")
    assert in_body(document, "iframe")


def test_the_site_s_own_profile_is_no_source_where_it_is_linked_again():
    again = (
        "<p>Tell us on <a href=https://twitter.com/Harbour_News/>our page</a> or ask <a href=https://twitter.com/a_musician>her</a>.</p>"
    )
    footer = "<footer><a href=http://www.x.com/harbour_news>X</a></footer>"
    assert cited(again, behind=footer) == [False, True]
    assert cited(again) == [True, True]


def test_the_site_s_own_links_above_the_first_prose_are_the_byline():
    byline = (
        "<h4><a href=/harbour>Harbour</a></h4><p><a href=/@a><img src=a></a></p><p>By <a href=/@a>A. Writer</a>, Reporter</p>"
        "<p><a href=https://short.example/x>Download the app of the Herald</a></p>"
        "<p>via <a href=https://a.example/>somebody else</a></p><p>See <a href=/b>the map</a>.</p><ul><li><a href=/c>Bridge</a> (2019)</li></ul>"
    )
    document = Document(f"<html>{HEAD}<body><article><h1>Ferries</h1>{byline}{PARAGRAPHS}</article>")
    assert [document.in_body(a) for a in document.select("a")] == [False] * 4 + [True] * 3


@pytest.mark.parametrize(
    ("heading", "inside"),
    [
        ("New alert from <a href=/tide>tide</a> in production", True),
        ("Written by <a href=/@a>A. Writer</a> on Monday", False),
        ("In <a href=/harbour>Harbour</a>, May 2", False),
    ],
)
def test_a_link_within_a_title_is_no_byline(heading: str, inside: bool):
    document = Document(f"<html>{HEAD}<body><article><h2>{heading}</h2>{PARAGRAPHS}</article>")
    assert in_body(document, "a") is inside


def test_an_agency_s_article_is_among_the_links_of_the_site_that_prints_it():
    nav = f"<nav>{''.join(f'<a href=https://paper.example/{at}>{at}</a>' for at in range(30))}</nav>"
    also = "<p>Read also: <a href=https://{}.example/b>The old bridge closes</a></p>"
    text = f"{also.format('paper')}{PARAGRAPHS}{also.format('news')}{PARAGRAPHS}{also.format('other')}"
    document = Document(f"<html>{HEAD}<body>{nav}<article><h1>Ferries</h1>{PARAGRAPHS}{text}</article>")
    assert [document.in_body(a) for a in document.select("p a")] == [False, False, True]


def test_a_page_that_declares_no_address_has_the_host_that_its_navigation_leads_to():
    nav = f"<nav>{''.join(f'<a href=https://news.example/{at}>{at}</a>' for at in range(6))}<a href=https://a.example/>a</a></nav>"
    also = "<p>Read also: <a href=https://news.example/b>The old bridge closes</a></p>"
    for around, inside in ((nav, False), ("", True)):
        document = Document(f"<body>{around}<article><h1>Ferries</h1>{PARAGRAPHS}{also}{PARAGRAPHS}</article>")
        assert in_body(document, "p a") is inside


def test_an_offer_of_an_app_below_the_last_prose_is_no_source():
    offer = "<p><a href=https://short.example/x>डाउनलोड करें हार्बर एप और खबरें पायें</a></p>"
    document = Document(f"<html>{HEAD}<body><article><h1>Ferries</h1>{PARAGRAPHS}{offer}</article>")
    assert not in_body(document, "a")
    assert all(cited(offer))  # between paragraphs it may be what the article is about


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Powered by <a href=https://tide.example/x>Tide</a></p>",
        "<div><a href=https://count.example/x><img alt='Sent with Tide' src=i></a></div>",
        "<p><a href='https://tide.example/?from=mail'>Tide</a>, where harbours meet.</p><p><a href=https://tide.example/unsubscribe?a>Unsubscribe</a></p>",
    ],
)
def test_what_a_mail_was_made_with_is_no_source(markup: str):
    document = Document(f"<html><body><h1>Ferries</h1>{PARAGRAPHS}{markup}")
    assert not any(map(document.in_body, document.select("a")))


@pytest.mark.parametrize(
    "markup",
    [
        "<p><a href=https://count.example/x><img alt='The harbour, powered by wind' src=i></a></p>",
        "<p>Made in <a href=https://tide.example/x>Tideham</a>.</p>",
        "<p><a href='https://ships.example/?a'>Ships</a> has it all.</p><p><a href=https://tide.example/unsubscribe?a>Unsubscribe</a></p>",
        "<p><a href='https://tide.example/map?a'>The map</a> has it all.</p><p><a href=https://tide.example/unsubscribe?a>Unsubscribe</a></p>",
    ],
)
def test_what_stands_last_in_a_mail_may_be_a_source(markup: str):
    document = Document(f"<html><body><h1>Ferries</h1>{PARAGRAPHS}{markup}")
    assert document.in_body(document.select("a")[0])


def test_a_form_around_the_whole_page_is_no_box():
    document = Document(f"<form>{'<p>Look: <a href=x>this</a></p>' * 5}</form>")
    assert in_body(document, "a")


def column(number: int, paragraphs: int, link: str) -> str:
    text = f"{f'<p>{PROSE}</p>' * paragraphs}<p>And <a href={link}>a link</a> in it.</p>"
    return f"<div class='chapter'><div class='entry-content part-{number}'>{text}</div></div>"


def test_an_article_in_several_columns_is_all_body():
    further = f"<article>{column(3, 2, 'n')}</article>"
    document = Document(f"<main><h1>Head</h1>{column(1, 9, 'x')}<figure></figure>{column(2, 4, 'y')}{further}</main>")
    assert [document.in_body(a) for a in document.select("a")] == [True, True, False]


def test_columns_that_call_themselves_chrome_together_are_not_believed():
    columns = f"<div class='sidebar-grid'>{f'<p>{PROSE}</p>' * 5}<p>And <a href=x>a link</a> in it.</p></div>" * 4
    teasers = f"<div class='related'><p>{PROSE} <a href=n>n</a></p></div>" * 9
    document = Document(f"<main><h1>Head</h1>{columns}{teasers}</main>")
    assert [document.in_body(a) for a in document.select("a")] == [True] * 4 + [False] * 9


def test_what_leads_to_the_text_is_body_and_who_wrote_it_is_not():
    lead = "<div><p>The bridge will close in May, <a href=lead>the council says</a>, and nobody knows until when it will.</p></div>"
    by = "<div>Words and pictures: <a href=/by>Ann Ashby-Carrington of the Harbour Herald</a> on Monday, November 18th, 2019</div>"
    film = "<figure><iframe src=f></iframe></figure>"
    text = f"<div class='article-body'>{f'<p>{PROSE}</p>' * 9}</div>"
    document = Document(f"<body><nav><a href=n>n</a></nav><div><h1>Head</h1>{by}{film}{lead}{text}</div></body>")
    assert [in_body(document, one) for one in ("[href=n]", "[href='/by']", "iframe", "[href=lead]")] == [False, False, True, True]


def test_a_table_of_data_is_not_taken_for_the_text():
    rows = f"<tr><td>{PROSE}</td></tr>" * 20
    before, behind = (f"<p>{PROSE}<a href={link}>x</a></p>" for link in "xy")
    document = Document(f"<main>{before}<table><tr><th>Year</th></tr>{rows}</table>{behind}</main>")
    assert in_body(document, "[href=x]")
    assert in_body(document, "[href=y]")


@pytest.mark.parametrize(("name", "heading", "inside"), [
    ("sharing-with-many-developers", "Sharing with Many Developers", True),
    ("sharing-with-many-developers", "Good for Many Developers", False),
    ("related-articles", "Related Articles", False),
])  # fmt: skip
def test_an_id_that_repeats_a_long_heading_names_no_chrome(name: str, heading: str, inside: bool):
    section = f"<section id='{name}'><h3>{heading}</h3><p>{PROSE}<a href=x>x</a></p></section>"
    assert in_body(Document(f"<main>{f'<p>{PROSE}</p>' * 9}{section}</main>"), "a") is inside


def test_what_leads_on_below_the_last_prose_is_no_source_and_the_page_s_address_says_whose_links_are_its_own():
    behind = "<p><a href=https://news.example/b>← The bridge is closed again</a> <a href=https://news.example/c>The pier opens →</a></p>"
    bare = "<p><a href=https://news.example/all>Archive</a> <a href=https://twitter.com/a_writer>Twitter</a></p>"
    markup = f"<main><h1>Ferries</h1>{PARAGRAPHS}{behind}{bare}</main>"
    for url, inside in [
        ("https://www.news.example/a", False),
        ("https://archive.example/web/2020/https://news.example/a", False),
        ("https://other.example/a", True),
        (None, True),
    ]:
        document = Document(markup, url)
        assert [document.in_body(a) for a in document.select("a")] == [inside] * 4, url


def test_a_link_to_more_of_a_section_is_one_behind_the_last_prose():
    more = "<p><a href=/society>Más de Sociedad</a></p>"
    document = Document(f"<html>{HEAD}<main><h1>Ferries</h1>{more}{PARAGRAPHS}{more}</main>")
    assert [document.in_body(a) for a in document.select("a")][-1:] == [False]
    assert cited(more) == [True]


def test_headlines_of_the_site_behind_the_first_prose_ask_to_be_read():
    head = "<link rel=canonical href='https://news.example/a'>"
    card = "<h3><a href='https://news.example/1'>What the council said about the bridge</a></h3>"
    rows = [
        "".join(f"<li><a href='{site}/{number}'>Another story of the harbour, number {number}</a></li>" for number in range(3))
        for site in ("", "https://source.example")
    ]
    two = "<p><a href='/x'>The report that the council made</a></p><p><a href='/y'>The answer that the mayor gave</a></p>"
    text = f"<p>{PROSE}</p>".join([f"<p>{PROSE * 9}</p>", card, f"<ul>{rows[0]}</ul>", two, f"<ul>{rows[1]}</ul>"])
    document = Document(f"{head}<main>{text}</main>")
    assert [document.in_body(a) for a in document.select("a")] == [False] * 4 + [True] * 5


@pytest.mark.parametrize(("inside", "counts"), [
    ("<p>Topics: <a href=/tags/harbour>harbour</a>, <a href=/category/bridges/>bridges</a></p>", False),
    ("<p>By <a href='https://news.example/authors/ann-ashby'>Ann Ashby</a> for the Herald</p>", False),
    ("<p>External content. <a href=/legal/privacy-notice>Privacy notice</a></p>", False),
    (f"<p>{PROSE}The city keeps <a href=/tags/harbour>a page of it</a>.</p>", True),
    ("<p>It was <a href=/topic/boulter>Katie Boulter</a> who got <a href=/sport/a>the ball rolling, with a convincing victory</a>.</p>", True),
    ("<p>See <a href=https://other.example/tags/harbour>what others say</a></p>", True),
    (f"<p>{PROSE}Follow her on Twitter <a href=https://twitter.com/ann>@ann</a>.</p>", False),
    (f"<p>{PROSE}On Twitter <a href=https://twitter.com/ann>@ann</a> says so.</p>", True),
    ("<p>More of us <a href=https://news.google.com/publications/CAAq>on Google News</a></p>", False),
    ("<p>To view this video <a href=https://videojs.com/html5-video-support/>upgrade</a></p>", False),
])  # fmt: skip
def test_what_stands_beside_the_text_and_is_no_source(inside: str, counts: bool):
    head = "<link rel=canonical href='https://news.example/a'>"
    document = Document(f"{head}<main><h1>Head</h1><p>{PROSE * 9}</p>{inside}<p>{PROSE}</p></main>")
    assert [document.in_body(a) for a in document.select("a")] == [counts] * len(document.select("a"))


def test_a_label_before_the_parts_of_the_site_below_the_last_prose_makes_no_source_of_them():
    bar = "<p>The storm of the year: <a href=/b>Coverage</a><a href=/c>Maps</a><a href=/d>Help</a></p>"
    works = "<p>Sources: <a href=https://council.example/b>Council</a>, <a href=/c>Harbour</a></p>"
    document = Document(f"<html>{HEAD}<main><h1>Ferries</h1>{PARAGRAPHS}{bar}{works}</main>")
    assert [document.in_body(a) for a in document.select("a")] == [False] * 3 + [True] * 2


def test_what_parts_the_links_of_a_line_is_no_text():
    line = "<p><a href=/a>Bay</a> > > <a href=/b>Port</a> > > <a href=/c>Sea</a></p>"
    words = "<p><a href=/a>Bay</a> and <a href=/b>Port</a> are <a href=/c>Sea</a></p>"
    document = Document(f"<html>{HEAD}<main><h1>Ferries</h1>{PARAGRAPHS}{line}{words}</main>")
    assert [document.in_body(a) for a in document.select("a")] == [False] * 3 + [True] * 3


ACCOUNTS = [
    (f"https://{network}.com/{who}_at_sea", f"@{who}_at_sea")
    for network in ("twitter", "facebook", "instagram")
    for who in ("ann", "bob", "cy")
]


def test_an_article_s_list_of_accounts_asks_nobody_to_follow_them():
    told = f"<p>{PROSE}</p><ul><li>{', '.join(f'<a href={one}>{who}</a>' for one, who in ACCOUNTS)}</li></ul><p>{PROSE}</p>"
    footer = f"<footer><a href={ACCOUNTS[0][0]}>Twitter</a></footer>"
    assert all(cited(told, behind=footer))
    follow = f"<div>{''.join(f'<a href={one}>{one[8:15]}</a>' for one, _ in ACCOUNTS[::3])}</div>"
    assert not any(cited(follow))


def test_accounts_below_the_last_prose_ask_to_be_followed():
    follow = f"<div>{''.join(f'<a href={one}>{who}</a>' for one, who in ACCOUNTS[::3])}</div>"
    document = Document(f"<html>{HEAD}<main><h1>Ferries</h1>{PARAGRAPHS}{follow}</main>")
    assert not any(document.in_body(a) for a in document.select("a"))


def test_films_are_no_profiles_though_their_addresses_have_one_step():
    film, own = "https://www.youtube.com/watch?v=", "https://www.youtube.com/herald"
    nav = f"<footer><a href='{film}abcdefghijk'>film</a><a href='{own}'>us</a></footer>"
    text = f"<p>{PROSE}<a href='{film}vpTEYV-f_LQ'>a film</a> and <a href='{own}'>our channel</a></p>"
    document = Document(f"<main><p>{PROSE * 9}</p>{text}</main>{nav}")
    assert [document.in_body(a) for a in document.select("a")] == [True, False, False, False]


def test_cards_of_other_articles_are_none_of_the_text():
    card = (
        "<article><a href=/b/%d></a><h4>What the council said, %d</h4><p>It said so on Monday.</p><a href=https://o.example>o</a></article>"
    )
    document = Document(f"<main><h1>Head</h1><p>{PROSE * 15}</p>{card.replace('%d', '1')}{card.replace('%d', '2')}<p>{PROSE}</p></main>")
    assert [document.in_body(a) for a in document.select("a")] == [False, True] * 2
    short = Document(f"<main><h1>Head</h1><p>{PROSE}</p>{card.replace('%d', '1')}</main>")
    assert in_body(short, "a")


def test_headlines_with_kickers_are_headlines():
    lines = [
        f"<li>{kicker}<a href=/b/{at}>What really helps against the noise</a></li>" for at, kicker in enumerate(["Health: ", "City: ", ""])
    ]
    words = (
        "<li>The council wrote of it: <a href=/r/1>its report</a> and <a href=/r/2>the answer to it, long and dry</a> are there</li>" * 3
    )
    document = Document(f"<main><p>{PROSE * 9}</p><ul>{''.join(lines)}</ul><p>{PROSE}</p><ul>{words}</ul></main>")
    assert [document.in_body(a) for a in document.select("a")] == [False] * 3 + [True] * 6


@pytest.mark.parametrize(("lines", "inside"), [(3, False), (2, True)])
def test_three_paragraphs_that_are_a_headline_of_the_site_are_no_text(lines: int, inside: bool):
    line = f"<p>{PROSE}</p><p>[ <a href=/b>WHAT REALLY HELPS AGAINST THE NOISE</a> ]</p>"
    document = Document(f"<main><p>{PROSE * 9}</p>{line * lines}<p>{PROSE}</p></main>")
    assert [document.in_body(a) for a in document.select("a")] == [inside] * lines


def test_a_sentence_that_is_a_link_to_its_full_stop_is_no_headline():
    line = f"<p>{PROSE}</p><p><a href=/b>The bridges have not been closed yet</a>.</p>"
    document = Document(f"<main><p>{PROSE * 9}</p>{line * 3}<p>{PROSE}</p></main>")
    assert [document.in_body(a) for a in document.select("a")] == [True] * 3


@pytest.mark.parametrize(
    ("said", "inside"), [("Recipes to try", False), ("See also the recipes:", False), ("The films of the talk:", True)]
)
def test_names_of_the_site_s_pages_in_a_row_below_the_last_prose_are_sources_where_they_are_announced(said: str, inside: bool):
    rows = "".join(f"<p><a href='/{name}'>{name}</a></p>" for name in ("ferry", "bridge", "tunnel"))
    document = Document(f"<body><article><h1>T</h1>{f'<p>{PROSE}</p>' * 12}<p>{said}</p>{rows}</article></body>")
    assert {document.in_body(one) for one in document.select("a")} == {inside}


def test_parts_of_the_site_in_a_block_below_the_last_prose_are_no_sources():
    parts = "<p><a href=/b>Corrections</a> | <a href=/c>Send a tip</a></p>"
    works = "<p><a href=/b>The old bridge closes after a hundred years</a> <a href=/c>The new bridge opens in the spring</a></p>"
    document = Document(f"<html>{HEAD}<main><h1>Ferries</h1>{PARAGRAPHS}{parts}{works}</main>")
    assert [document.in_body(a) for a in document.select("a")] == [False, False, True, True]
    assert all(cited(parts))


def test_of_a_short_article_the_links_around_its_title_count_and_what_is_shown_on_the_whole_page():
    menu = f"<div>{''.join(f'<a href=/m{at}>section {at}</a>' for at in range(9))}</div>"
    text = f"<div><div><h1>Ferries</h1></div><p>{PROSE}<a href=x>x</a></p></div><div><a href=y>y</a></div>"
    film, post = "<section><iframe src=f></iframe></section>", "<blockquote><p>Fog.</p></blockquote>"
    document = Document(f"<body>{menu}<div>{text}</div>{film}{post}<nav><iframe src=n></iframe></nav>{menu}")
    wanted = {"[href=x]": True, "[href=y]": True, "[src=f]": True, "blockquote": True, "[src=n]": False, "[href='/m1']": False}
    assert {one: in_body(document, one) for one in wanted} == wanted
    named = Document(f"<body>{menu}<div itemprop=articleBody><p>{PROSE}<a href=x>x</a></p></div>{menu}")
    assert [in_body(named, one) for one in ("[href=x]", "[href='/m1']")] == [True, False]


def test_where_prose_is_spread_over_the_page_the_one_article_with_a_title_is_the_text():
    text = f"<article><h1>Ferries</h1><p>{PROSE * 3}<a href=x>x</a></p></article>"
    other = f"<div><p>{PROSE * 3}<a href=y>y</a></p></div>"
    document = Document(f"<body>{text}{other * 3}")
    assert [in_body(document, one) for one in ("[href=x]", "[href=y]")] == [True, False]


def test_the_article_with_the_first_title_and_most_of_the_prose_is_the_text():
    text, other = (f"<{{}}><h1>Ferries</h1><p>{PROSE * size}<a href={name}>{name}</a></p></{{}}>" for size, name in ((20, "x"), (10, "y")))
    around = "<body><div>{}</div><footer><a href=z>z</a></footer>"
    for first, second, inside in (("article", "div", [True, False]), ("div", "article", [True, True])):
        document = Document(around.format(text.format(first, first) + other.format(second, second)))
        assert [in_body(document, one) for one in ("[href=x]", "[href=y]")] == inside


def test_where_prose_is_spread_over_the_page_the_container_with_the_title_and_most_of_it_holds_the_text():
    text = f"<div><div><h1>Ferries</h1></div><div><p>{PROSE * 3}<a href=x>x</a></p></div><div><p>{PROSE * 4}</p></div></div>"
    document = Document(f"<body>{text}<div><p>{PROSE * 4}<a href=y>y</a></p></div>")
    assert [in_body(document, one) for one in ("[href=x]", "[href=y]")] == [True, False]


def test_the_article_with_the_one_title_is_the_text_though_cards_around_it_tell_more():
    card = f"<td><p>{PROSE}</p><a href='/ferry'>Read on</a></td>"
    document = Document(
        f"<div><div><article><h1>Bridge closes</h1>{f'<p>{PROSE}<a href=x>x</a></p>' * 12}</article></div>"
        f"<div><table><tr>{card * 14}</tr></table></div></div>"
    )
    assert [document.in_body(one) for one in document.select("a")] == [True] * 12 + [False] * 14


def test_a_widget_amid_the_prose_that_is_only_a_player_is_shown_there():
    told, player = f"<p>{PROSE}</p>" * 6, "<div class='html-widget'><iframe src='https://www.youtube.com/embed/x'></iframe></div>"
    document = Document(f"<body><main><h1>T</h1>{told}{player}{told}{player}</main></body>")
    assert [document.in_body(one) for one in document.select("iframe")] == [True, False]


def test_an_image_map_above_the_title_of_a_short_text_is_none_of_it():
    areas = "<map name=head><area href='https://x.com/paper'><area href='/feed/'></map>"
    document = Document(f"<body>{areas}<h1>Bridge closes</h1><p>It does.</p><map><area href='https://court.example/'></map></body>")
    assert [document.in_body(one) for one in document.select("area")] == [False, False, True]


def test_what_calls_itself_an_article_and_holds_most_of_the_prose_is_the_text():
    text = f"<div><h1>Ferries</h1><div class='article tip_1'><p>{PROSE * 8}<a href=x>x</a></p></div><div><p>{PROSE * 5}<a href=y>y</a></p></div></div>"
    document = Document(f"<body>{text}")
    assert [in_body(document, one) for one in ("[href=x]", "[href=y]")] == [True, False]


def test_a_footer_with_long_small_print_is_a_footer():
    document = Document(f"<main><div><h1>Ferries</h1><p>{PROSE * 9}</p></div><footer><p>{PROSE * 8}<a href=x>x</a></p></footer></main>")
    assert not in_body(document, "a")


def test_players_above_the_title_lead_the_article_too():
    film = "<iframe src={}></iframe>"
    header = f"<header>{film.format('f')}<h1>Ferries</h1></header><div class=share>{film.format('s')}</div>"
    text = f"<div class=article-body>{f'<p>{PROSE}</p>' * 12}</div>"
    document = Document(f"<body>{film.format('o')}<article>{header}{text}</article></body>")
    assert [in_body(document, f"[src={one}]") for one in "fso"] == [True, False, False]


@pytest.mark.parametrize(("tag", "inside"), [("article", False), ("div", True)])
def test_an_aside_longer_than_the_article_is_believed_beside_the_title_s_article(tag: str, inside: bool):
    aside = f"<aside>{f'<p>{PROSE}</p>' * 12}<p>{PROSE}<a href=x>x</a></p></aside>"
    document = Document(f"<body><div><{tag}><h1>Ferries</h1>{f'<p>{PROSE}</p>' * 8}</{tag}>{aside}</div></body>")
    assert in_body(document, "a") is inside


def test_a_footer_with_all_the_prose_of_a_page_is_a_footer_and_links_above_a_title_without_text_are_none():
    ring = "<div><ul><li><a href=https://sister.example/>Sister</a></li></ul></div>"
    footer = f"<footer><p>{PROSE * 9}<a href=x>x</a></p></footer>"
    document = Document(f"<body>{ring}<div><h1>Ferries</h1><p><a href=y>y</a></p></div>{footer}")
    assert [document.in_body(a) for a in document.select("a")] == [False, True, False]
    untitled = Document(f"<body><footer><p>{PROSE * 9}<a href=x>x</a></p></footer>")
    assert in_body(untitled, "a")


def teaser(at: int) -> str:
    return f"<div><a href=/b{at}><img src={at}></a><h2><a href=/b{at}>Story {at}</a></h2><p>{PROSE}</p></div>"


def test_behind_a_short_text_whose_title_stands_in_a_row_of_its_own_many_links_are_none_of_it():
    title = "<div><h1>Ferries</h1></div>"
    text = f"<div><div><p>{PROSE * 2}<a href=x>x</a></p><p>{PROSE * 2}</p></div><p><a href=y>y</a></p></div>"
    film = "<section><iframe src=f></iframe></section>"
    document = Document(f"<body><div>{title}{text}<div>{''.join(map(teaser, range(3)))}<a href=z>z</a>{film}</div></div>")
    wanted = {"[href=x]": True, "[href=y]": True, "[href=z]": False, "[href='/b1']": False, "[src=f]": True}
    assert {one: in_body(document, one) for one in wanted} == wanted
    steps = "".join(f"<p>{PROSE}<a href=s{at}>s</a></p>" for at in range(3))
    recipe = Document(
        f"<body><div>{title}<div><p>{PROSE * 4}</p></div><div>{steps}{'<a href=https://council.example/>i</a>' * 9}</div></div>"
    )
    assert all(recipe.in_body(a) for a in recipe.select("a"))


@pytest.mark.parametrize(("height", "inside"), [("30", False), ("400", True), ("100%", True)])
def test_a_frame_lower_than_any_film_is_none_of_a_short_article(height: str, inside: bool):
    document = Document(f"<body><h1>Ferries</h1><p>{PROSE}</p><iframe src=f height={height}></iframe>")
    assert in_body(document, "iframe") is document.shows_in_body(document.select("iframe")[0]) is inside


def test_a_headline_of_the_site_below_its_picture_is_a_card():
    line = "<div><a href={0}><img src=i></a></div><div><a href={0}>The old bridge closes after a year</a></div>"
    other = "<div><a href=/b><img src=i></a></div><div><a href=/c>The old bridge closes after a year</a></div>"
    figure = "<figure><a href=/b><img src=i></a><figcaption><a href=/b>The old bridge, closed after a year</a></figcaption></figure>"
    assert cited(line.format("/b")) == [False, False]
    assert cited(line.format("https://council.example/b")) == [True, True]
    assert cited(other) == [True, True]
    assert cited(figure) == [True, True]


@pytest.mark.parametrize(
    ("name", "inside"), [("ad", False), ("adv-news", False), ("ad__slot", False), ("ad-astra", True), ("adventure", True)]
)
def test_what_calls_itself_an_advertisement_is_one(name: str, inside: bool):
    assert cited(f"<section class={name}><p><a href=https://shop.example/>Shop</a></p></section>") == [inside]


def test_labels_of_advertisements_are_no_text_and_invisible_characters_no_block():
    labels = "<p>Advertisement 2</p><div>REKLAM</div><p>Story continues below</p><p>Anzeige</p>"
    document = Document(f"<main><p>{PROSE * 9}</p>{labels}<p>&zwnj;</p><p>\u200b&nbsp;</p><p>Reklama nie pomaga.</p><p>*</p></main>")
    said = {document.text[b.start : b.end]: b.in_body for b in document.blocks}
    assert list(said.values()) == [True, False, False, False, False, True, True]
    assert "\u200c" not in said


def test_the_heading_of_a_place_in_the_body_is_one_of_the_body():
    box = "<aside><h3>Content is blocked</h3><p>Agree to it.</p></aside>"
    text = f"<h2>The works</h2><p>{PROSE}</p>{box}<p>{PROSE}<a href=x>here</a></p>"
    article = read(
        f"<html><article><h1>Ferries</h1><h2>The bridge closes, says the council.</h2><p>{PROSE * 9}</p>{text}</article>".encode(),
        source="a.html",
        media_type="text/html",
    )
    assert article.heading_at(article.text.index("here")) == "The works"
    assert article.heading_at(article.text.index("Agree")) == "Content is blocked"
    assert article.heading_at(article.text.index("The works will")) == "Ferries"


def test_what_is_shown_between_two_parts_of_the_text_is_in_the_body():
    part = f"<div class='section text'><div class='article-body-text'>{f'<p>{PROSE}</p>' * 6}</div></div>"
    shown = "<div class='section embed'><iframe height=188 src=//player.example/1></iframe></div><div class=row><a href=/other>Other news</a></div>"
    document = Document(f"<main><h1>Bridge</h1><article>{part}{shown}{part}</article></main>")
    assert in_body(document, "iframe")
    assert not in_body(document, "a")
