"""What an article cites, in reading order: the customer's article exactly, and pages that show one rule each."""

from importlib.resources import files

import pytest

from archiver.article.read import read
from archiver.citation.citation import Citation
from archiver.citation.document import citations_document
from archiver.citation.extract import extract
from archiver.citation.place import resolve
from archiver.embed import instagram, web, x

PLATFORMS = (x, web)
ID = "1549651495053934597"  # of 2022-07-20
STATUS = f"https://twitter.com/CaptainElla1/status/{ID}"
DOUBLE_CROSS = "https://double-cross.org/%D9%82%D9%8A%D9%85%D8%A9-500-"


def cited(text, name="x.html", **options):
    article = read(text.encode(), source=name, **options)
    return article, extract(article, PLATFORMS)


def shape(citations):
    return [(one.kind, one.reference.platform, one.reference.id or one.reference.url, len(one.places)) for one in citations]


@pytest.fixture(scope="module")
def seed():
    data = files("archiver.service.demo").joinpath("article.txt").read_bytes()
    article = read(data, source="article.txt")
    return article, extract(article, PLATFORMS)


class TestSeed:
    def lines(self, seed, number):
        article, citations = seed
        return [(article.line_column(p.start)[0], article.line_column(p.end)[0], p.via, p.inferred) for p in citations[number - 1].places]

    def test_nothing_but_what_the_article_cites(self, seed):
        _, citations = seed
        assert [(one.number, one.kind, one.reference.platform, one.claims.handle) for one in citations] == [
            (1, "embed", "x", "CaptainElla1"),
            (2, "link", "web", None),
            (3, "mention", "x", "cohen_marganit"),
            (4, "link", "web", None),
            (5, "mention", "x", "EiddaAvocat"),
        ]
        assert all(one.in_body for one in citations)

    def test_the_embedded_post(self, seed):
        _, citations = seed
        post = citations[0]
        assert (post.reference.id, post.reference.url) == (ID, STATUS)
        assert self.lines(seed, 1) == [(73, 75, "attribution", False), (107, 107, "text", False)]
        assert (post.claims.author, post.claims.date) == ("كابتن إيلا Captain Ella", "2022-07-20")
        assert post.claims.links == ("https://t.co/Q7rsMqPRZr",)
        assert post.claims.hashtags == ("#المغرب", "#إسرائيل")
        assert post.claims.text == "https://t.co/Q7rsMqPRZr إسرائيل #المغرب#"

    def test_the_links_and_where_words_point_to_them(self, seed):
        _, citations = seed
        double_cross, bbc = citations[1], citations[3]
        assert double_cross.reference.url.startswith(DOUBLE_CROSS)
        assert self.lines(seed, 2) == [(77, 78, "slug", True), (108, 108, "text", False)]
        assert double_cross.places[0].exact.endswith("\ue00c\ue005\ue005 مليون دولار")
        assert 0.5 < double_cross.places[0].confidence < 1
        assert bbc.reference.url == "https://www.bbc.com/arabic/middleeast-59401649"
        assert self.lines(seed, 4) == [(102, 102, "text", False)]

    def test_the_mention_whose_words_a_block_of_links_parts_from_its_line(self, seed):
        article, citations = seed
        claims = citations[2].claims
        assert (citations[2].reference.id, citations[2].reference.url) == (None, None)
        assert (claims.author, claims.date, claims.media, claims.links) == ("Marganit Cohen", "2022-07-20", (), ())
        assert claims.text == article.text[article.line_offset(93) : article.line_offset(101) - 1]
        assert self.lines(seed, 3) == [(93, 100, "attribution", False), (111, 111, "attribution", False)]

    def test_the_mention_whose_date_is_split_over_two_lines(self, seed):
        article, citations = seed
        claims = citations[4].claims
        assert (claims.author, claims.date) == ("Maître Takioullah Eidda, Avocat", "2022-07-19")
        assert claims.media == ("pic.twitter.com/eeBERzE2Dr",)
        assert claims.text == article.text[article.line_offset(160) : article.line_offset(167) - 1]
        assert self.lines(seed, 5) == [(160, 169, "attribution", False)]

    def test_every_offset_slices_the_text_and_every_place_is_found_again(self, seed):
        article, citations = seed
        for place in (place for citation in citations for place in citation.places):
            assert article.text[place.start : place.end] == place.exact
            assert resolve(place, article).status == "exact"

    def test_the_document_is_the_contracts_and_reads_back(self, seed):
        article, citations = seed
        document = citations_document(article, citations)
        assert document["schema"] == "archiver.citations/1"
        assert document["article"]["language"] == "ar"
        assert document["article"]["text_length"] == len(article.text)
        assert set(document["article"]) == {
            *("source", "url", "media_type", "sha256", "title", "byline", "published", "language", "text_length"),
        }
        assert tuple(Citation.from_json(one) for one in document["citations"]) == citations


def test_an_embed_takes_what_is_inside_it_and_a_link_to_it_is_another_place():
    _, citations = cited(
        f'<p>A <a href="{STATUS}?s=20">tweet</a> and <a href="https://e.org/a">more</a>.</p>'
        f'<blockquote class="twitter-tweet"><p lang="ar">Words <a href="https://t.co/Ab1">t.co/Ab1</a> '
        f'<a href="https://twitter.com/hashtag/x?src=hash">#x</a></p>— N (@CaptainElla1) <a href="{STATUS}">July 20, 2022</a></blockquote>'
    )
    assert shape(citations) == [("embed", "x", ID, 2), ("link", "web", "https://e.org/a", 1)]
    assert [place.via for place in citations[0].places] == ["a[href]", "blockquote.twitter-tweet"]
    assert (citations[0].claims.handle, citations[0].claims.lang) == ("CaptainElla1", "ar")


@pytest.mark.parametrize(
    "href",
    [
        "mailto:a@e.org",
        "http://mailto:a@e.org",
        "/cdn-cgi/l/email-protection#0a6b4a6f2465786d",
        "javascript:void(0)",
        "tel:+123",
        "whatsapp://send?text=x",
        "#part",
        "",
        "data:text/html,x",
        "https://e.org/page#part",
    ],
)
def test_what_is_never_a_citation(href):
    assert cited(f'<p><a href="{href}">x</a></p>', url="https://e.org/page")[1] == ()


def test_relative_links_are_resolved_against_the_article_or_what_the_page_declares():
    body = '<p><a href="/b?c=1">x</a></p>'
    assert shape(cited(body, url="https://e.org/a")[1]) == [("link", "web", "https://e.org/b?c=1", 1)]
    declared = '<link rel="canonical" href="https://e.net/a">' + body
    assert shape(cited(declared)[1]) == [("link", "web", "https://e.net/b?c=1", 1)]
    (unknown,) = cited(body)[1]
    assert (unknown.reference.url, unknown.places[0].url) == (None, "/b?c=1")
    (named,) = cited('<p><a href="//e.net/b">x</a></p>')[1]
    assert (named.reference.url, named.places[0].url, named.in_body) == ("https://e.net/b", "//e.net/b", True)


@pytest.mark.parametrize(
    "href",
    [
        "https://twitter.com/intent/tweet?url=https%3A%2F%2Fe.org",
        "https://www.facebook.com/sharer/sharer.php?u=x",
        "https://t.me/share/url?url=x",
        "https://api.whatsapp.com/send?text=x",
        "https://e.org/page",
        "https://e.org/page?source=menu",
        "https://marks.example/add?mode=confirm&url=https%3A%2F%2Fwww.e.org%2Fpage",
        "https://marks.example/post?text=Ferries%20http%3A%2F%2Fe.org%2Fpage%2F%20via",
    ],
)
def test_share_buttons_and_the_page_itself_are_not_in_the_body(href):
    _, [citation] = cited(f'<p>Text <a href="{href}">x</a> more text.</p>', url="https://e.org/page")
    assert not citation.in_body


@pytest.mark.parametrize(
    "href", ["https://shop.example/w?ref=https%3A%2F%2Fe.org%2Fpage", "https://a.example/?url=https%3A%2F%2Fb.example%2F"]
)
def test_an_address_that_only_says_where_the_reader_comes_from_shares_nothing(href):
    _, [citation] = cited(f'<p>Text <a href="{href}">x</a> more text.</p>', url="https://e.org/page")
    assert citation.in_body


def test_a_profile_is_a_link_of_the_web():
    assert shape(cited('<p><a href="https://x.com/somebody">x</a></p>')[1]) == [("link", "web", "https://x.com/somebody", 1)]


def test_a_citation_stands_where_the_text_has_it_whatever_the_menu_links():
    menu = '<nav><ul><li><a href="https://a.example/2">Second</a></li><li><a href="https://a.example/1">First</a></li></ul></nav>'
    words = "It was a long evening for all who had come to the harbour, and nobody left before the boats were in."
    text = f'<p>{words} <a href="https://a.example/1">One</a>. {words} <a href="https://a.example/2">Two</a>. {words}</p>'
    article, citations = cited(f"<html><body>{menu}<article><h1>Boats</h1>{text}<p>{words * 3}</p></article></body></html>")
    assert [one.reference.url for one in citations] == ["https://a.example/1", "https://a.example/2"]
    assert [[place.exact for place in one.places] for one in citations] == [["One", "First"], ["Two", "Second"]]
    assert article.paragraph_at(citations[0].places[1].start) is None


def test_the_text_of_a_link_that_is_its_address_is_one_place():
    _, citations = cited('<p><a href="https://e.org/a">https://e.org/a</a> and https://e.org/b</p>')
    assert [(one.reference.url, [place.via for place in one.places]) for one in citations] == [
        ("https://e.org/a", ["a[href]"]),
        ("https://e.org/b", ["text"]),
    ]


def test_tracking_does_not_make_two_citations_of_one():
    _, citations = cited('<p><a href="https://e.org/a?utm_source=x">1</a> <a href="http://www.e.org/a/">2</a></p>')
    assert [len(one.places) for one in citations] == [2]


def test_a_lazy_frame_and_its_copy_without_script_are_one_and_a_frame_only_there_counts():
    frame = '<iframe src="https://v.example/1"></iframe>'
    _, both = cited(f'<p>x</p><iframe data-src="https://v.example/1"></iframe><noscript>{frame}</noscript>')
    assert shape(both) == [("embed", "web", "https://v.example/1", 1)]
    _, only = cited(f"<p>x</p><noscript>{frame}</noscript>")
    assert shape(only) == [("embed", "web", "https://v.example/1", 1)]


def test_a_status_address_on_a_line_of_its_own_is_a_link():
    assert shape(cited(f"Words.\n\n{STATUS}\n\nMore.", "x.txt")[1]) == [("link", "x", ID, 1)]


def attribution(handle="CaptainElla1", day="July 20, 2022", words="words"):
    return f"It begins.\n\n{words}\n\n— N (@{handle}) {day}\n\n"


def test_an_attribution_and_the_address_that_fits_are_one_embed():
    _, citations = cited(f"{attribution()}Later, see {STATUS} again.\n", "x.txt")
    assert shape(citations) == [("embed", "x", ID, 2)]


def test_a_day_beside_the_printed_one_still_fits_but_no_other():
    assert shape(cited(f"{attribution(day='July 21, 2022')}{STATUS}\n", "x.txt")[1]) == [("embed", "x", ID, 2)]
    kinds = [one.kind for one in cited(f"{attribution(day='July 22, 2022')}{STATUS}\n", "x.txt")[1]]
    assert kinds == ["mention", "link"]


def test_another_handle_or_two_candidates_are_never_guessed():
    other = f"https://x.com/CaptainElla1/status/{int(ID) + 5}"
    assert [one.kind for one in cited(f"{attribution('somebody')}{STATUS}\n", "x.txt")[1]] == ["mention", "link"]
    assert [one.kind for one in cited(f"{attribution()}{STATUS} {other}\n", "x.txt")[1]] == ["mention", "link", "link"]


def test_the_address_that_the_date_links_to_is_the_one_under_whatever_handle():
    link = f"[July 20, 2022](https://twitter.com/renamed/status/{ID})"
    for handle in ("_jo_", "CaptainElla1"):
        _, [citation] = cited(
            f"It begins.\n\n<blockquote>\n\n> \n> Fog over\n> the harbour\n> \n— N (@{handle}) {link}</blockquote>\n", "x.md"
        )
        assert shape([citation]) == [("embed", "x", ID, 2)]
        assert (citation.claims.handle, citation.claims.text) == (handle, "Fog over\nthe harbour")


def test_signs_within_a_quotation_are_its_own():
    _, [mention] = cited(attribution(words="> be me\nsee fog"), "x.txt")
    assert mention.claims.text == "> be me\nsee fog"


def test_the_address_behind_the_date_is_the_one_whatever_else_would_fit():
    other = f"https://x.com/CaptainElla1/status/{int(ID) + 5}"
    _, citations = cited(
        f'<p><a href="{other}">x</a></p><blockquote>words<br>— N (@CaptainElla1) <a href="{STATUS}">July 20, 2022</a></blockquote>'
    )
    assert shape(citations) == [("link", "x", str(int(ID) + 5), 1), ("embed", "x", ID, 2)]


def test_what_stands_in_a_quoted_post_is_claimed_and_not_cited():
    words = "words #tag https://t.co/Ab1 pic.twitter.com/Cd2 https://e.org/a"
    _, [mention] = cited(attribution(words=words), "x.txt")
    assert (mention.kind, mention.claims.text) == ("mention", words)
    assert mention.claims.links == ("https://t.co/Ab1", "https://e.org/a")
    assert (mention.claims.media, mention.claims.hashtags) == (("pic.twitter.com/Cd2",), ("#tag",))


def test_the_key_of_a_mention_is_that_of_handle_day_and_words():
    keys = [
        cited(attribution(words=words) + tail, "x.txt")[1][0].key for words, tail in (("words", ""), ("words ", "More."), ("other", ""))
    ]
    assert keys[0] == keys[1] != keys[2]


def test_the_parts_of_an_embed_in_a_block_of_links_are_its_claims():
    block = f"https://twitter.com/hashtag/x?src=hash&ref_src=twsrc%5Etfw\nhttps://t.co/Ab1\n{STATUS}?ref_src=twsrc%5Etfw\nhttps://e.org/a\n"
    _, citations = cited(f"{attribution()}{block}", "x.txt")
    assert shape(citations) == [("embed", "x", ID, 2), ("link", "web", "https://e.org/a", 1)]
    assert (citations[0].claims.links, citations[0].claims.hashtags) == (("https://t.co/Ab1",), ("#x",))


def test_a_link_listed_behind_a_post_is_not_looked_for_before_it():
    sentence = "The minister visits the northern harbour today."
    block = f"{STATUS}?ref_src=twsrc%5Etfw\nhttps://e.org/minister-visits-northern-harbour\n"
    _, before = cited(f"{sentence}\n\n{attribution()}{block}", "x.txt")
    _, behind = cited(f"{attribution()}{sentence}\n\n{block}", "x.txt")
    assert [place.inferred for one in before if one.reference.platform == "web" for place in one.places] == [False]
    assert [place.inferred for one in behind if one.reference.platform == "web" for place in one.places] == [True, False]


def test_a_post_pasted_as_text_is_a_mention_and_its_links_stay():
    page = '<blockquote><p>@h: Words of the post to <a href="https://twitter.com/g">@g</a>, by hand</p></blockquote>'
    assert [(one.kind, one.claims.handle) for one in cited(page)[1]] == [("mention", "h"), ("link", None)]


@pytest.mark.parametrize(
    ("markup", "inside"),
    [
        ("<p>Artikel anhören (03:15 min)</p><audio src=https://cdn.example/a.mp3></audio>", False),
        ("<button>Listen to this article</button><audio controls src=https://cdn.example/a.mp3></audio>", False),
        ("<audio src=https://cdn.example/articleAudio/7.mp3></audio>", False),
        ("<p>Listen to what the mayor said:</p><audio src=https://cdn.example/mayor.mp3></audio>", True),
    ],
)
def test_a_player_that_reads_the_article_aloud_is_no_source(markup, inside):
    _, [citation] = cited(f"<article><h1>Ferries</h1>{'<p>Long ago there was a ferry here.</p>' * 9}{markup}</article>")
    assert (citation.kind, citation.in_body) == ("embed", inside)


def test_a_quotation_s_source_that_is_no_address_is_none():
    page = "<blockquote cite='Mayor Ann Ashby'>Words.</blockquote><blockquote cite='/minutes/7'>Words.</blockquote><q cite=Ashby>Words.</q>"
    assert [one.places[0].url for one in cited(page)[1]] == ["/minutes/7"]


def test_many_links_are_found_in_one_pass():
    _, citations = cited("".join(f'<p><a href="https://e{n}.org/">w</a></p>' for n in range(3000)))
    assert len(citations) == 3000  # the suite's timeout is the judge


@pytest.mark.parametrize(
    "markup",
    [
        "<div class=social-embed><a href=@><img src=i></a><p>Copyright @harbour <a href=/report>Report</a></p></div>",
        "<div class=TwitterEmbedContainer><div class=ConsentBannerWrapper><p>Shown also where it <a href=@>originates</a> from</p></div></div>",
        "<blockquote><a class=frame-embed__placeholder href=@>View this photo</a></blockquote>",
        "<div class=embed-privacy-container><p>Agree to our <a href=/policy>policy</a> or <a href=@>open it directly</a></p></div>",
        "<div><blockquote class=lazy data-kind=post><div class=exc></div><a href=@></a></blockquote></div>",
    ],
)
def test_what_stands_in_for_a_post_shows_it(markup):
    post = "https://x.com/harbour/status/1196529376915066881"
    _, [citation] = cited(f"<article>{'<p>Long ago there was a ferry here.</p>' * 9}{markup.replace('@', post, 1)}</article>")
    assert (citation.kind, citation.reference.id, citation.in_body, len(citation.places)) == ("embed", "1196529376915066881", True, 1)


def test_a_link_in_a_text_that_calls_itself_an_embed_stays_a_link():
    words = "The council wrote of it at length, and nobody was content with what it said. " * 5
    _, [citation] = cited(f"<div class=social-embed><p>{words}<a href=https://x.com/harbour/status/1196529376915066881>so</a></p></div>")
    assert citation.kind == "link"


@pytest.mark.parametrize(
    "carrier",
    [
        f"<blockquote data-tweetid={ID}>%s</blockquote>",
        f"<amp-twitter data-tweetid={ID}><blockquote placeholder>%s</blockquote></amp-twitter>",
    ],
)
def test_an_element_that_names_the_id_may_hold_the_address(carrier: str):
    held = f"<a href=https://twitter.com/jack/status/20>another</a> <a href={STATUS}>it</a>"
    for inside, url in ((held, STATUS), ("", f"https://x.com/i/status/{ID}")):
        _, (one,) = cited(f"<article><h1>Post</h1>{carrier % inside}</article>")
        assert (one.reference.id, one.places[0].url) == (ID, url)


def test_the_words_of_a_post_are_those_of_its_markup_and_not_what_a_sentence_quotes_of_it():
    whole = "Fact: the noise of my messages is set to a sound that only the two of us can hear at all. Of me, singing."
    told = f"<p>Ann Ashby tweeted: “{whole[6:90]}”</p>"
    post = f'<blockquote class="twitter-tweet"><p>{whole}</p>— ann or so (@annashby) <a href="{STATUS.replace("CaptainElla1", "annashby")}">July 20, 2022</a></blockquote>'
    _, (one,) = cited(f"<article><h1>Noise</h1>{told}{post}</article>")
    assert (one.kind, one.claims.author, one.claims.handle, one.claims.text) == ("embed", "ann or so", "annashby", whole)


def test_a_recording_in_a_numbered_player_is_the_file_that_is_linked():
    player = "<audio><source src='https://cdn.example/a.mp3?_=1'><a href=https://cdn.example/a.mp3>a.mp3</a></audio>"
    _, citations = cited(f"<article><h1>Tides</h1>{player}<p>To <a href=https://cdn.example/a.mp3>keep it</a>.</p></article>")
    assert [(one.kind, one.reference.url) for one in citations] == [("embed", "https://cdn.example/a.mp3")]
    assert [place.url for place in citations[0].places] == ["https://cdn.example/a.mp3?_=1", "https://cdn.example/a.mp3"]


def test_a_wordpress_post_in_its_quotation_and_in_the_frame_that_takes_its_place_is_one_place():
    quoted = '<blockquote class="wp-embedded-content" data-secret="x1"><a href="https://blog.example/tides/">Tides</a></blockquote>'
    frame = '<iframe class="wp-embedded-content" src="https://blog.example/tides/embed/#?secret=x1" data-secret="x1"></iframe>'
    for markup in (quoted + frame, quoted, frame):
        _, (one,) = cited(f"<article><h1>Tides</h1><div>{markup}</div></article>")
        assert (one.kind, one.reference.url, len(one.places)) == ("embed", "https://blog.example/tides/", 1)


def test_a_wrapper_with_the_address_of_a_post_takes_the_frame_of_the_sites_own_in_it():
    frame = '<iframe src="https://cards.news.example/api/iframe?app=1&url=https%3A%2F%2Ftwitter.com%2Fann%2Fstatus%2F1549651495053934597"></iframe>'
    _, citations = cited(f'<article><h1>Post</h1><div data-embedded-url="{STATUS}">{frame}</div></article>')
    assert shape(citations) == [("embed", "x", ID, 1)]


def test_the_author_of_an_instagram_post_is_read_where_the_signature_links_nobody():
    link = "https://www.instagram.com/p/CODEabc1234/"
    signed = f'<p><a href="{link}">A post shared by Ann Ashby (@ann.ashby)</a></p>'
    article = read(
        f'<article><blockquote class="instagram-media" data-instgrm-permalink="{link}">{signed}</blockquote></article>'.encode(),
        source="x.html",
    )
    (one,) = extract(article, (instagram, web))
    assert (one.claims.author, one.claims.handle) == ("Ann Ashby", "ann.ashby")
