"""LinkedIn: one post by its URN, or one article by its slug. Identity `linkedin:urn:li:<kind>:<number>`, `linkedin:pulse/<slug>`.

One post has up to three URNs (activity, share, ugcPost), and which of them belong together is known by asking only. So a post cited by its
activity and by its share is two references here; where an answer names both, it proves either.

The number is milliseconds << 22 (`created`). `/posts/NAME-words-activity-NUMBER-xxxx` keeps its words in `Reference.url`: under that
address the page is public, while `/feed/update/…` mostly asks for a login.

Asked: the embed's frame, made for readers without an account; the page. Both are HTML; a post is proved where an element carries its URN,
or where the head names it. LinkedIn answers 999 to programs it does not like, and sends others to `/authwall`: about us, never about the
post. A page that is not found may be private, deleted or withheld.

False friends: people, companies, jobs, schools, events, share buttons. `lnkd.in` leads anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Reading, State, Target
from archiver.embed.answer import page
from archiver.embed.answer.judgement import judge
from archiver.embed.markup.wrapper import WRAPPERS, sight
from archiver.embed.web import markup
from archiver.url import on_host, parts

name: str = "linkedin"
hosts: tuple[str, ...] = ("linkedin.com",)
embeds: str = WRAPPERS
KINDS = "activity|ugcPost|share"
NUMBER = r"(?P<id>[0-9]{15,20})"
UPDATE = re.compile(rf"/(?:embed/)?(?:feed/update|video/(?:live|event))/urn:li:(?P<kind>{KINDS}):{NUMBER}/?", re.IGNORECASE)
POST = re.compile(rf"/posts/(?P<slug>(?:[^/]*[-_])?(?P<kind>{KINDS})-{NUMBER}(?:-[A-Za-z0-9_-]{{1,10}})?)/?", re.IGNORECASE)
PULSE = re.compile(r"/pulse/(?P<slug>(?!topics?/|trending)[^/]{3,300})/?")
SPELLINGS = {kind.lower(): kind for kind in KINDS.split("|")}
LAUNCH = datetime(2012, 1, 1, tzinfo=UTC)  # no id of this kind is older
WALLS = re.compile(r"/(?:authwall|uas/login|login|signup|checkpoint|start/join|reg/join)\b")


def identify(url: str) -> Reference | None:
    """Return the post or article that a resolved URL points to; None for people, companies, buttons and other sites."""
    named = parts(url)
    if not on_host(named.host.rstrip("."), "linkedin.com"):
        return None
    path = named.path.replace("%3A", ":").replace("%3a", ":")
    update = UPDATE.fullmatch(path)
    if update:
        urn = f"urn:li:{SPELLINGS[update['kind'].lower()]}:{update['id']}"
        return Reference(name, urn, f"https://www.linkedin.com/feed/update/{urn}/", f"{name}:{urn}")
    post = POST.fullmatch(path)
    if post:
        urn = f"urn:li:{SPELLINGS[post['kind'].lower()]}:{post['id']}"
        return Reference(name, urn, f"https://www.linkedin.com/posts/{post['slug']}", f"{name}:{urn}")
    pulse = PULSE.fullmatch(path)
    if pulse:
        slug = pulse["slug"]
        return Reference(name, f"pulse/{slug}", f"https://www.linkedin.com/pulse/{slug}/", f"{name}:pulse/{slug}")
    return None


def created(identifier: str) -> datetime | None:
    """Return the UTC time that a URN's number tells; None for articles, and for times that cannot be."""
    number = identifier.rpartition(":")[2]
    if not re.fullmatch(r"[0-9]{15,20}", number):
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(number) >> 22)
    return moment if LAUNCH <= moment <= datetime.now(UTC) + timedelta(days=1) else None


def recognise(element: Element) -> Hit | None:
    """Return the post that a frame shows: LinkedIn has no other embed, and its frame says nothing of the post outside itself."""
    found = sight(element, identify)
    return Hit(found.reference, "embed", found.via, found.written) if found else None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the embed's frame and the page; the page alone for an article; nothing for a mention."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    if not cited.id.startswith("urn:"):
        return (Target(cited.url),)
    frame = f"https://www.linkedin.com/embed/feed/update/{cited.id}"
    return (Target(frame, tier="post", purpose="frame"), Target(cited.url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    reading = page.read(answer, identify, walls=WALLS)
    asked = identify(answer.target.url) or identify(answer.url)
    if reading.state not in (State.OK, State.EMPTY_SHELL) or asked is None or asked.id is None or asked.url is None:
        return reading
    document = markup.document(answer)
    if reading.state is State.EMPTY_SHELL:
        urn = asked.id
        if not urn.startswith("urn:") or not document.select(f"[data-activity-urn='{urn}'], [data-attributed-urn='{urn}']"):
            return reading
        reading = replace(reading, state=State.OK, reason=f"an element of the page carries {urn}")
    post = page.carded(document, asked, answer.url)
    return replace(reading, post=post) if post else reading


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post or article."""
    return judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the picture of a told post, and what the page or frame needs to look whole."""
    return page.requisites(answer, read(answer).post)
