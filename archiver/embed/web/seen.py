"""Seen: a page of the open web with what is asked about it again and again, and the words on addresses that every verdict shares."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archiver.article.document import Document
from archiver.article.facts import Facts, facts
from archiver.citation.platform import Answer, Page, Reading, State
from archiver.embed.web import markup, scripted
from archiver.embed.web.glance import Glance, glance
from archiver.url import canonical, on_host, parts, resolve

LITTLE_TEXT = 400  # code points: a dialog, a notice; hardly ever a page that somebody cites
NOTICE_TEXT = 900  # code points of prose: no error page says more, menus and "most read" apart
WHOLE_TEXT = 1_500  # code points of prose from which on a page is one to read, whatever its address is called
BESIDE = "a, nav, footer, select, button"
LANGUAGES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa
    ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr
    ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
    ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur
    uz ve vi vo wa wo xh yi yo za zh zu
"""  # ISO 639-1; a folder of two other letters (`/go/`, `/tv/`) is what its site says that it is
HOME = re.compile(
    rf"/?(?:(?:{'|'.join(LANGUAGES.split())})(?:[-_][a-z]{{2}})?(?:/|$))?(?:(?:index|default|home|homepage)(?:\.[a-z]{{2,5}})?/?)?",
    re.IGNORECASE,
)
REFRESH = re.compile(r"\s*([0-9]{1,4})(?:\.[0-9]*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?(.+?)[\"']?\s*", re.IGNORECASE | re.DOTALL)
AT_ONCE = 10  # seconds: who refreshes later shows something before


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it was answered; `asked` is the address it was asked under, for an archive's copy the original's."""

    answer: Answer
    asked: str
    document: Document
    glance: Glance
    facts: Facts
    page: Page
    refresh: str | None  # where a page without words of its own sends its reader at once (`meta http-equiv=refresh`)

    @property
    def words(self) -> int:
        """Code points of the text, counted no further than any question here asks: pages are long, and the answer is mostly "enough"."""
        return self.document.text_length(LITTLE_TEXT)

    def prose(self, enough: int) -> int:
        """Return how many code points of text stand outside of links and menus, white space apart, where that is less than `enough`."""
        if self.document.text_length(enough) < enough:
            return self.document.text_length(enough)
        text, length, done = self.document.text, 0, 0
        for start, end in (*sorted(self.document.span(one) for one in self.document.select(BESIDE)), (len(text), len(text))):
            length += len("".join(text[done : max(start, done)].split()))
            done = max(end, done)
        return length

    @property
    def is_read(self) -> bool:
        """Tell whether the page is an article by its own account, or has as much text as one."""
        return self.is_article or self.prose(WHOLE_TEXT) >= WHOLE_TEXT

    @property
    def ended(self) -> str:
        """Where the way ended: the address of the answer, or the one that the page itself sends its reader on to at once."""
        return self.refresh or self.answer.url

    @property
    def moved(self) -> bool:
        """Tell whether the way led on from the address that was asked for."""
        return bool(self.answer.redirects) or self.refresh is not None

    @property
    def is_article(self) -> bool:
        """Tell whether the page is an article by its own account."""
        return self.facts.og_type == "article" or self.facts.published is not None

    @property
    def is_itself(self) -> bool:
        """Tell whether the page is an article, or calls itself by the address it was asked under."""
        here = {canonical(self.asked), canonical(self.answer.url)}
        named = (self.absolute(url) for url in (self.facts.canonical, self.facts.og_url))
        return self.is_article or any(canonical(one) in here for one in named if one)

    def absolute(self, written: str | None) -> str | None:
        """Return an address that the page wrote, resolved; None where there is none."""
        return resolve(written, self.answer.url) if written else None

    def reading(self, state: State, reason: str) -> Reading:
        """Return a reading with what the page says of itself."""
        return Reading(state, reason, page=self.page)


def see(answer: Answer) -> Seen:
    """Return a page as it was answered."""
    document = markup.document(answer)
    told, look = facts(document), glance(document)
    page = Page(
        title=told.title,
        canonical=told.canonical,
        og_url=told.og_url,
        og_type=told.og_type,
        description=told.description,
        author=told.author,
        published=told.published,
        modified=told.modified,
        language=told.language,
        robots=told.robots,
        open_graph=dict(told.open_graph),
        json_ld=tuple(dict(thing) for thing in told.json_ld),
        scripted=scripted.evidence(document, look),
    )
    asked = answer.url if answer.target.tier == "memento" else answer.target.url
    return Seen(answer, asked, document, look, told, page, _refresh(document, look, answer.url))


def _refresh(document: Document, look: Glance, here: str) -> str | None:
    for meta in look.having("content", "meta"):
        if meta.attributes.get("http-equiv", "").lower() != "refresh":
            continue
        matched = REFRESH.fullmatch(meta.attributes["content"][:2_000])
        onward = resolve(matched[2], here) if matched and int(matched[1]) <= AT_ONCE else None
        if onward and canonical(onward) != canonical(here) and document.text_length(LITTLE_TEXT) < LITTLE_TEXT:
            return onward
    return None


def is_home(url: str) -> bool:
    """Tell whether an address is a front page, of the site or of one of its languages."""
    named = parts(url)
    asks = re.search(r"(?:^|&)(?:p|id|page_id|story|article|q)=", named.query)
    return bool(HOME.fullmatch(named.path)) and not asks and not named.fragment


def same_site(one: str, other: str) -> bool:
    """Tell whether one address's host is the other's or below it."""
    a, b = parts(one).host.removeprefix("www."), parts(other).host.removeprefix("www.")
    return on_host(a, b) or on_host(b, a)
