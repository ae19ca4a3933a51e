"""The title that a page shows, before the one that it tells machines; the site's name is neither."""

from __future__ import annotations

import pytest

from archiver.article.read import read

TEXT = "<p>The council said that the old bridge over the harbour will be closed to traffic for a year, and that ferries take over from May on.</p>"


def title(html: str) -> str | None:
    return read(html.encode(), source="x.html").title


def og(words: str, name: str = "title") -> str:
    return f'<meta property="og:{name}" content="{words}">'


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        # the h1 is the blog's, the heading of the entry the article's
        (f"<title>Harbour Blog: A bridge closes</title><h1><a href=/>Harbour Blog</a></h1><h3 class=entry-title>A bridge closes</h3>{TEXT}", "A bridge closes"),
        (f"<title>A bridge closes | Harbour Blog</title>{og('A bridge closes')}{og('Harbour Blog', 'site_name')}<h1>Harbour Blog</h1><h2 class=post-title>A bridge closes</h2>{TEXT}", "A bridge closes"),
        (f"<title>Harbour Blog</title>{og('Harbour Blog', 'site_name')}{og('Harbour Blog')}<h1>Harbour Blog</h1>{TEXT}", "Harbour Blog"),
        (f"<title>A bridge closes - News</title><h1><a href=/news/bridge>A bridge closes</a></h1>{TEXT}", "A bridge closes"),
        # several entries, and none of them is the page's
        (f"<title>Harbour Blog</title><h2 class=entry-title>A bridge closes</h2>{TEXT}<h2 class=entry-title>A ferry sails</h2>{TEXT}", "Harbour Blog"),
        # the same words with other signs
        (f"<title>x</title>{og('A &#39;long&#39; year - for the bridge')}<h1>A ‘long’ year – for the bridge</h1>{TEXT}", "A ‘long’ year – for the bridge"),
        # other words for search engines
        (f"<title>Harbour news: Old bridge closed for a year, says the council</title><h1>Old bridge to be closed “for a year”</h1>{TEXT}", "Old bridge to be closed “for a year”"),
        (f"<title>Ferries in summer</title>{og('Ferries in summer')}<nav><h1>Search the archive</h1></nav><main>{TEXT * 9}</main>", "Ferries in summer"),
        (f"<title>Ferries in summer</title>{og('Ferries in summer')}<h1>5</h1>{TEXT}", "Ferries in summer"),
        # a kicker in the h1 that the told title has not
        (f"<title>x</title>{og('Old bridge closes for a year')}<h1><span>Harbour</span> Old bridge closes for a year</h1>{TEXT}", "Old bridge closes for a year"),
        # what is not shown of it
        (f"<title>A bridge closes - News</title><h1>A bridge<a style='display:none'>Edit</a> clo&shy;ses<style>h1{{}}</style></h1>{TEXT}", "A bridge closes"),
        (f"<title>Harbour: A bridge closes</title><h1>Harbour<span class=sr-only>:</span> A bridge closes</h1>{TEXT}", "Harbour: A bridge closes"),
        # the site's name behind the title
        (f"<title>x</title>{og('A bridge closes | Courier')}<script type=application/ld+json>{{\"@type\":\"Article\",\"headline\":\"A bridge closes\"}}</script>{TEXT}", "A bridge closes"),
        (f"<title>A bridge closes_Region_Courier</title><div>A bridge closes</div>{TEXT}", "A bridge closes"),
        (f"<title>A bridge closes - Courier</title>{og('Courier', 'site_name')}{TEXT}", "A bridge closes"),
        (f"<title>A bridge closes - and a ferry sails</title>{TEXT}", "A bridge closes - and a ferry sails"),
        (f"<h1><a href='http://[::1'>A bridge closes</a></h1>{TEXT}", "A bridge closes"),
        (f"<title>Customs - News - Duty rises</title><header><h1 class=aural>Customs</h1></header><main><h1>Duty rises</h1>{TEXT * 9}</main>", "Duty rises"),
        (f"<title>Old bridge closes | Opinion Daily</title><header><h1>Opinion</h1></header><main><h2>Old bridge closes</h2>{TEXT * 9}</main>", "Old bridge closes"),
        (f"<title>A bridge closes - Bay</title><nav><h1>A bridge closes for a year</h1></nav><main>{TEXT * 9}<h2>A bridge closes</h2>{TEXT}</main>", "A bridge closes"),
        (f"<title>A bridge closes - Bay</title><nav><h1 class=entry-title>A bridge, closed</h1></nav><main>{TEXT * 9}<h2>A bridge closes</h2></main>", "A bridge, closed"),
        (f"<title>Atkins diet (14 days), lose 10 kg. Reviews</title><main><h1>Atkins diet: lose up to 10 kg in 14 days</h1>{TEXT * 9}<h1>Reviews</h1></main>", "Atkins diet: lose up to 10 kg in 14 days"),
        (f"<title>Okra (fried)</title><nav><h1>Okra (fried)</h1></nav><main>{TEXT * 9}<h1>Okra</h1></main>", "Okra (fried)"),
        (f"<title>Home</title><main><h1>A bridge closes</h1>{TEXT * 9}</main>", "A bridge closes"),
        (f"<title>A test of films</title><main><h1>Lorem</h1>{TEXT * 9}</main>", "A test of films"),
        (f"<title>Ferry times and fares</title><main><h1>A bridge closes</h1>{TEXT * 9}</main>", "A bridge closes"),
        (f"<title>Ferry times and fares</title><main>{TEXT * 5}<h1>A bridge closes</h1>{TEXT * 5}</main>", "Ferry times and fares"),
        (f"<title>Ferry times and fares</title><main><h1><a href=/bridge>A bridge closes</a></h1>{TEXT * 9}</main>", "Ferry times and fares"),
        (f"<title>Ferry times and fares</title><main><h1>News</h1>{TEXT * 9}</main>", "Ferry times and fares"),
        # the h1 is the title for search engines, above what the reader sees
        (f"<title>Harbour: bridge shut</title>{og('The end of a bridge')}<nav><h1>Harbour: bridge shut</h1></nav><main><h2>The end of a bridge</h2>{TEXT * 9}</main>", "The end of a bridge"),
        (f"<title>Harbour: bridge shut</title>{og('The end of a bridge')}<nav><h1>Harbour: bridge shut</h1></nav><main><h2>Harbour – The end of a bridge</h2>{TEXT * 9}</main>", "The end of a bridge"),
        (f"<title>Harbour: bridge shut</title>{og('The end of a bridge')}<main><h1>Harbour: bridge shut</h1><h2>The end of a bridge</h2>{TEXT * 9}</main>", "Harbour: bridge shut"),
        (f"<title>Harbour: bridge shut</title>{og('The end of a bridge')}<nav><h1>Harbour: bridge shut</h1></nav><main>{TEXT * 9}<h2>The end of a bridge</h2></main>", "Harbour: bridge shut"),
        # the h1 is the site's name, which is the last part of the page's title
        (f"<title>A bridge closes | Harbour Blog</title><main><h1>Harbour Blog</h1><h2>A bridge closes</h2>{TEXT * 9}</main>", "A bridge closes"),
        (f"<title>A bridge closes - and a ferry sails</title><main><h1>A bridge closes</h1><h2>and a ferry sails</h2>{TEXT * 9}</main>", "A bridge closes"),
        (f"<title>Harbour Blog » Archive » A bridge closes</title><p>A bridge closes</p>{TEXT}", "A bridge closes"),
    ],
)  # fmt: skip
def test_title(page: str, expected: str):
    assert title(page) == expected
