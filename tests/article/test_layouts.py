"""Which links of a page are the article's: skeletons of how systems lay their pages out, by what each is known to do."""

from __future__ import annotations

import pytest

from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS

S = "The committee published its findings on Tuesday after a long investigation into the accident, and several of its members "


def par(n: int, url: str | None = None) -> str:
    who = f'<a href="{url}">a report by the agency</a>' if url else "nobody"
    return f"<p>{S}said that {who} had warned of this {n} years before. The company declined to comment on the matter when asked.</p>"


B = [f"https://src{n}.example/doc/{n}" for n in range(8)]
body4 = par(1, B[0]) + par(2) + par(3, B[1]) + par(4, B[2])


def nav(site: str = "https://news.example") -> str:
    return (
        "<ul>"
        + "".join(f'<li><a href="{site}/sec/{x}">{x.title()}</a></li>' for x in ["world", "politics", "business", "sport", "culture"])
        + "</ul>"
    )


def cards(site: str = "https://news.example", cls: str = "card", n: int = 4) -> str:
    return "".join(
        f'<div class="{cls}"><a href="{site}/2022/0{i}/other-story-{i}"><img src=x.jpg></a><h3><a href="{site}/2022/0{i}/other-story-{i}">Another story of the day number {i}</a></h3><p>A teaser of a few words that says what the other story is about and why.</p></div>'
        for i in range(1, n + 1)
    )


H = '<!doctype html><html lang=en><head><meta charset=utf-8><title>Findings published - News</title><link rel=canonical href="https://news.example/2022/07/story"></head>'
PAGES: dict[str, str] = {}
PAGES["wp classic"] = (
    H
    + f'<body class="single single-post postid-1"><div id="page"><header id="masthead" class="site-header"><nav>{nav()}</nav></header><div id="content" class="site-content"><div id="primary" class="content-area"><main id="main" class="site-main"><article id="post-1" class="post-1 post type-post"><header class="entry-header"><h1 class="entry-title">Findings</h1><div class="entry-meta"><a href="https://news.example/author/x">X</a></div></header><div class="entry-content">{body4}<div class="sharedaddy sd-sharing-enabled"><a href="https://www.facebook.com/sharer/sharer.php?u=x">F</a><a href="https://chromeA.example/share">S</a></div><div id="jp-relatedposts" class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>Related</em></h3>{cards()}</div></div><footer class="entry-footer"><a rel="tag" href="https://news.example/tag/a">a</a></footer></article><nav class="post-navigation"><a href="https://news.example/2022/06/prev">prev</a></nav><div id="comments"><ol class="comment-list"><li><p>{S} I saw it at <a href="https://chromeB.example/spam">here</a> {S}</p></li></ol></div></main></div><aside id="secondary" class="widget-area"><section class="widget"><a href="https://chromeC.example/blogroll">Blogroll</a></section></aside></div><footer id="colophon"><a href="https://chromeD.example/theme">Theme</a></footer></div></body></html>'
)
PAGES["blogger"] = (
    H
    + f'<body><div class="content"><div class="header-outer"><a href="https://news.example/">Home</a></div><div class="main-outer"><div class="column-center-outer"><div class="main section" id="main"><div class="widget Blog" id="Blog1"><div class="blog-posts hfeed"><div class="date-outer"><div class="date-posts"><div class="post-outer"><div class="post hentry"><h3 class="post-title entry-title">Findings</h3><div class="post-body entry-content">{body4}</div><div class="post-footer"><a href="https://www.blogger.com/profile/123">X</a> <a href="https://www.blogger.com/share-post.g?x=1&target=twitter">T</a></div></div><div class="comments" id="comments"><p>{S}<a href="https://chromeB.example/spam">spam</a></p></div></div></div></div></div></div></div></div><div class="column-right-outer"><div class="sidebar section"><div class="widget BlogList"><a href="https://chromeC.example/blog">Friend blog</a></div></div></div></div></div></body></html>'
)
PAGES["elementor"] = (
    H
    + f'<body><div class="elementor elementor-location-header"><div class="elementor-widget elementor-widget-nav-menu">{nav()}</div></div><div data-elementor-type="wp-post" class="elementor elementor-9">'
    + "".join(
        f'<section class="elementor-section"><div class="elementor-container"><div class="elementor-column"><div class="elementor-widget-wrap"><div class="elementor-element elementor-widget elementor-widget-text-editor" data-widget_type="text-editor.default"><div class="elementor-widget-container">{par(i, B[i])}</div></div></div></div></div></section>'
        for i in range(5)
    )
    + '<div class="elementor-widget elementor-widget-share-buttons"><a href="https://chromeA.example/share">s</a></div><div class="elementor-widget elementor-widget-author-box"><a href="https://chromeB.example/me">me</a></div></div><div class="elementor elementor-location-footer"><a href="https://chromeC.example/">agency</a></div></body></html>'
)
PAGES["medium"] = (
    H
    + f'<body><div id="root"><div class="a b c"><div class="l"><nav>{nav()}</nav></div><article><div class="l"><section><div><div class="fr fs"><div class="ab"><h1 class="pw-post-title">Findings</h1><div class="speechify"><a href="https://medium.com/@x?source=post_page">X</a></div>{body4}</div></div></div></section></div></article><div class="footerx"><a href="https://medium.com/tag/news?source=post_page" rel="tag">News</a><div><h2>More from X</h2>{cards("https://medium.com/@x", "ab")}</div></div></div></div></body></html>'
)
PAGES["ghost"] = (
    H
    + f'<body class="post-template"><div class="gh-viewport"><header id="gh-navigation">{nav()}</header><main class="gh-main"><article class="gh-article post"><header class="gh-article-header"><h1 class="gh-article-title">Findings</h1><h4 class="gh-article-author-name"><a href="https://news.example/author/x/">X</a></h4></header><section class="gh-content gh-canvas">{body4}<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="{B[5]}"><div class="kg-bookmark-content"><div class="kg-bookmark-title">A card</div></div></a></figure></section></article><section class="gh-comments gh-canvas"></section></main><section class="gh-container is-grid gh-outer"><h2>Read more</h2>{cards()}</section><footer class="gh-footer"><a href="https://ghost.org/">Ghost</a></footer></div></body></html>'
)
PAGES["substack"] = (
    H
    + f'<body><div id="entry"><div id="main" class="main typography use-theme-bg"><div class="main-menu"><a href="https://x.substack.com/">X</a></div><div class="single-post-container"><div class="container"><div class="single-post"><article class="typography newsletter-post post"><div class="post-header"><h1 class="post-title published">Findings</h1><a href="https://substack.com/@x">X</a></div><div><div class="available-content"><div dir="auto" class="body markup">{body4}<p class="button-wrapper"><a class="button primary" href="https://x.substack.com/subscribe?">Subscribe now</a></p><div class="subscription-widget-wrap"><div class="subscription-widget"><a href="https://chromeA.example/sub">sub</a></div></div></div></div></div><div class="post-footer"><a class="post-ufi-button" href="https://x.substack.com/p/y/comments">Comments</a></div></article></div></div></div><div class="comments-page"><a href="https://chromeB.example/c">c</a></div></div></div></body></html>'
)
PAGES["drupal"] = (
    H
    + f'<body><div class="dialog-off-canvas-main-canvas"><header role="banner"><nav role="navigation">{nav()}</nav></header><main role="main"><div class="layout-content"><div class="region region-content"><div id="block-content" class="block block-system block-system-main-block"><article role="article" class="node node--type-article node--view-mode-full"><div class="node__content"><div class="clearfix text-formatted field field--name-body field--type-text-with-summary field__item">{body4}</div><div class="field field--name-field-tags"><a href="https://news.example/tags/a" hreflang="en">a</a></div></div></article></div><div class="views-element-container block block-views" id="block-views-block-related"><h2>Related</h2>{cards()}</div></div></div><aside class="layout-sidebar-second" role="complementary"><a href="https://chromeA.example/ad">Ad</a></aside></main><footer role="contentinfo"><a href="https://chromeB.example/x">x</a></footer></div></body></html>'
)
PAGES["joomla"] = (
    H
    + f'<body><div class="navbar">{nav()}</div><div class="row-fluid"><main id="content" role="main" class="span9"><div class="item-page" itemscope itemtype="https://schema.org/Article"><div class="page-header"><h2 itemprop="headline">Findings</h2></div><div class="icons"><a href="https://news.example/print">print</a></div><dl class="article-info"><dd class="createdby"><a href="https://news.example/u/x">X</a></dd></dl><div itemprop="articleBody">{body4}</div><ul class="pager pagenav"><li><a href="https://news.example/next">Next</a></li></ul></div></main><div id="aside" class="span3"><div class="well"><a href="https://chromeA.example/w">w</a></div></div></div><footer class="footer"><a href="https://chromeB.example/">f</a></footer></body></html>'
)
PAGES["old table"] = (
    H
    + f'<body bgcolor=white><table width=100%><tr><td colspan=2><a href="https://news.example/">Home</a> | <a href="https://news.example/links.html">Links</a></td></tr><tr><td width=150 valign=top>{nav()}</td><td valign=top><h1>Findings</h1>{body4}<br><font size=1>Copyright <a href="mailto:x@x">X</a></font></td></tr></table></body></html>'
)
PAGES["br blog"] = (
    H
    + f'<body><div id="wrap"><div id="menu">{nav()}</div><div id="text"><b>Findings</b><br><br>'
    + "<br><br>".join(x.replace("<p>", "").replace("</p>", "") for x in [par(1, B[0]), par(2), par(3, B[1]), par(4, B[2])])
    + "</div></div></body></html>"
)
PAGES["divs no p"] = (
    H
    + f'<body><div class="top">{nav()}</div><div class="x1"><div class="x2"><h1>Findings</h1>'
    + "".join(x.replace("<p>", "<div class=para>").replace("</p>", "</div>") for x in [par(1, B[0]), par(2), par(3, B[1]), par(4, B[2])])
    + f'</div><div class="x3">{cards()}</div></div></body></html>'
)
PAGES["arc"] = (
    H
    + f'<body><div id="fusion-app"><header class="c-header">{nav()}</header><section role="main" tabindex="-1" class="b-right-rail"><div class="l-grid"><div class="b-right-rail__main"><h1>Findings</h1><div class="b-byline"><a href="https://news.example/author/x/">X</a></div><article class="default__ArticleBody-sc b-article-body">{par(1, B[0])}{par(2)}<div class="b-article-body__interstitial"><span>Read more: </span><a href="https://news.example/2022/05/older-story/">Older story of interest</a></div>{par(3, B[1])}{par(4, B[2])}</article><div class="b-tag"><a href="https://news.example/tags/x">x</a></div></div><div class="b-right-rail__rail">{cards()}</div></div></section><footer class="c-footer"><a href="https://chromeA.example/">a</a></footer></div></body></html>'
)
PAGES["wikipedia"] = (
    H
    + f'<body class="skin-vector mediawiki"><div class="vector-header-container"><nav>{nav("https://en.wikipedia.org")}</nav></div><div class="mw-page-container"><main id="content" class="mw-body"><h1 id="firstHeading">Findings</h1><div id="bodyContent" class="vector-body"><div id="mw-content-text" class="mw-body-content"><div class="mw-parser-output">{par(1)}{par(2)}<p>{S}as told.<sup class="reference"><a href="#cite_note-1">[1]</a></sup> {S}</p><h2>References</h2><div class="reflist"><ol class="references"><li id="cite_note-1"><span class="reference-text"><cite class="citation web cs1"><a rel="nofollow" class="external text" href="{B[0]}">"A title of the source"</a>. News. Retrieved 2020.</cite></span></li><li><span class="reference-text"><cite class="citation news cs1"><a class="external text" href="{B[1]}">"Other title"</a>.</cite></span></li></ol></div><h2>External links</h2><ul><li><a class="external text" href="{B[2]}">Official</a></li></ul></div></div></div></main></div><footer><a href="https://chromeA.example/">p</a></footer></body></html>'
)
PAGES["amp"] = (
    '<!doctype html><html amp lang=en><head><link rel=canonical href="https://news.example/2022/07/story"></head>'
    f'<body><amp-sidebar id="sidebar" layout="nodisplay">{nav()}</amp-sidebar><header>x</header><main><article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">Findings</h1></header><div class="amp-wp-article-content">{body4}<amp-social-share type="twitter"></amp-social-share></div><footer class="amp-wp-article-footer"><div class="amp-wp-meta amp-wp-tax-tag"><a href="https://news.example/tag/a" rel=tag>a</a></div></footer></article></main><footer class="amp-wp-footer"><a href="https://chromeA.example/">w</a></footer><amp-consent id=c><div><a href="https://chromeB.example/privacy">privacy</a></div></amp-consent></body></html>'
)
PAGES["newsletter mailchimp"] = (
    '<html><body><table id="bodyTable"><tr><td id="bodyCell"><table class="templateContainer"><tr><td id="templatePreheader"><a href="https://mailchi.mp/x/1?e=2">View this email in your browser</a></td></tr><tr><td id="templateBody"><table class="mcnTextBlock"><tr><td class="mcnTextContent">'
    + par(1, B[0])
    + par(2)
    + '</td></tr></table><table class="mcnButtonBlock"><tr><td><a class="mcnButton" href="'
    + B[1]
    + '">Read the whole story</a></td></tr></table><table class="mcnTextBlock"><tr><td class="mcnTextContent">'
    + par(3, B[2])
    + '</td></tr></table></td></tr><tr><td id="templateFooter"><table class="mcnFollowBlock"><tr><td><a href="https://www.facebook.com/acme">F</a> <a href="https://www.twitter.com/acme">T</a></td></tr></table><a href="https://acme.us1.list-manage.com/unsubscribe?u=1">unsubscribe</a> <a href="https://acme.us1.list-manage.com/profile?u=1">update your preferences</a></td></tr></table></td></tr></table></body></html>'
)
PAGES["live blog"] = (
    H
    + f"<body><header>{nav()}</header><main><h1>Live</h1>"
    + "".join(f'<article class="live-entry"><time>10:0{i}</time><h2>Entry {i}</h2>{par(i, B[i])}</article>' for i in range(5))
    + f"</main><aside>{cards()}</aside></body></html>"
)
PAGES["infinite"] = (
    H
    + f'<body><header>{nav()}</header><div class="articles"><article class="story"><h1>Findings</h1><div class="story-body">{body4}</div></article><article class="story"><h1>Second story</h1><div class="story-body">{par(5, "https://chromeA.example/1")}{par(6, "https://chromeB.example/1")}{par(7)}{par(8)}</div></article></div></body></html>'
)
PAGES["inline related"] = (
    H
    + f'<body><header>{nav()}</header><article><h1>Findings</h1><div class="article__body">{par(1, B[0])}<div class="rich-link"><a href="https://news.example/2022/03/rich">Rich link to a story</a></div>{par(2)}<p><strong>READ MORE: <a href="https://news.example/2022/03/rm">Another of our stories here</a></strong></p>{par(3, B[1])}<div class="wp-block-group has-background"><p>Sign up for our <a href="https://news.example/newsletter">newsletter</a></p></div>{par(4, B[2])}<ul class="related-links"><li><a href="https://news.example/2022/03/rl">A</a></li></ul></div></article></body></html>'
)
PAGES["list post"] = (
    H
    + f'<body><header>{nav()}</header><article><h1>Links of the week</h1><div class="post"><p>Some things to read.</p><ul>'
    + "".join(f'<li><a href="{B[i]}">A thing worth reading number {i}</a> by Somebody</li>' for i in range(5))
    + '</ul></div></article><footer><a href="https://chromeA.example/">h</a></footer></body></html>'
)
PAGES["short post"] = (
    H
    + f'<body><header>{nav()}</header><main><div class="post"><h1>Look</h1><p>Look at <a href="{B[0]}">this</a>.</p></div></main><footer><a href="https://chromeA.example/">h</a> <a href="https://chromeB.example/">i</a></footer></body></html>'
)
PAGES["footnotes"] = (
    H
    + f'<body><header>{nav()}</header><article><h1>T</h1><div class="e-content">{par(1, B[0])}{par(2)}{par(3)}</div><section class="footnotes"><ol><li id=fn1><p>See <a href="{B[1]}">this paper</a> <a href="#r1">↩</a></p></li></ol></section></article></body></html>'
)
PAGES["sources box"] = (
    H
    + f'<body><header>{nav()}</header><article><h1>T</h1><div class="content">{par(1, B[0])}{par(2)}{par(3)}<p>Sources:</p><ul class="sources"><li><a href="{B[1]}">Agency</a></li><li><a href="{B[2]}">{B[2]}</a></li></ul></div></article></body></html>'
)
PAGES["ja"] = (
    H.replace("lang=en", "lang=ja")
    + f'<body><header>{nav()}</header><div id="contents"><h1>見出し</h1><div class="main-text">'
    + "".join(
        f'<p>委員会は火曜日、長期にわたる事故調査の結果を発表した。複数の委員は<a href="{B[i]}">報告書</a>が数年前に警告していたと述べた。会社はコメントを控えた。</p>'
        for i in range(4)
    )
    + '</div><div class="kanren"><h2>関連記事</h2><ul><li><a href="https://news.example/a/1">別の記事の見出し</a></li><li><a href="https://news.example/a/2">別の記事の見出し二</a></li></ul></div><div class="sns"><a href="https://chromeA.example/line">LINE</a></div></div></body></html>'
)
PAGES["sphinx doc"] = (
    H
    + f'<body class="wy-body-for-nav"><div class="wy-grid-for-nav"><nav class="wy-nav-side">{nav()}</nav><section class="wy-nav-content-wrap"><div class="wy-nav-content"><div class="rst-content"><div role="navigation"><ul class="wy-breadcrumbs"><li><a href="https://chromeA.example/edit">Edit</a></li></ul></div><div role="main" class="document"><div itemprop="articleBody"><section id=t><h1>T<a class="headerlink" href="#t">¶</a></h1>{body4}</section></div></div><footer><a href="https://chromeB.example/">Sphinx</a></footer></div></div></section></div></body></html>'
)
PAGES["discourse"] = (
    H
    + f'<body><header class="d-header"></header><div id="main-outlet"><div id="topic-title"><h1>T</h1></div><div class="topic-body crawler-post"><div class="post" itemprop="text">{body4}</div></div></div></body></html>'
)
PAGES["cookie"] = (
    H
    + f'<body><div id="onetrust-consent-sdk"><p>We use cookies to improve your experience on this site and to show ads. See our <a href="https://chromeA.example/cookies">cookie policy</a>.</p></div><header>{nav()}</header><div class="story-page"><div class="story">{body4}</div><div class="signup-box"><p>Get the newsletter of the best stories in your inbox each morning. <a href="https://chromeB.example/nl">Sign up</a></p></div></div></body></html>'
)
PAGES["author bio end"] = (
    H
    + f'<body><header>{nav()}</header><article><h1>T</h1><div class="entry-content">{body4}<hr><div class="author-box"><p>X is a reporter who has covered this for years and lives in Berlin with two cats. Follow on <a href="https://twitter.com/xreporter">Twitter</a>.</p></div></div></article></body></html>'
)
PAGES["squarespace"] = (
    H
    + f'<body><header id="header"><nav>{nav()}</nav></header><main id="page"><article class="sections"><section class="page-section"><div class="content-wrapper"><div class="content"><div class="blog-item-wrapper"><article class="h-entry entry"><div class="blog-item-inner-wrapper"><h1 class="entry-title">T</h1><div class="blog-item-content-wrapper"><div class="blog-item-content e-content">'
    + "".join(
        f'<div class="sqs-block html-block sqs-block-html"><div class="sqs-block-content"><div class="sqs-html-content">{par(i, B[i])}</div></div></div>'
        for i in range(5)
    )
    + '</div></div></div></article></div></div></div></section></article></main><footer id="footer-sections"><a href="https://chromeA.example/">a</a></footer></body></html>'
)
PAGES["wix"] = (
    H
    + f'<body><div id="SITE_CONTAINER"><header id="SITE_HEADER">{nav()}</header><main id="PAGES_CONTAINER"><div data-hook="post"><article><div data-hook="post-description"><div class="rich-content-viewer">'
    + "".join(f'<div type="paragraph" data-hook="rcv-block{i}">{par(i, B[i])}</div>' for i in range(5))
    + '</div></div></article><div data-hook="recent-posts"><h2>Recent Posts</h2>'
    + cards()
    + '</div></div></main><footer id="SITE_FOOTER"><a href="https://chromeA.example/">a</a></footer></div></body></html>'
)
PAGES["tumblr"] = (
    H
    + f'<body><section id="posts"><article class="post text"><div class="post-content">{body4}</div><div class="post-tags"><a class="tag" href="https://news.example/tagged/x">#x</a></div><ol class="notes"><li><a href="https://chromeA.example/">a</a> liked this</li></ol></article></section></body></html>'
)
PAGES["hatena"] = (
    H
    + f'<body><div id="container"><header id="blog-title"><a href="https://news.example/">b</a></header><div id="content"><div id="main"><article class="entry hentry"><div class="entry-inner"><header class="entry-header"><h1 class="entry-title">T</h1></header><div class="entry-content">{body4}</div><footer class="entry-footer"><div class="social-buttons"><a href="https://chromeA.example/b">B!</a></div></footer></div></article></div><aside id="box1"><div class="hatena-module"><a href="https://chromeB.example/">x</a></div></aside></div></div></body></html>'
)
PAGES["div soup hashed"] = (
    H
    + f'<body><div class="css-1"><div class="css-2">{nav()}</div><div class="css-3"><div class="css-4"><h1 class="css-5">T</h1><div class="css-6">{body4}</div><div class="css-7"><div class="css-8"><h2>More on this story</h2>{cards(cls="css-9")}</div></div></div></div><div class="css-10"><a href="https://chromeA.example/">a</a></div></div></body></html>'
)

# A byline or a button on another host than the page declares; a page of 850 letters in a table; who liked a post.
KNOWN = {"medium", "substack", "old table", "tumblr"}


@pytest.mark.parametrize("name", sorted(set(PAGES) - KNOWN))
def test_the_links_of_the_article_and_no_others(name: str):
    html = PAGES[name]
    article = read(html.encode(), source="a.html", media_type="text/html", url="https://news.example/2022/07/story")
    assert {one.reference.url for one in extract(article, PLATFORMS) if one.in_body} == {url for url in B if url in html}
