"""Hidden markup: what only a noscript, a template, an attribute, a comment or JSON shows is one embed, what the page shows too is none."""

import base64
import html
import json
from urllib.parse import quote

import pytest

from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.citation.place import resolve
from archiver.embed import PLATFORMS

VIDEO = "vpTEYV-f_LQ"
FRAME = f'<iframe src="https://www.youtube.com/embed/{VIDEO}"></iframe>'
POST = "1549651495053934597"
STATUS = f"https://twitter.com/CaptainElla1/status/{POST}"
FIRST = "The ministry published its first figures on Tuesday morning, a week later than it had announced."
SECOND = "Nobody at the harbour had seen them before the film was shown, and the mayor said so to the council."
OTHER = "In another part of the country the weather kept the ferries at their moorings for most of the week."
QUOTATION = (
    f'<blockquote class="twitter-tweet"><p lang="en">Figures!</p>Ella (@CaptainElla1) <a href="{STATUS}">July 20, 2022</a></blockquote>'
)


def page(inside="", head="", behind=""):
    body = f"<article><h1>Figures</h1><p>{FIRST}</p>{inside}<p>{SECOND}</p>{'<p>' + OTHER * 3 + '</p>'}</article>"
    return f"<!doctype html><html><head><title>Figures</title>{head}</head><body>{body}{behind}</body></html>"


def script(value, attributes='type="application/json"'):
    return f"<script {attributes}>{json.dumps(value).replace('<', chr(92) + 'u003c')}</script>"


def found(markup):
    """Extract, and check that each place's selectors find it again."""
    article = read(markup.encode(), source="x.html", url="https://news.example/figures")
    citations = extract(article, PLATFORMS)
    for place in (place for one in citations for place in one.places):
        for by in ("position", "xpath", "css"):
            assert (resolve(place, article, by).start, resolve(place, article, by).end) == (place.start, place.end)
    return article, citations


def only(markup):
    article, citations = found(markup)
    assert len(citations) == 1
    assert len(citations[0].places) == 1
    return article, citations[0], citations[0].places[0]


HOLDERS = {
    "noscript": f"<noscript>{FRAME}</noscript>",
    "template": f'<template data-x="a>b">{FRAME}</template>',
    "iframe[srcdoc]": f"<iframe srcdoc='{FRAME}'></iframe>",
    "div[data-content]": f'<div class="load-later" data-content="{quote(FRAME, safe="")}"></div>',
    "div[data-html]": f"<div data-html='{FRAME}'></div>",
    "div[data-any-name]": f"<div data-any-name='<p>{FRAME}</p>'></div>",
    "script[data-content]": f"<script type='text/consent' data-content='{FRAME}'></script>",
    "div[data-react-props]": f'<div data-react-props=\'{{"youtubeId":"{VIDEO}"}}\'></div>',
    "div[data-embed-html]": f"<div data-embed-html='{FRAME.replace('<', '&amp;lt;')}'></div>",
    "div[data-borlabs-cookie-content]": f'<div data-borlabs-cookie-content="{base64.b64encode(FRAME.encode()).decode()}"></div>',
    "script": f'<script>var _oembed_1 = \'{{"embed":"{quote(FRAME)}"}}\';</script>',
    "script[type]": f'<script type="text/template">{base64.b64encode(FRAME.encode()).decode()}</script>',
    "comment": f'<!-- wp:embed {{"url":"https:\\/\\/youtu.be\\/{VIDEO}","providerNameSlug":"youtube"}} /-->',
}


@pytest.mark.parametrize("via", HOLDERS)
def test_what_is_shown_nowhere_else_is_an_embed_where_it_stands(via):
    article, one, place = only(page(HOLDERS[via]))
    assert (one.kind, one.reference.platform, one.reference.id, one.in_body) == ("embed", "youtube", VIDEO, True)
    assert place.via == via
    assert article.text.index(FIRST) + len(FIRST) == place.start == place.end


@pytest.mark.parametrize("via", HOLDERS)
def test_what_the_page_shows_too_is_one_place(via):
    _, one, place = only(page(FRAME + HOLDERS[via]))
    assert (one.reference.id, place.via) == (VIDEO, "iframe[src]")


def test_two_copies_of_what_nothing_shows_are_one_place():
    _, _, place = only(page(HOLDERS["noscript"] + HOLDERS["template"] + HOLDERS["comment"]))
    assert place.via == "noscript"


@pytest.mark.parametrize("via", HOLDERS)
def test_hidden_markup_in_chrome_is_not_in_the_body(via):
    _, one, _ = only(page(behind=f"<footer>{HOLDERS[via]}</footer>"))
    assert not one.in_body


def test_a_quotation_in_a_noscript_keeps_its_claims():
    _, one, _ = only(page(f"<noscript>{QUOTATION}</noscript>"))
    assert (one.reference.id, one.claims.handle, one.claims.date, one.claims.text) == (POST, "CaptainElla1", "2022-07-20", "Figures!")


@pytest.mark.parametrize(
    "markup",
    [
        f"<!-- {FRAME} -->",  # taken out by the author
        '<!-- wp:social-link {"url":"https://twitter.com/example","service":"twitter"} /-->',
        '<!-- wp:embed {"url": -->',
        '<noscript><a href="https://enable.example/">Turn on JavaScript</a></noscript>',
        '<noscript><a href="https://counter.example/"><img src="https://counter.example/p.gif"></a></noscript>',
        '<div data-content="%3Cp%3Eno embed%3C/p%3E"></div>',
        '<div data-html="PGlmcmFtZ====="></div>',
        """<script type="text/plain">document.write('<iframe src="https://player.example/' + id + '"></iframe>')</script>""",
        '<template><iframe src="https://player.example/{{ id }}"></iframe></template>',
        f'<div data-content="&lt;a href=&quot;{STATUS}&quot;&gt;a link&lt;/a&gt;"></div>',
    ],
)
def test_what_is_no_embed(markup):
    assert found(page(markup))[1] == ()


def test_a_post_that_a_consent_plugin_keeps_in_a_field_is_one_embed_where_the_field_stands():
    kept = f"<div class=placeholder><textarea style='display:none'>{html.escape(QUOTATION)}</textarea><p>Show what X holds?</p></div>"
    article, citation, place = only(page(kept))
    assert (citation.kind, citation.key, citation.in_body, place.via) == ("embed", f"x:{POST}", True, "textarea")
    assert article.text[place.start : place.end].startswith("<blockquote")


def test_a_link_counts_in_a_noscript_of_the_body_only():
    link = '<noscript><p>The poll is <a href="https://poll.example/77">on this page</a>.</p></noscript>'
    _, one, place = only(page(link))
    assert (one.kind, one.reference.url, place.via) == ("link", "https://poll.example/77", "noscript")
    assert found(page(behind=f"<footer>{link}</footer>"))[1] == ()


def test_a_page_that_a_browser_saved():
    tweet = f'<iframe id="twitter-widget-0" src="./Figures_files/Tweet.html" title="X Post" data-tweet-id="{POST}"></iframe>'
    player = f'<iframe src="./Figures_files/{VIDEO}.html" title="YouTube video player"></iframe>'
    rendered = f'<div class="twitter-tweet twitter-tweet-rendered">{tweet}</div><p>{OTHER}</p>{player}'
    other = '<iframe src="./Figures_files/saved_resource.html"></iframe><iframe src="Figures_files/abcdefghijk.html"></iframe>'
    _, citations = found(page(rendered + other))
    assert [(one.kind, one.reference.id, len(one.places)) for one in citations] == [("embed", POST, 1), ("embed", VIDEO, 1)]
    assert citations[1].places[0].url == f"./Figures_files/{VIDEO}.html"


# ------------------------------------------------------------------- JSON

OEMBED = {"type": "oembed_response", "subtype": "twitter", "raw_oembed": {"url": STATUS, "html": QUOTATION, "type": "rich"}}
STORY = [{"type": "text", "content": FIRST}, OEMBED, {"type": "text", "content": SECOND}]
RELATED = [{"type": "text", "content": OTHER.replace("ferries", "trawlers")}, OEMBED]


@pytest.mark.parametrize(
    "markup",
    [
        f"<script>window.Fusion=window.Fusion||{{}};Fusion.globalContent={json.dumps({'content_elements': STORY})};Fusion.x=1</script>",
        script({"props": {"pageProps": {"article": {"content_elements": STORY}}}}, 'id="__NEXT_DATA__" type="application/json"'),
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'story': {'blocks': STORY}})};</script>",
        f"<script>window._preloads = JSON.parse({json.dumps(json.dumps({'post': {'body': FIRST and STORY}}))})</script>",
        script({"post": {"body_html": f"<p>{FIRST}</p>{QUOTATION}<p>{SECOND}</p>"}}),
        f"<div id=app data-page='{json.dumps({'blocks': STORY, 'x': 'y' * 6000})}'></div>",
    ],
    ids=["arc", "next", "state", "parsed", "html", "attribute"],
)
def test_json_puts_a_post_between_its_words(markup):
    article, one, place = only(page(behind=markup))
    assert (one.kind, one.reference.id, one.in_body, one.claims.handle) == ("embed", POST, True, "CaptainElla1")
    assert place.via in ("json", "div[data-page]")
    assert place.start == place.end == article.text.index(FIRST) + len(FIRST)


def test_a_post_before_all_words_stands_before_them():
    article, _, place = only(page(behind=script({"blocks": STORY[1:]})))
    assert place.start == article.text.index(SECOND)


def test_the_json_of_an_embed_that_the_page_shows_is_no_place():
    _, one, place = only(page(QUOTATION, behind=script({"blocks": STORY})))
    assert (one.in_body, place.via) == (True, "blockquote.twitter-tweet")


def test_another_storys_post_is_not_in_the_body():
    _, one, _ = only(page(behind=script({"stories": [{"blocks": STORY[::2]}, {"blocks": RELATED}]})))
    assert not one.in_body


@pytest.mark.parametrize(
    "value",
    [
        {"share": {"twitter": STATUS}},
        {"author": {"social": {"url": STATUS}}},
        {"nodes": [{"text": FIRST}, {"type": "hyperlink", "url": STATUS}]},
        {"blocks": [{"type": "text", "content": f'{FIRST} <a href="{STATUS}">a link</a>'}]},
        {"embed": {"type": "video", "url": "https://www.youtube.com/@channel"}},
        {"embed": {"url": "https://player.example/1"}},
        {"text": STATUS},
        ["https://youtu.be/" * 100],
    ],
)
def test_addresses_in_json_that_are_no_embeds(value):
    assert found(page(behind=script(value)))[1] == ()


def test_json_ld_of_the_article():
    thing = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Figures",
        "articleBody": f"{FIRST} {STATUS}. {SECOND}",
        "video": {"@type": "VideoObject", "embedUrl": f"https://www.youtube.com/embed/{VIDEO}", "url": "https://news.example/v"},
        "citation": ["https://journal.example/1"],
        "sharedContent": {"@type": "SocialMediaPosting", "url": "https://t.me/channel/12"},
        "author": {"sameAs": ["https://vimeo.com/1234567"]},
    }
    article, citations = found(page(head=script(thing, 'type="application/ld+json"')))
    by_id = {one.reference.id: one for one in citations}
    assert set(by_id) == {POST, VIDEO, "channel/12"}
    assert all(one.in_body and one.kind == "embed" for one in citations)
    assert by_id[POST].places[0].start == article.text.index(FIRST) + len(FIRST)


def test_json_ld_of_a_list_says_nothing():
    thing = {"@type": "ItemList", "itemListElement": [{"@type": "VideoObject", "embedUrl": f"https://www.youtube.com/embed/{VIDEO}"}]}
    assert found(page(head=script(thing, 'type="application/ld+json"')))[1] == ()


def test_substacks_attribute_says_what_its_element_shows():
    attributes = json.dumps({"url": "https://vimeo.com/1234567", "title": "A film"}).replace('"', "&quot;")
    article, one, place = only(page(f'<div class="vimeo-wrap" data-attrs="{attributes}"></div>'))
    assert (one.reference.platform, one.in_body, place.via) == ("vimeo", True, "div[data-attrs]")
    assert place.start == article.text.index(FIRST) + len(FIRST)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000 + '"https://youtu.be/' + VIDEO,
        '{"embed":' * 50_000,
        '{"embed": ["https://youtu.be/' + VIDEO + '"' + ',"https://youtu.be/abc"' * 50_000 + "]}",
        "window.__INITIAL_STATE__ = " * 20_000,
        "A" * 1_000_000 + "Data" * 1000 + "embed",
        '{"n": ' + "9" * 10_000 + ', "embed": "x"}',
    ],
    ids=["lists", "objects", "many", "assignments", "letters", "digits"],
)
def test_hostile_json_is_read_in_little_time_and_does_not_raise(text):
    article, citations = found(page(behind=f'<script type="application/json">{text}</script><script>{text}</script>'))
    assert FIRST in article.text
    assert len(citations) <= 1


def test_state_of_any_name_is_read_and_a_table_of_nuxt_is_put_together():
    words = [FIRST, SECOND]
    state = {"main": {"body": [{"type": "text", "content": words[0]}, {"type": "videoIframe", "url": f"//www.youtube.com/embed/{VIDEO}"}]}}
    state["main"]["body"].append({"type": "text", "content": words[1]})
    table = [
        ["Reactive", 1],
        {"body": 2},
        [3, 5, 4],
        words[0],
        words[1],
        {"provider": 6, "url": 7},
        "YouTube",
        f"https://youtu.be/{VIDEO}",
        {"of": 8},
    ]
    for head in (
        script(state, "").replace("<script >", "<script>window.App = "),
        script(state, "").replace("<script >", "<script>(function (root) {root.App.main = "),
        script(table, 'type="application/json" id="__NUXT_DATA__"'),
    ):
        article, one, place = only(page("", head))
        assert (one.reference.id, one.in_body, place.start) == (VIDEO, True, article.text.index(FIRST) + len(FIRST))


def test_a_table_that_never_ends_is_left():
    assert found(
        page("", script([1, [0, 2, 1], {"embed": 3, "self": 2}, f"https://youtu.be/{VIDEO}"], 'type="application/json" id="__NUXT_DATA__"'))
    )
    deep = [[at + 1] for at in range(50_000)] + [f"https://youtu.be/{VIDEO}"]
    _, citations = found(page("", script(deep, 'type="application/json" id="__NUXT_DATA__"')))
    assert citations == ()


@pytest.mark.parametrize(
    "program",
    [
        f'showLater("https://www.youtube.com/embed/{VIDEO}?rel=0")',
        f"document.write('<div><iframe src=//www.youtube.com/embed/{VIDEO}></iframe></div>');",
        'film.html("' + FRAME.replace('"', chr(92) + '"').replace("/", chr(92) + "/") + '")',
    ],
)
def test_a_short_program_that_writes_a_player_shows_it(program):
    article, one, place = only(page(f"<script>{program}</script>"))
    assert (one.kind, one.reference.id, one.in_body, place.via) == ("embed", VIDEO, True, "script")
    assert place.start == article.text.index(FIRST) + len(FIRST)


@pytest.mark.parametrize(
    "program",
    [
        f'var film = "https://www.youtube.com/embed/{VIDEO}";',
        f'track("https://www.youtube.com/watch?v={VIDEO}")',
        "document.write('<iframe src=\"https://frames.example/embed/1\"></iframe>');",
        "document.write('<iframe src=\"https://www.youtube.com/embed/' + film + '\"></iframe>');",
        f'showLater("https://www.youtube.com/embed/{VIDEO}")' + ";" * 3000,
    ],
)
def test_a_program_that_only_names_one_does_not(program):
    assert found(page(f"<script>{program}</script>"))[1] == ()


@pytest.mark.parametrize(
    "program",
    [
        f'var _oembed_1 = \'{{\\"embed\\":\\"{html.escape(QUOTATION)}\\"}}\';',
        f"var _oembed_1 = '{quote(QUOTATION)}';",
    ],
)
def test_a_quotation_that_a_short_program_keeps_encoded_is_an_embed(program):
    _, one, place = only(page(f"<script>{program}</script>"))
    assert (one.kind, one.reference.id, one.in_body, place.via) == ("embed", POST, True, "script")


def test_a_consent_managers_own_type_of_script_holds_markup():
    _, one, place = only(page(f'<script type="didomi/html" data-vendor="c:film">{FRAME}</script>'))
    assert (one.reference.id, place.via) == (VIDEO, "script[type]")


def test_a_template_of_a_quotation_shows_nothing():
    template = QUOTATION.replace(POST, "{{ id }}")
    assert found(page(f"<script>var shown = {json.dumps(template)};</script>"))[1] == ()


HELD = '<p>The company itself writes on its <a href="https://firm.example/about">own page</a> that it has a thousand projects.</p>'


@pytest.mark.parametrize("lead", ["", "<!-- slide -->\n"])
def test_paragraphs_that_are_held_back_until_the_reader_consents_cite_what_they_link(lead):
    asking = "<h3>This is not shown yet</h3><p>Your settings keep it away.</p><button>Show</button>"
    held = f'<div class="social-placeholder" data-embed="{html.escape(lead + HELD)}">{asking}</div>'
    _, citation, place = only(page(held))
    assert (citation.kind, place.url, citation.in_body) == ("link", "https://firm.example/about", True)
    assert place.via == "div[data-embed]"


@pytest.mark.parametrize(
    "held",
    [
        f'<div data-tooltip="{html.escape(HELD)}"></div>',  # nothing says that it is what the element shows
        f'<div data-content="{html.escape(HELD)}"><p>{OTHER * 5}</p></div>',  # something else is shown
        f'<div data-content="{html.escape("<a href=https://firm.example/about>own page</a>")}"></div>',  # no prose
    ],
)
def test_other_markup_in_attributes_cites_no_links(held):
    assert not found(page(held))[1]


def test_what_waits_for_consent_stands_where_that_is_asked_for():
    asking = "<div class=caption><p>Loading the film accepts the rules of its network.</p><p><a role=button href='#'>Load</a></p></div>"
    held = f"<div class=borlabs-hide><script type=text/template>{base64.b64encode(FRAME.encode()).decode()}</script></div>"
    article, citations = found(page(f"<div class=BorlabsCookie>{asking}{held}</div>"))
    (place,) = next(one for one in citations if one.kind == "embed").places
    assert (place.prefix[-30:], place.exact) == (f"{FIRST}\n"[-30:], "Loading the film accepts the rules of its network.\nLoad")
    beside = f"<div class=cookie-page><p>{OTHER * 9}</p>{held}</div>"  # a page about cookies asks for nothing
    article, citations = found(page(beside))
    (place,) = next(one for one in citations if one.kind == "embed").places
    assert place.start == place.end == article.text.index(SECOND) - 1
