"""Posts in lists of works cited, by the styles that say how a post is cited; the address is often left out.

    Doe, J. [@janedoe]. (2022, July 20). Words of the post [Tweet]. Twitter.       APA
    @janedoe. “Words of the post.” Twitter, 20 July 2022, 1:22 p.m.                 MLA
    Jane Doe (@janedoe), “Words of the post,” Twitter, July 20, 2022.              Chicago: by `attribution`, which knows `(@handle)`

The handle, the network and the words in the place that the style gives them: nothing else is written so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.article.article import Article
from archiver.article.dates import PrintedDate, find_date
from archiver.citation.attribution import Attribution

NETWORKS = {"twitter": "x", "x": "x", "facebook": "facebook", "instagram": "instagram", "tiktok": "tiktok", "bluesky": "bluesky"}
NETWORK = r"(?P<network>Twitter|X|Facebook|Instagram|TikTok|Bluesky)(?![\w])"
# Both begin at the handle's sign, which is rare; the name before it is read when all else fits.
APA = re.compile(
    r"\[@(?P<handle>[A-Za-z0-9_.]{1,30})\]\.?\s\((?P<year>[0-9]{4})(?:,\s(?P<day>[^()\n]{3,20}))?\)\.?\s"
    r"(?P<words>[^\n\[\]]{12,400}?)\s?\[[^\[\]\n]{3,40}\]\.?\s" + NETWORK
)
MLA = re.compile(
    r"@(?P<handle>[A-Za-z0-9_.]{1,30}?)[\])]?\.?\s[“\"](?P<words>[^“”\"\n]{12,400})[”\"]\.?\s" + NETWORK + r",?\s(?P<day>[^\n]{6,30})"
)
NAME = re.compile(r"[^\n\[\]“”\"@]{2,60}$")


def works_cited(article: Article) -> Iterator[Attribution]:
    """Yield the posts that a list of works cited names, in no order."""
    text = article.text
    if "@" not in article.signs:
        return
    if "[" in article.signs:
        for found in APA.finditer(text):
            dated = find_date(f"{found['day']}, {found['year']}", article.language) if found["day"] else None
            yield _attribution(text, found, dated)
    if not article.signs.isdisjoint('“"'):
        for found in MLA.finditer(text):
            dated = find_date(found["day"], article.language)
            if dated and dated.start <= 1:
                yield _attribution(text, found, dated)


def _attribution(text: str, found: re.Match[str], dated: PrintedDate | None) -> Attribution:
    named = NAME.search(text[max(0, found.start() - 60) : found.start()])
    name = named[0].strip(" .,[(") if named else ""
    start = text.rfind(name, 0, found.start()) if name else found.start()
    platform = NETWORKS[found["network"].lower()]
    return Attribution(
        start, found.end("network"), name or None, found["handle"], dated.day if dated else None, found.span("words"), platform
    )
