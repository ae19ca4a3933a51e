"""Every shape of an embed that the platforms' reference lists, in a page of prose: found once, as what it is, in the body."""

from __future__ import annotations

import pytest

from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS

PROSE = "<p>" + "Some words of prose stand here so that the page has a body, and more of them follow in this very paragraph. " * 3 + "</p>"
# platform, name, markup, id (None: not embedded at all; "*": whatever the platform makes of it)
ID = "1549651495053934597"
SHAPES = [
    (
        "x",
        "twitter-video",
        f'<blockquote class="twitter-video" data-lang="en"><p lang=en>Words here</p>&mdash; N (@n) <a href="https://twitter.com/n/status/{ID}">July 20, 2022</a></blockquote>',
        ID,
    ),
    ("x", "skeleton", f'<blockquote class="twitter-tweet"><a href="https://twitter.com/n/status/{ID}"></a></blockquote>', ID),
    (
        "x",
        "x.com",
        f'<blockquote class="twitter-tweet"><p>w <a href="https://x.com/o/status/1549651495053934000">x.com/o/…</a></p>&mdash; N (@n) <a href="https://x.com/n/status/{ID}?ref_src=twsrc%5Etfw">July 20, 2022</a></blockquote>',
        ID,
    ),
    ("x", "data-tweet-id div", f'<div data-tweet-id="{ID}"></div>', ID),
    (
        "x",
        "rm-embed",
        f'<blockquote class="rm-embed twitter-tweet" data-twitter-tweet-id="{ID}"><div style="margin:1em">— N (@n)</div></blockquote>',
        ID,
    ),
    (
        "x",
        "rendered",
        f'<div class="twitter-tweet twitter-tweet-rendered"><iframe id="twitter-widget-0" data-tweet-id="{ID}" src="https://platform.twitter.com/embed/Tweet.html?dnt=false&id={ID}&lang=en"></iframe></div>',
        ID,
    ),
    (
        "x",
        "rendered2",
        f'<div class="twitter-tweet twitter-tweet-rendered"><iframe src="https://platform.twitter.com/embed/index.html?dnt=false&amp;id={ID}&amp;lang=en"></iframe></div>',
        ID,
    ),
    (
        "x",
        "rendered x",
        f'<div class="twitter-tweet twitter-tweet-rendered"><iframe src="https://platform.x.com/embed/Tweet.html?dnt=false&amp;id={ID}&amp;lang=en"></iframe></div>',
        ID,
    ),
    ("x", "twitterwidget", f'<twitterwidget class="twitter-tweet twitter-tweet-rendered" data-tweet-id="{ID}"></twitterwidget>', ID),
    ("x", "iframe no src", f'<iframe class="twitter-tweet twitter-tweet-rendered" data-tweet-id="{ID}"></iframe>', ID),
    (
        "x",
        "amp",
        f'<amp-twitter width=1 height=1 layout=responsive data-tweetid="{ID}"><blockquote placeholder>words — N (@n) <a href="https://twitter.com/n/status/{ID}">d</a></blockquote></amp-twitter>',
        ID,
    ),
    ("x", "bento", f'<bento-twitter data-tweetid="{ID}"></bento-twitter>', ID),
    ("x", "embetty", f'<embetty-tweet status="{ID}"></embetty-tweet>', ID),
    ("x", "twitframe", f'<iframe src="https://twitframe.com/show?url=https%3A%2F%2Ftwitter.com%2Fn%2Fstatus%2F{ID}"></iframe>', ID),
    ("x", "nitter embed", f'<iframe src="https://nitter.net/n/status/{ID}/embed"></iframe>', ID),
    ("x", "note.com", f'<figure embedded-service="twitter" data-src="https://x.com/n/status/{ID}"></figure>', ID),
    (
        "x",
        "substack",
        '<div class="twitter-embed" data-attrs="{&quot;url&quot;:&quot;https://twitter.com/n/status/'
        + ID
        + '&quot;,&quot;full_text&quot;:&quot;words <a>a</a>&quot;,&quot;name&quot;:&quot;N&quot;,&quot;username&quot;:&quot;n&quot;}"></div>',
        ID,
    ),
    (
        "x",
        "substack2",
        '<div data-component-name="Twitter2ToDOM" data-attrs="{&quot;url&quot;:&quot;https://x.com/n/status/'
        + ID
        + '&quot;,&quot;full_text&quot;:&quot;words&quot;,&quot;name&quot;:&quot;N&quot;,&quot;username&quot;:&quot;n&quot;}"></div>',
        ID,
    ),
    (
        "x",
        "guardian",
        f'<figure class="element element-tweet" data-canonical-url="https://twitter.com/n/statuses/{ID}"><blockquote><p>w</p></blockquote></figure>',
        ID,
    ),
    (
        "x",
        "wp bare",
        f'<figure class="wp-block-embed is-type-rich is-provider-twitter wp-block-embed-twitter"><div class="wp-block-embed__wrapper">\nhttps://twitter.com/n/status/{ID}\n</div></figure>',
        ID,
    ),
    ("x", "wp comment", f'<!-- wp:embed {{"url":"https://twitter.com/n/status/{ID}","type":"rich","providerNameSlug":"twitter"}} -->', ID),
    ("x", "wp core comment", f'<!-- wp:core-embed/twitter {{"url":"https://twitter.com/n/status/{ID}"}} -->', ID),
    (
        "x",
        "ghost email",
        f'<table class="kg-twitter-card"><tr><td><a href="https://twitter.com/twitter/status/{ID}">words of it</a></td></tr><tr><td><a href="https://twitter.com/twitter/status/{ID}">x</a></td></tr></table>',
        ID,
    ),
    ("x", "ckeditor", f'<figure class="media"><oembed url="https://twitter.com/n/status/{ID}"></oembed></figure>', ID),
    ("x", "drupal", f'<div data-oembed-url="https://twitter.com/n/status/{ID}"></div>', ID),
    (
        "x",
        "prismic",
        f'<div data-oembed="https://twitter.com/n/status/{ID}" data-oembed-type="rich" data-oembed-provider="twitter"></div>',
        ID,
    ),
    ("x", "drupal-url", f'<drupal-url data-embed-url="https://twitter.com/n/status/{ID}"></drupal-url>', ID),
    (
        "x",
        "qiita",
        f'<iframe id="q" src="https://qiita.com/embed-contents/tweet#q" data-content="https%3A%2F%2Ftwitter.com%2Fn%2Fstatus%2F{ID}"></iframe>',
        ID,
    ),
    ("x", "s9e", f'<iframe data-s9e-mediaembed="twitter" src="https://s9e.github.io/iframe/2/twitter.min.html#{ID}"></iframe>', ID),
    (
        "x",
        "discourse",
        f'<aside class="onebox twitterstatus" data-onebox-src="https://twitter.com/n/status/{ID}"><article>words</article></aside>',
        ID,
    ),
    (
        "x",
        "tumblr fig",
        f'<figure class="tmblr-embed tmblr-full" data-provider="twitter" data-url="https%3A%2F%2Ftwitter.com%2Fn%2Fstatus%2F{ID}"></figure>',
        ID,
    ),
    (
        "x",
        "load-later",
        f'<div class="load-later" data-content="%3Cblockquote%20class%3D%22twitter-tweet%22%3E%3Ca%20href%3D%22https%3A%2F%2Ftwitter.com%2Fn%2Fstatus%2F{ID}%22%3Ex%3C%2Fa%3E%3C%2Fblockquote%3E"></div>',
        ID,
    ),
    (
        "x",
        "embedly card",
        f'<blockquote class="embedly-card"><h4><a href="https://twitter.com/n/status/{ID}">t</a></h4><p>d</p></blockquote>',
        ID,
    ),
    (
        "x",
        "embedly iframe",
        f'<iframe src="https://cdn.embedly.com/widgets/media.html?type=text%2Fhtml&url=https%3A%2F%2Ftwitter.com%2Fn%2Fstatus%2F{ID}&image=x"></iframe>',
        ID,
    ),
    (
        "x",
        "iframely",
        f'<div class="iframely-embed"><div class="iframely-responsive"><a href="https://twitter.com/n/status/{ID}" data-iframely-url="//cdn.iframe.ly/abc"></a></div></div>',
        ID,
    ),
    (
        "x",
        "noscript",
        f'<noscript><blockquote class="twitter-tweet"><a href="https://twitter.com/n/status/{ID}">x</a></blockquote></noscript>',
        ID,
    ),
    (
        "x",
        "template",
        f'<template><blockquote class="twitter-tweet"><a href="https://twitter.com/n/status/{ID}">x</a></blockquote></template>',
        ID,
    ),
    (
        "x",
        "borlabs",
        f'<script type="text/template"><blockquote class="twitter-tweet"><a href="https://twitter.com/n/status/{ID}">x</a></blockquote></script>',
        ID,
    ),
    (
        "x",
        "srcdoc",
        f'<iframe srcdoc="&lt;blockquote class=twitter-tweet&gt;&lt;a href=https://twitter.com/n/status/{ID}&gt;x&lt;/a&gt;&lt;/blockquote&gt;"></iframe>',
        ID,
    ),
    (
        "x",
        "data-embed-html",
        f'<div data-embed-html="&lt;blockquote class=&quot;twitter-tweet&quot;&gt;&lt;a href=&quot;https://twitter.com/n/status/{ID}&quot;&gt;x&lt;/a&gt;&lt;/blockquote&gt;"></div>',
        ID,
    ),
    (
        "x",
        "escaped text",
        f'&lt;blockquote class="twitter-tweet"&gt;&lt;p&gt;words&lt;/p&gt;&lt;a href="https://twitter.com/n/status/{ID}"&gt;x&lt;/a&gt;&lt;/blockquote&gt;',
        ID,
    ),
    (
        "x",
        "arc json",
        '<script>window.Fusion=window.Fusion||{};Fusion.globalContent={"content_elements":[{"type":"text","content":"Some words of prose stand here so that the page has a body, and more of them follow"},{"type":"oembed_response","subtype":"twitter","raw_oembed":{"url":"https://twitter.com/n/status/'
        + ID
        + '","html":"<blockquote class=\\"twitter-tweet\\"><a href=\\"https://twitter.com/n/status/'
        + ID
        + '\\">x</a></blockquote>","type":"rich"}}]};</script>',
        ID,
    ),
    ("x", "intent like", f'<a href="https://twitter.com/intent/like?tweet_id={ID}">like</a>', None),
    (
        "instagram",
        "std",
        '<blockquote class="instagram-media" data-instgrm-captioned data-instgrm-permalink="https://www.instagram.com/p/CODEabc1234/?utm_source=ig_embed" data-instgrm-version="14"><a href="https://www.instagram.com/p/CODEabc1234/?utm_source=ig_embed">View this post</a></blockquote>',
        "CODEabc1234",
    ),
    (
        "instagram",
        "v7",
        '<blockquote class="instagram-media" data-instgrm-version="7"><p><a href="https://www.instagram.com/p/CODEabc1234/">caption</a></p><p>A post shared by N (@h) on <time datetime="2017-01-01T10:00:00+00:00">Jan 1</time></p></blockquote>',
        "CODEabc1234",
    ),
    (
        "instagram",
        "reel",
        '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/reel/CODEabc1234/"></blockquote>',
        "CODEabc1234",
    ),
    (
        "instagram",
        "rendered",
        '<iframe class="instagram-media instagram-media-rendered" src="https://www.instagram.com/p/CODEabc1234/embed/captioned/?cr=1&v=14&wp=540#%7B%7D"></iframe>',
        "CODEabc1234",
    ),
    ("instagram", "amp", '<amp-instagram data-shortcode="CODEabc1234"></amp-instagram>', "CODEabc1234"),
    ("instagram", "user path", '<iframe src="https://www.instagram.com/someone/p/CODEabc1234/embed"></iframe>', "CODEabc1234"),
    (
        "facebook",
        "fb-post",
        '<div class="fb-post" data-href="https://www.facebook.com/zuck/posts/10102577175875681"><blockquote cite="https://www.facebook.com/zuck/posts/10102577175875681" class="fb-xfbml-parse-ignore"><p>w</p>Posted by <a href="https://www.facebook.com/zuck">M</a> on <a href="https://www.facebook.com/zuck/posts/10102577175875681">Thursday</a></blockquote></div>',
        "10102577175875681",
    ),
    ("facebook", "fb:post", '<fb:post href="https://www.facebook.com/zuck/posts/10102577175875681"></fb:post>', "10102577175875681"),
    (
        "facebook",
        "plugin",
        '<iframe src="https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fzuck%2Fposts%2F10102577175875681&width=500"></iframe>',
        "10102577175875681",
    ),
    (
        "facebook",
        "plugin v",
        '<iframe src="https://www.facebook.com/v2.10/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fx%2Fvideos%2F1010257717587568%2F"></iframe>',
        "1010257717587568",
    ),
    (
        "facebook",
        "video embed",
        '<iframe src="https://www.facebook.com/video/embed?video_id=1010257717587568"></iframe>',
        "1010257717587568",
    ),
    (
        "facebook",
        "amp",
        '<amp-facebook data-href="https://www.facebook.com/zuck/posts/10102577175875681" data-embed-as="post"></amp-facebook>',
        "10102577175875681",
    ),
    (
        "facebook",
        "fb-video",
        '<div class="fb-video" data-href="https://www.facebook.com/x/videos/vb.1/1010257717587568/"></div>',
        "1010257717587568",
    ),
    ("facebook", "flash", '<object><embed src="http://www.facebook.com/v/1010257717587568"></embed></object>', "1010257717587568"),
    (
        "threads",
        "bq",
        '<blockquote class="text-post-media" data-text-post-permalink="https://www.threads.net/@u/post/C6qkatfMtCP" data-text-post-version="0" id="ig-tp-C6qkatfMtCP"><a href="https://www.threads.net/@u/post/C6qkatfMtCP">View</a></blockquote>',
        "C6qkatfMtCP",
    ),
    ("threads", "iframe", '<iframe src="https://www.threads.com/@u/post/C6qkatfMtCP/embed"></iframe>', "C6qkatfMtCP"),
    (
        "tiktok",
        "bq",
        '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@u/video/6718335390845095173" data-video-id="6718335390845095173"><section><a title="@u" href="https://www.tiktok.com/@u">@u</a><p>cap</p><a href="https://www.tiktok.com/music/x-1">♬ original sound</a></section></blockquote>',
        "6718335390845095173",
    ),
    (
        "tiktok",
        "bq cite",
        '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@u/video/6718335390845095173"></blockquote>',
        "6718335390845095173",
    ),
    ("tiktok", "embed v2", '<iframe src="https://www.tiktok.com/embed/v2/6718335390845095173?lang=en"></iframe>', "6718335390845095173"),
    ("tiktok", "player", '<iframe src="https://www.tiktok.com/player/v1/6718335390845095173"></iframe>', "6718335390845095173"),
    ("tiktok", "script", '<script src="https://www.tiktok.com/embed/6718335390845095173"></script>', "6718335390845095173"),
    ("tiktok", "amp", '<amp-tiktok data-src="6718335390845095173"></amp-tiktok>', "6718335390845095173"),
    (
        "tiktok",
        "amp url",
        '<amp-tiktok data-src="https://www.tiktok.com/@u/video/6718335390845095173"></amp-tiktok>',
        "6718335390845095173",
    ),
    (
        "tiktok",
        "amp ph",
        '<amp-tiktok><blockquote placeholder cite="https://www.tiktok.com/@u/video/6718335390845095173" data-video-id="6718335390845095173"></blockquote></amp-tiktok>',
        "6718335390845095173",
    ),
    ("youtube", "nocookie", '<iframe src="//www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"></iframe>', "dQw4w9WgXcQ"),
    ("youtube", "object", '<object data="http://www.youtube.com/v/dQw4w9WgXcQ"></object>', "dQw4w9WgXcQ"),
    (
        "youtube",
        "object param",
        '<object width=1><param name="movie" value="http://www.youtube.com/v/dQw4w9WgXcQ&hl=en"></param><embed src="http://www.youtube.com/v/dQw4w9WgXcQ&hl=en" type="application/x-shockwave-flash"></embed></object>',
        "dQw4w9WgXcQ",
    ),
    ("youtube", "lite", '<lite-youtube videoid="dQw4w9WgXcQ"></lite-youtube>', "dQw4w9WgXcQ"),
    ("youtube", "lite attr src", '<lite-youtube video-id="dQw4w9WgXcQ"></lite-youtube>', "dQw4w9WgXcQ"),
    ("youtube", "epyt", '<div class="epyt-facade" data-facadesrc="https://www.youtube.com/embed/dQw4w9WgXcQ?x"></div>', "dQw4w9WgXcQ"),
    ("youtube", "WYL", '<div class="lyte-wrapper"><div class="lyMe" id="WYL_dQw4w9WgXcQ"></div></div>', "dQw4w9WgXcQ"),
    ("youtube", "lyte_", '<div class="lyte" id="lyte_dQw4w9WgXcQ"></div>', "dQw4w9WgXcQ"),
    (
        "youtube",
        "rll",
        '<div class="rll-youtube-player" data-src="https://www.youtube.com/embed/dQw4w9WgXcQ" data-id="dQw4w9WgXcQ"></div>',
        "dQw4w9WgXcQ",
    ),
    ("youtube", "lazyYT", '<div class="lazyYT" data-youtube-id="dQw4w9WgXcQ"></div>', "dQw4w9WgXcQ"),
    (
        "youtube",
        "preview-lazyload",
        '<a class="preview-lazyload" data-video-uri="https://www.youtube.com/watch?v=dQw4w9WgXcQ"></a>',
        "dQw4w9WgXcQ",
    ),
    (
        "youtube",
        "elementor",
        '<div class="elementor-element elementor-widget elementor-widget-video" data-settings="{&quot;youtube_url&quot;:&quot;https:\\/\\/www.youtube.com\\/watch?v=dQw4w9WgXcQ&quot;,&quot;video_type&quot;:&quot;youtube&quot;}" data-widget_type="video.default"></div>',
        "dQw4w9WgXcQ",
    ),
    ("youtube", "arve", '<button class="arve-play-btn" data-iframe="https://www.youtube.com/embed/dQw4w9WgXcQ"></button>', "dQw4w9WgXcQ"),
    ("youtube", "amp", '<amp-youtube data-videoid="dQw4w9WgXcQ"></amp-youtube>', "dQw4w9WgXcQ"),
    ("youtube", "lazy-load-youtube", '<a class="lazy-load-youtube" href="http://www.youtube.com/watch?v=dQw4w9WgXcQ">v</a>', "dQw4w9WgXcQ"),
    ("youtube", "data-video-url", '<div data-video-url="https://www.youtube.com/watch?v=dQw4w9WgXcQ"></div>', "dQw4w9WgXcQ"),
    ("youtube", "embetty", '<embetty-video type="youtube" video-id="dQw4w9WgXcQ"></embetty-video>', "dQw4w9WgXcQ"),
    ("youtube", "invidious", '<iframe src="https://invidious.snopyta.org/embed/dQw4w9WgXcQ"></iframe>', "dQw4w9WgXcQ"),
    (
        "youtube",
        "data-attrs substack",
        '<div id="youtube2-dQw4w9WgXcQ" class="youtube-wrap" data-attrs="{&quot;videoId&quot;:&quot;dQw4w9WgXcQ&quot;}" data-component-name="Youtube2ToDOM"></div>',
        "dQw4w9WgXcQ",
    ),
    (
        "telegram",
        "script",
        '<script async src="https://telegram.org/js/telegram-widget.js?22" data-telegram-post="durov/142" data-width="100%"></script>',
        "durov/142",
    ),
    ("telegram", "bq", '<blockquote class="telegram-post" data-telegram-post="durov/142"></blockquote>', "durov/142"),
    ("telegram", "iframe", '<iframe src="https://t.me/durov/142?embed=1"></iframe>', "durov/142"),
    (
        "reddit",
        "bq",
        '<blockquote class="reddit-embed-bq" data-embed-height="316"><a href="https://www.reddit.com/r/AskReddit/comments/abc123/slug/">T</a><br>by<a href="https://www.reddit.com/user/u/">u/u</a> in<a href="https://www.reddit.com/r/AskReddit/">AskReddit</a></blockquote>',
        "abc123",
    ),
    (
        "reddit",
        "card",
        '<blockquote class="reddit-card" data-card-created="1500000000"><a href="https://www.reddit.com/r/x/comments/abc123/slug/?ref_source=embed">T</a> from <a href="https://www.reddit.com/r/x">r/x</a></blockquote>',
        "abc123",
    ),
    (
        "reddit",
        "div comment",
        '<div class="reddit-embed" data-embed-media="www.redditmedia.com" data-embed-created="2016-01-01"><a href="https://www.reddit.com/r/x/comments/abc123/slug/d0abcde">Comment</a> from <a href="https://www.reddit.com/r/x/comments/abc123/slug/">disc</a></div>',
        "*",
    ),
    (
        "reddit",
        "iframe",
        '<iframe src="https://embed.reddit.com/r/x/comments/abc123/slug/?embed=true&ref_source=embed"></iframe>',
        "abc123",
    ),
    ("reddit", "redditmedia", '<iframe src="https://www.redditmedia.com/r/x/comments/abc123/slug/?ref_source=embed"></iframe>', "abc123"),
    (
        "reddit",
        "amp",
        '<amp-reddit data-embedtype="post" data-src="https://www.reddit.com/r/x/comments/abc123/slug/"></amp-reddit>',
        "abc123",
    ),
    (
        "mastodon",
        "4.3",
        '<blockquote class="mastodon-embed" data-embed-url="https://mastodon.social/@u/111502988244619603/embed"><a href="https://mastodon.social/@u/111502988244619603">Post by @u@mastodon.social</a></blockquote>',
        "*",
    ),
    (
        "mastodon",
        "iframe",
        '<iframe class="mastodon-embed" src="https://small.instance.example/@u/111502988244619603/embed"></iframe>',
        "*",
    ),
    (
        "bluesky",
        "bq",
        '<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3lhvhc7ss6s2j" data-bluesky-cid="x"><p lang=en>w</p>&mdash; N (<a href="https://bsky.app/profile/did:plc:abcdefghijklmnopqrstuvwx?ref_src=embed">@n.bsky.social</a>) <a href="https://bsky.app/profile/did:plc:abcdefghijklmnopqrstuvwx/post/3lhvhc7ss6s2j?ref_src=embed">July 3, 2023 at 6:11 PM</a></blockquote>',
        "*",
    ),
    (
        "bluesky",
        "iframe",
        '<iframe src="https://embed.bsky.app/embed/did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3lhvhc7ss6s2j?id=1"></iframe>',
        "*",
    ),
    (
        "bluesky",
        "element",
        '<bluesky-post src="at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3lhvhc7ss6s2j"></bluesky-post>',
        "*",
    ),
    (
        "bluesky",
        "substack",
        '<div data-component-name="BlueskyCreateBlueskyEmbed" data-attrs="{&quot;postId&quot;:&quot;3lhvhc7ss6s2j&quot;,&quot;authorDid&quot;:&quot;did:plc:abcdefghijklmnopqrstuvwx&quot;,&quot;authorName&quot;:&quot;N&quot;,&quot;text&quot;:&quot;w&quot;,&quot;createdAt&quot;:&quot;2024-11-11T00:00:00Z&quot;,&quot;uri&quot;:&quot;at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3lhvhc7ss6s2j&quot;}"></div>',
        "*",
    ),
    ("vimeo", "player", '<iframe src="https://player.vimeo.com/video/146022717?h=abcdef1234"></iframe>', "146022717"),
    ("vimeo", "moogaloop", '<object data="http://vimeo.com/moogaloop.swf?clip_id=146022717"></object>', "146022717"),
    ("vimeo", "lite", '<lite-vimeo videoid="146022717"></lite-vimeo>', "146022717"),
    ("vimeo", "amp", '<amp-vimeo data-videoid="146022717"></amp-vimeo>', "146022717"),
    (
        "linkedin",
        "iframe",
        '<iframe src="https://www.linkedin.com/embed/feed/update/urn:li:share:6898694772484112384?collapsed=1"></iframe>',
        "*",
    ),
    (
        "linkedin",
        "iframe %3A",
        '<iframe src="https://www.linkedin.com/embed/feed/update/urn%3Ali%3AugcPost%3A6898694772484112384"></iframe>',
        "*",
    ),
    ("pinterest", "pin", '<a data-pin-do="embedPin" href="https://www.pinterest.com/pin/99360735500167749/"></a>', "99360735500167749"),
    (
        "pinterest",
        "iframe",
        '<iframe src="https://assets.pinterest.com/ext/embed.html?id=99360735500167749"></iframe>',
        "99360735500167749",
    ),
    (
        "pinterest",
        "amp",
        '<amp-pinterest data-do="embedPin" data-url="https://www.pinterest.com/pin/99360735500167749/"></amp-pinterest>',
        "99360735500167749",
    ),
    (
        "vk",
        "div",
        '<div id="vk_post_-45085_6078"></div><script>VK.Widgets.Post("vk_post_-45085_6078", -45085, 6078, "ZMk4b98xpQZMJJRXVsL1ig", {width: 500});</script>',
        "*",
    ),
    ("vk", "video_ext", '<iframe src="https://vk.com/video_ext.php?oid=-45085&id=456239017&hash=abc"></iframe>', "*"),
    ("vk", "clip_ext", '<iframe src="https://vk.ru/clip_ext.php?oid=-45085&id=456239017&hash=abc"></iframe>', "*"),
    ("vk", "widget_post", '<iframe src="https://vk.com/widget_post.php?app=0&owner_id=-45085&post_id=6078&hash=x"></iframe>', "*"),
    ("vk", "amp", '<amp-vk data-embedtype="post" data-owner-id="-45085" data-post-id="6078" data-hash="x"></amp-vk>', "*"),
    (
        "soundcloud",
        "player",
        '<iframe src="https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/34019569&color=ff"></iframe>',
        "*",
    ),
    (
        "soundcloud",
        "player urn",
        '<iframe src="https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/soundcloud%253Atracks%253A34019569"></iframe>',
        "*",
    ),
    ("soundcloud", "amp", '<amp-soundcloud data-trackid="34019569"></amp-soundcloud>', "*"),
    ("spotify", "embed", '<iframe src="https://open.spotify.com/embed/track/4cOdK2wGLETKBW3PvgPWqT?utm_source=generator"></iframe>', "*"),
    ("spotify", "podcast", '<iframe src="https://open.spotify.com/embed-podcast/episode/4cOdK2wGLETKBW3PvgPWqT"></iframe>', "*"),
    ("spotify", "old", '<iframe src="https://embed.spotify.com/?uri=spotify%3Atrack%3A4cOdK2wGLETKBW3PvgPWqT"></iframe>', "*"),
    ("dailymotion", "embed", '<iframe src="https://www.dailymotion.com/embed/video/x7tgad0"></iframe>', "x7tgad0"),
    ("dailymotion", "geo", '<iframe src="https://geo.dailymotion.com/player/x123.html?video=x7tgad0"></iframe>', "x7tgad0"),
    ("dailymotion", "geo plain", '<iframe src="https://geo.dailymotion.com/player.html?video=x7tgad0"></iframe>', "x7tgad0"),
    ("dailymotion", "amp", '<amp-dailymotion data-videoid="x7tgad0"></amp-dailymotion>', "x7tgad0"),
    ("twitch", "player", '<iframe src="https://player.twitch.tv/?video=v40464143&parent=example.com"></iframe>', "*"),
    ("twitch", "clip", '<iframe src="https://clips.twitch.tv/embed?clip=AwkwardHelplessSalamanderSwiftRage&parent=x"></iframe>', "*"),
    (
        "truthsocial",
        "iframe",
        '<iframe class="truthsocial-embed" src="https://truthsocial.com/@realDonaldTrump/109752438949110873/embed"></iframe>',
        "*",
    ),
    (
        "truthsocial",
        "escaped",
        '&lt;iframe class="truthsocial-embed" src="https://truthsocial.com/@realDonaldTrump/109752438949110873/embed"&gt;&lt;/iframe&gt;',
        "*",
    ),
    (
        "imgur",
        "bq",
        '<blockquote class="imgur-embed-pub" lang="en" data-id="a/Y9WqY"><a href="//imgur.com/a/Y9WqY">t</a></blockquote>',
        "*",
    ),
    ("imgur", "bq2", '<blockquote class="imgur-embed-pub" data-id="Y9WqYab"></blockquote>', "*"),
    ("imgur", "amp", '<amp-imgur data-imgur-id="Y9WqYab"></amp-imgur>', "*"),
    (
        "tumblr",
        "div",
        '<div class="tumblr-post" data-href="https://embed.tumblr.com/embed/post/t:abcDEF123/618567900000000000" data-did="x"><a href="https://staff.tumblr.com/post/618567900000000000/slug">x</a></div>',
        "*",
    ),
    (
        "flickr",
        "a",
        '<a data-flickr-embed="true" href="https://www.flickr.com/photos/someone/49853811476/in/x"><img src="https://live.staticflickr.com/65535/49853811476_abc_b.jpg"></a>',
        "49853811476",
    ),
    ("flickr", "iframe", '<iframe src="https://www.flickr.com/photos/someone/49853811476/player/"></iframe>', "49853811476"),
    ("flickr", "embedr", '<iframe src="https://embedr.flickr.com/photos/49853811476"></iframe>', "49853811476"),
    ("rumble", "iframe", '<iframe src="https://rumble.com/embed/v2abcde/?pub=4"></iframe>', "*"),
    ("rumble", "script", '<script>Rumble("play", {"video":"v2abcde","div":"rumble_v2abcde"});</script>', "*"),
    (
        "rumble",
        "scriptsrc",
        '<script src="https://rumble.com/embedJS/u4"></script><div id="rumble_v2abcde"></div><script>Rumble("play", {"video":"v2abcde","div":"rumble_v2abcde"});</script>',
        "*",
    ),
    ("web", "infogram", '<div class="infogram-embed" data-id="1234-abcd-5678" data-type="interactive" data-title="T"></div>', "*"),
    ("web", "flourish", '<div class="flourish-embed flourish-chart" data-src="visualisation/123456"></div>', "*"),
    ("web", "datawrapper", '<iframe src="https://datawrapper.dwcdn.net/AbCdE/1/"></iframe>', "*"),
    ("web", "documentcloud", '<iframe src="https://embed.documentcloud.org/documents/20059068-x/"></iframe>', "*"),
    ("web", "odysee", '<iframe src="https://odysee.com/$/embed/abc/def"></iframe>', "*"),
    (
        "web",
        "codepen",
        '<p class="codepen" data-height="300" data-slug-hash="GRwwWoV" data-user="jh3y"><a href="https://codepen.io/jh3y/pen/GRwwWoV">See</a></p>',
        "*",
    ),
    ("web", "gist", '<script src="https://gist.github.com/user/0123456789abcdef0123.js"></script>', "*"),
    ("web", "scribd", '<iframe src="https://www.scribd.com/embeds/123456/content"></iframe>', "*"),
    ("web", "giphy", '<iframe src="https://giphy.com/embed/abc123"></iframe>', "*"),
    ("web", "apple podcast", '<iframe src="https://embed.podcasts.apple.com/us/podcast/x/id123?i=1"></iframe>', "*"),
    ("web", "bandcamp", '<iframe src="https://bandcamp.com/EmbeddedPlayer/album=123/size=large/"></iframe>', "*"),
]
LAZY = [
    "data-src",
    "data-lazy-src",
    "data-url",
    "data-litespeed-src",
    "data-mce-src",
    "data-orig",
    "data-original-src",
    "data-opt-src",
    "data-embed-src",
    "data-privacy-src",
    "consent-original-src",
    "consent-original-src-_",
    "consent-click-original-src-_",
    "src-consent",
    "data-cookieblock-src",
    "data-src-cmplz",
    "data-cmp-src",
    "data-consent-src",
    "data-wpconsent-src",
    "data-suppressedsrc",
    "data-uc-src",
    "data-gdpr-iframesrc",
    "data-faz-src",
    "data-tf-src",
    "data-ep-src",
    "data-lazy-load",
]
PLACEHOLDERS = (
    "",
    ' src="about:blank"',
    ' src="data:image/gif;base64,R0lG"',
    ' src="/x/complianz-gdpr/assets/video/youtube_placeholder.mp4"',
)


def shown(markup: str) -> list[tuple[str, str, str | None, bool]]:
    page = f"<!doctype html><html lang=en><title>T</title><body><article><h1>Head</h1>{PROSE}{markup}{PROSE}</article></body></html>"
    article = read(page.encode(), source="a.html", media_type="text/html", url="https://news.example/2022/07/story")
    return [(one.kind, one.reference.platform, one.reference.id, one.in_body) for one in extract(article, PLATFORMS)]


@pytest.mark.parametrize(("platform", "markup", "identifier"), [pytest.param(p, m, i, id=f"{p}-{n}") for p, n, m, i in SHAPES])
def test_every_shape(platform: str, markup: str, identifier: str | None):
    if identifier is None:
        assert not [one for one in shown(markup) if one[0] == "embed"]
        return
    ((kind, found, number, body),) = shown(markup)
    assert (kind, found, body) == ("embed", platform, True)
    assert identifier == "*" or identifier in str(number)


@pytest.mark.parametrize("attribute", LAZY)
@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_every_attribute_that_keeps_a_frame_back(attribute: str, placeholder: str):
    frame = f'<iframe{placeholder} {attribute}="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>'
    assert shown(frame) == [("embed", "youtube", "dQw4w9WgXcQ", True)]


@pytest.mark.parametrize("around", ["<pre>{}</pre>", "<p>Copy: <code>{}</code></p>", "<textarea>{}</textarea>"])
def test_markup_that_is_shown_as_code_is_an_example(around: str):
    written = '&lt;iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"&gt;&lt;/iframe&gt;'
    assert not [one for one in shown(around.format(written)) if one[0] == "embed"]


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        ("https://nitter.net/n/status/1549651495053934597", "x"), ("https://nitter.poast.org/n/status/1549651495053934597", "x"),
        ("https://d.fxtwitter.com/n/status/1549651495053934597", "x"), ("https://threadreaderapp.com/thread/1549651495053934597.html", "x"),
        ("https://netflix.com/n/status/1549651495053934597", "web"), ("https://knitter.net/n/status/1549651495053934597", "web"),
        ("https://youtu.be/dQw4w9WgXcQ", "youtube"), ("https://invidious.example.org/watch?v=dQw4w9WgXcQ", "youtube"),
        ("https://redd.it/abc123", "reddit"), ("https://redlib.example.org/r/x/comments/abc123/slug/", "reddit"),
        ("https://bskyx.app/profile/a.example/post/3lhvhc7ss6s2j", "bluesky"), ("https://dai.ly/x7tgad0", "dailymotion"),
        ("https://www.dailymotion.de/video/x7tgad0", "dailymotion"), ("https://www.pinterest.co.uk/pin/99360735500167749/", "pinterest"),
        ("https://flic.kr/p/2iW9wyN", "flickr"), ("https://fb.watch/aBcDeF1-_g/", "facebook"), ("https://vkvideo.ru/video-45085_456239017", "vk"),
        ("https://mstdn.example/@u/111502988244619603", "mastodon"), ("https://staff.tumblr.com/post/618567900000000000/slug", "tumblr"),
    ],
)  # fmt: skip
def test_links_are_asked_of_the_platforms_of_their_host(url: str, platform: str):
    assert shown(f'<p>See <a href="{url}">this</a> for the rest of it.</p>')[0][:2] == ("link", platform)
