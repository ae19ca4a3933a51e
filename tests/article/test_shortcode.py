"""Shortcodes in every spelling name public URLs; what is no id of a network names nothing."""

from __future__ import annotations

import time

import pytest

from archiver.article.inline_html import InlineHtml, tags
from archiver.article.markdown.markdown import read_markdown
from archiver.article.shortcode import arguments, cited, shortcodes
from tests.article.citing import cited_by

TWEET = "https://twitter.com/jo/status/1234567890"


@pytest.mark.parametrize(
    ("text", "url", "kind"),
    [
        ('{{< tweet user="jo" id="1234567890" >}}', TWEET, "embed"), ("{{< x user=jo id=1234567890 >}}", TWEET, "embed"), ("{{<tweet 1234567890>}}", "https://twitter.com/i/status/1234567890", "embed"),
        ('{{< twitter_simple user="jo"\n  id="1234567890" />}}', TWEET, "embed"), ("{{% youtube w7Ft2ymGmfc %}}", "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"),
        ('{{< youtube id="w7Ft2ymGmfc" start="30" >}}', "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"), ("{{< vimeo 146022717 >}}", "https://vimeo.com/146022717", "embed"),
        ("{{< instagram CxOWiQNP2MO >}}", "https://www.instagram.com/p/CxOWiQNP2MO/", "embed"), ("{{< gist jo 7896402 >}}", "https://gist.github.com/jo/7896402", "embed"),
        ('{{< mastodon host="social.example" user="jo" id="111222333" >}}', "https://social.example/@jo/111222333", "embed"),
        ("{% twitter https://twitter.com/jo/status/1234567890?s=20 align=center %}", TWEET + "?s=20", "embed"), ("{%- tweet 1234567890 -%}", "https://twitter.com/i/status/1234567890", "embed"),
        ("{% embed https://a.example/x %}", "https://a.example/x", "embed"), ("{% youtube w7Ft2ymGmfc?t=3 %}", "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"),
        ("{% codepen https://codepen.io/jo/pen/abcde default-tab=js %}", "https://codepen.io/jo/pen/abcde", "embed"), ("{% github jo/project %}", "https://github.com/jo/project", "embed"),
        ("{% spotify spotify:track:4uLU6hMCjMI75M1A2tKUQC %}", "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC", "embed"),
        ("[youtube http://www.youtube.com/watch?feature=p&v=w7Ft2ymGmfc]", "http://www.youtube.com/watch?feature=p&v=w7Ft2ymGmfc", "embed"),
        ("[youtube=https://youtu.be/w7Ft2ymGmfc]", "https://youtu.be/w7Ft2ymGmfc", "embed"), ("[embed width='3']https://a.example/x[/embed]", "https://a.example/x", "embed"),
        ("[tweet 1234567890]", "https://twitter.com/i/status/1234567890", "embed"), ('{{< button href="https://a.example/x" >}}', "https://a.example/x", "link"),
        ('{{< bluesky "at://did:plc:abc/app.bsky.feed.post/3lh" >}}', "https://bsky.app/profile/did:plc:abc/post/3lh", "embed"), ("{{< telegram durov/12 >}}", "https://t.me/durov/12", "embed"),
        ('{% include youtube.html id="w7Ft2ymGmfc" %}', "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"), ("{% include embed/twitter.html id='1234567890' %}", "https://twitter.com/i/status/1234567890", "embed"),
        ('{% include video id="w7Ft2ymGmfc" provider="youtube" %}', "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"), ('{% include video id="146022717" provider="vimeo" %}', "https://vimeo.com/146022717", "embed"),
        ('{% include video.html id="w7Ft2ymGmfc" %}', "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"), ("{{< blogdown/tweet 1234567890 >}}", "https://twitter.com/i/status/1234567890", "embed"),
        ('{{< mastodon instance="social.example" id="111222333" >}}', "https://social.example/web/statuses/111222333", "embed"), ('{{ youtube(id="w7Ft2ymGmfc", class="wide") }}', "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"),
        (f"{{{{tweet {TWEET}}}}}", TWEET, "embed"), ("@[youtube](w7Ft2ymGmfc)", "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"), (f"@[tweet]({TWEET})", TWEET, "embed"),
        ("{{< telegramPost harbour 2246 >}}", "https://t.me/harbour/2246", "embed"), ('{{< telegram channel="harbour" id="12" >}}', "https://t.me/harbour/12", "embed"),
        ('{{< mastodon host="https://social.example" post="@jo/111222333" >}}', "https://social.example/@jo/111222333", "embed"),
        ('{{< mastodon "social.example/@jo/111222333" >}}', "https://social.example/@jo/111222333", "embed"),
        ('{{< bluesky-card handle="@jo.example" id="3lh2bxqm4fk2a" >}}', "https://bsky.app/profile/jo.example/post/3lh2bxqm4fk2a", "embed"),
        ("{{% youtubestart w7Ft2ymGmfc 90 %}}", "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"), ("{% ourYoutube w7Ft2ymGmfc %}", "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"),
        ('[su_youtube url="https://youtu.be/w7Ft2ymGmfc" width="3"]', "https://youtu.be/w7Ft2ymGmfc", "embed"), ('[et_pb_video src="https://a.example/x" _v="3"][/et_pb_video]', "https://a.example/x", "embed"),
        ('[fusion_youtube id="w7Ft2ymGmfc" /]', "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"), ("[embedyt]https://a.example/x[/embedyt]", "https://a.example/x", "embed"),
        ('[blackbirdpie id="1234567890"]', "https://twitter.com/i/status/1234567890", "embed"), ("[youtube_sc url=https://youtu.be/w7Ft2ymGmfc]", "https://youtu.be/w7Ft2ymGmfc", "embed"),
        ("[twitter-embed id=1234567890]", "https://twitter.com/i/status/1234567890", "embed"), ("[lyte id='w7Ft2ymGmfc' /]", "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"),
        (f"@[speakerdeck]({'0a' * 16})", f"https://speakerdeck.com/player/{'0a' * 16}", "embed"), ("@[slideshare](a8XnDk2mQpRsTu)", "https://www.slideshare.net/slideshow/embed_code/key/a8XnDk2mQpRsTu", "embed"),
        ('{{< x-card user="jo" id="1234567890" >}}', TWEET, "embed"),
    ],
)  # fmt: skip
def test_shortcodes(text: str, url: str, kind: str):
    around = f"words {text} words"
    (link,) = shortcodes(around)
    assert (link.url, link.kind, around[link.start : link.end]) == (url, kind, text)


def test_a_call_that_means_no_network_links_each_address_that_it_is_given():
    text = """{% include list.md a0="The plan" a0link="https://a.example/plan" a1link='https://a.example/law' icon="https://a.example/i.png" %}"""
    assert [(one.url, one.kind) for one in shortcodes(text)] == [("https://a.example/plan", "link"), ("https://a.example/law", "link")]
    assert not list(shortcodes('{% include figure.html a="https://a.example/plan" %} {% assign home = "https://a.example" %}'))


@pytest.mark.parametrize(
    "text",
    [
        "{{</* tweet 1234567890 */>}}", "{{< /tweet >}}", "{{< youtube .Params.id >}}", "{{< tweet jo >}}", "{{< figure src='https://a.example/p.png' >}}", "{{ .Title }}",
        "{% if user %}", "{% endyoutube %}", "{% youtube {{ page.id }} %}", "[youtube](https://a.example)", "[video][ref]", "[1]", "{{< ref 'x.md' >}}", "{{< vimeo >}}", "{{< tweet 12 ",
        "{{ url_for('x') }}", "{{ video title }}", "@[jo](https://a.example)", "{% include figure.html src='a.png' %}", "{% include toc.html %}", "{{< video my-first-01 >}}",
        "{{< mastodon host='x y' user='jo' id='111222333' >}}", "{{< instagram '<script>' >}}",
        "[twitter_follow url=https://twitter.com/jo]", "[instagram-feed user=jo_jo_jo_jo]", "[my_video_notes]", "{{< telegram harbour >}}", "{{< mastodon '@jo/111222333' >}}", "{{< youtubelist our-films >}}", "{{< bluesky jo.example >}}",
        "@[slideshare](harbours)", "@[speakerdeck](notes)",
    ],
)  # fmt: skip
def test_what_is_none(text: str):
    assert list(shortcodes(text)) == []


def test_marks_of_dialects_on_lines_of_their_own():
    text = (
        '%[https://a.example/x]\n\n::youtube[A film]{#w7Ft2ymGmfc}\n\n::tweet{id="1234567890"}\n\n`youtube: https://youtu.be/w7Ft2ymGmfc`\n'
    )
    assert [link.url for link in shortcodes(text)] == [
        *("https://a.example/x", "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "https://twitter.com/i/status/1234567890"),
        "https://youtu.be/w7Ft2ymGmfc",
    ]
    assert not list(
        shortcodes("100%[https://a.example/x]\n\n:::note{#w7Ft2ymGmfc}\nwords `youtube: w7Ft2ymGmfc` words\n`npm: w7Ft2ymGmfc`")
    )


def test_components_of_mdx():
    text = "import { Tweet } from 'x'\n\n<Tweet id=\"1234567890\" />\n\n<YouTube youTubeId={'w7Ft2ymGmfc'} />\n\n<TwitterTweetEmbed\n  tweetId={'1234567891'}\n/>\n\n<Card id='1' />\n"
    links = read_markdown(text.encode(), source="a.mdx").links
    assert [(link.url, link.via) for link in links] == [
        ("https://twitter.com/i/status/1234567890", "component"),
        ("https://www.youtube.com/watch?v=w7Ft2ymGmfc", "component"),
        ("https://twitter.com/i/status/1234567891", "component"),
    ]


def test_components_by_a_part_of_their_names():
    text = (
        '<YouTubeFrame src="https://www.youtube.com/embed/w7Ft2ymGmfc" />\n\n<TheTweet id="1234567890" />\n\n<Feature href="https://a.example/x" />\n\n'
        '<TwitterShareButton url="https://own.example/" />\n\n<FollowTwitter id="1234567890" />\n\n<Photo src="https://a.example/p.png" />\n\n<Card href="/about" />\n'
    )
    links = read_markdown(text.encode(), source="a.mdx").links
    assert [(link.url, link.kind) for link in links] == [
        ("https://www.youtube.com/embed/w7Ft2ymGmfc", "embed"),
        ("https://twitter.com/i/status/1234567890", "embed"),
        ("https://a.example/x", "link"),
    ]


def test_what_is_written_and_who_it_belongs_to_are_kept():
    thing = cited("tweet", *arguments('user="@jo" id="1234567890"'))
    assert thing is not None
    assert (thing.url, thing.written, thing.handle) == (TWEET, "1234567890", "jo")


def test_owner_and_key_are_written_together():
    assert cited("telegram", ["harbour", "12"], {}).written == "harbour 12"  # type: ignore[union-attr]
    assert cited("youtube", ["w7Ft2ymGmfc", "90"], {}).written == "w7Ft2ymGmfc"  # type: ignore[union-attr]


def test_plain_words_in_a_component_are_those_of_its_link():
    text = "see <LinkCard href='https://a.example/x'>the harbour</LinkCard> and\n\n<Card href='https://a.example/y'>\nat https://b.example/ it is\n</Card>\n"
    assert cited_by(read_markdown(text.encode(), source="a.mdx")) == [
        *(("embed", "https://a.example/x", "the harbour"), ("embed", "https://a.example/y", "")),
        ("link", "https://b.example/", "https://b.example/"),
    ]


@pytest.mark.parametrize("opener", ["{{<", "{% ", "{{< x ", "[embed]", "[youtube ", '{{< a "', "{{"])
def test_openers_without_end_cost_no_time(opener: str):
    started = time.process_time()
    assert list(shortcodes(opener * (400_000 // len(opener)))) == []
    assert time.process_time() - started < 20  # quadratic would be minutes


# ------------------------------------------------------------- HTML in texts


def test_elements_know_their_source():
    text = "a < b <p>one <b>two</p> <a\nhref='x>y'>three</a> <td>four <img src=s> <o:p>"
    html = InlineHtml(text, tags(text))
    spans = {element.tag: text[slice(*html.span(element))] for element in html.select("p, b, a, img")}
    assert spans == {"p": "<p>one <b>two</p>", "b": "<b>", "a": "<a\nhref='x>y'>three</a>", "img": "<img src=s>"}


def test_the_file_cannot_place_its_own_elements():
    text = "words <a data-archiver-offset='0' href=x>y</a>"
    html = InlineHtml(text, tags(text))
    assert html.span(html.select("a")[0]) == (6, len(text))


@pytest.mark.parametrize("piece", ["<a ", '<a "', "<a b='", "<script>", "<a {", "<b>", "</b>", "<a:", "<iframe "])
def test_tags_without_end_cost_no_time(piece: str):
    started = time.process_time()
    tags(piece * (400_000 // len(piece)))
    assert time.process_time() - started < 20
