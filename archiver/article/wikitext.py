"""Read wikitext (MediaWiki) as an article: what it cites is found where it stands in the source, and the text is its words (`rendering`).

Mwparserfromhell (MIT) was looked at: its tree has no offsets, and those are what is wanted. What must be told apart is little:

  silent     comments, `nowiki`, `pre`, `syntaxhighlight`, `math`; in citation templates all but their addresses (a cited title may hold
             one)
  links      `[https://… words]`, `[//host …]`; internal links and files cite nothing
  templates  by what is in them, not by a list of names that each wiki has in its own language:
               - a post by its number (`{{Cite tweet |user= |number=}}`): the URL is built, the template is the place, user, date and title
                 are claims
               - `{{YouTube|ID}}`, `{{Cite Instagram}}` and their like by the table of `shortcode.py`, and what extensions for players
                 call so: `{{#ev:youtube|ID}}`, `{{#widget:YouTube|id=ID}}`, `<youtube>ID</youtube>`
               - any parameter whose value is an address: `url=`, `archive-url=`, `Website=`; or the number of a paper that every wiki
                 links to its register: `doi=`, `pmid=`, `arxiv=` …, `{{doi|…}}`
               - `{{URL|example.org}}`, `{{Official website|…}}`, profiles (`{{Twitter|user}}`), films and people (`{{IMDb name|…}}`)
  text       what addresses are left, the pass over running text finds.

Templates stay in the text as they are written: what they show only their wiki knows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from archiver.article.article import Article
from archiver.article.inline_html import entities
from archiver.article.link import Link
from archiver.article.markdown.link import meant_as_host
from archiver.article.rendering import Rendering
from archiver.article.shortcode import NETWORKS, arguments, as_link, cited
from archiver.article.source import Span, blanked, enclosed, outline
from archiver.article.times import iso_date
from archiver.article.written import Found, Source

SILENT = re.compile(
    r"<!--|<(?P<name>nowiki|pre|syntaxhighlight|source|math|chem|score|timeline|templatedata)(?=[\s>])[^<>]{0,500}(?<!/)>", re.IGNORECASE
)
TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\|")
EXTERNAL = re.compile(
    r"\[(?P<url>(?:https?:)?//[^\s\[\]<>\"|{}]+)(?P<words>[^\[\]\n]{0,2000}(?:\[\[[^\[\]\n]{0,500}\]\][^\[\]\n]{0,500}){0,5})\]",
    re.IGNORECASE,
)
# An address in running text that markup ends, which is no words: without it the next word would stand where the address does.
ENDED = re.compile(r"(?<![\w/\[])https?://(?:[^\s\[\]<>\"|{}']|'(?!'))+(?=''|<|\{\{(?![=!]\}\}))", re.IGNORECASE)
HEADING = re.compile(r"(?P<marks>={1,6})[ \t]*(?P<words>[^\n]*?)[ \t]*(?P=marks)[ \t]*$")
OPENS = re.compile(r"[*#:;]+[ \t]*|\|[-+}]?[ \t]*|![ \t]*|\{\|[^\n]*")
# What of the running text is no words: tags, brackets and the page behind a link's words, bold and italics.
INTERNAL = re.compile(
    r"\[\[(?:(?!(?:file|image|datei|fichier|archivo|ficheiro|файл|ملف|ファイル):)[^\[\]{}|\n]{1,300}\|(?=[^\[\]|\n]{1,300}\]\]))?|\]\]",
    re.IGNORECASE,
)
MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,500}>|'{2,5}")
BOLD = re.compile(r"'''(?!')(?P<words>[^'\n]{1,200})'''")
NAME = re.compile(r"[ \t\n]*(?P<name>[^=\[\]{}<>|\n]{1,80}?)[ \t\n]*=")
ADDRESS = re.compile(r"\s*(?P<url>(?:https?:)?//(?:[^\s\[\]<>\"|{}]|\{\{[=!]\}\})+)(?!\{)", re.IGNORECASE)
TWEET = re.compile(r"tweet|twitter|x post|^cite x$|تغريدة|تويتر|ツイート|твит|推文", re.IGNORECASE)
CITATION = re.compile(
    r"cit[ae]|quote web|استشهاد|internetquelle|literatur|lien (?:web|brisé)|ouvrage|статья|публ[иі]кац[иі]я|webbref|kaynak|出典|cytuj"
    r"|یادکرد|צ-|kilde |verkkoviite|lehtiviite|인용|ref-(?:web|notícia)",
    re.IGNORECASE,
)
PLAYER = re.compile(r"#(?:ev\w{0,2}|widget|embedvideo):\s*(?:service\s*=\s*)?[\"']?(?P<name>[\w-]+)")  # the parser function of a player
TAG = re.compile(r"<(?P<name>[a-z]{2,20})(?P<named>(?:\s[^<>]{0,300})?)>(?P<said>[^<>\[\]{}]{1,500})</(?P=name)\s*>", re.IGNORECASE)
POST, EARLY = re.compile(r"[0-9]{5,20}"), re.compile(r"[1-9][0-9]{1,3}")
# What a citation names by number, as parameter or as template: how the number looks, and the page that wikis link it to.
REGISTERS = {
    "doi": (re.compile(r"(10\.[0-9]{4,9}/[^\s|<>]+)"), "https://doi.org/{}"),
    "arxiv": (re.compile(r"((?:[a-z.-]+/)?[0-9]{4}\.?[0-9]{3,5}(?:v[0-9]+)?)", re.IGNORECASE), "https://arxiv.org/abs/{}"),
    "pmid": (re.compile(r"([0-9]{4,9})"), "https://pubmed.ncbi.nlm.nih.gov/{}/"),
    "pmc": (re.compile(r"(?:PMC)?([0-9]{4,9})", re.IGNORECASE), "https://pmc.ncbi.nlm.nih.gov/articles/PMC{}/"),
    "jstor": (re.compile(r"([0-9]{4,9})"), "https://www.jstor.org/stable/{}"),
    "hdl": (re.compile(r"([0-9.]{3,20}/[^\s|<>]+)"), "https://hdl.handle.net/{}"),
}
REGISTERS["eprint"] = REGISTERS["arxiv"]
IMDB = re.compile(r"(?P<kind>nm|tt|co)?(?P<number>[0-9]{6,9})")
PERSON = re.compile(r"n[ao]m|person|персон|人名")  # in the name of a template
PAGES = {"nm": "name", "tt": "title", "co": "company"}
SITES = frozenset({"url", "official website", "official", "official site", "official url", "website", "site officiel", "web oficial"})
PROFILES = {
    "twitter": "https://twitter.com/{}",
    "x (twitter)": "https://twitter.com/{}",
    "facebook": "https://www.facebook.com/{}",
    "instagram": "https://www.instagram.com/{}/",
    "github": "https://github.com/{}",
}
USER = re.compile(r"@?[\w.-]{1,50}")
NUMBERS, USERS = ("number", "id", "tweet", "tweetid", "status", "post"), ("user", "username", "screen name", "handle", "author", "1")
WORDS, DATES = ("title", "text", "quote"), ("date", "when")


@dataclass(slots=True)
class Template:
    """A template at `text[start:end]`: the bars that part its parameters, then its name and the spans of their values."""

    start: int
    end: int = 0
    bars: list[int] = field(default_factory=list)
    name: str = ""
    values: dict[str, Span] = field(default_factory=dict)


def read_wikitext(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    charset: str | None = None,
) -> Article:
    """Return wikitext as an article. UsageError for bytes that are no text."""
    file = Source.of(data, source=source, url=url, base_url=base_url, charset=charset)
    text = file.text
    silent = [(opened.start(), end) for opened, end in enclosed(text, SILENT, _closer)]
    seen = blanked(text, silent)
    found = list(_templates(seen))
    links, muted = [], []
    for template in found:
        named = list(_links_of(seen, template))
        links += named
        if CITATION.search(template.name) and not any(link.start == template.start for link in named):
            muted.append((template.start, template.end))
    links += [
        Link(_absolute(matched["url"]), *matched.span(), "wikitext-link", written=matched["url"] if matched["url"][0] == "/" else None)
        for matched in EXTERNAL.finditer(seen)
    ]
    links += _players(seen)
    links += _ended(blanked(seen, muted))
    prose = blanked(seen, ((one.start, one.end) for one in found))
    bold = BOLD.search(prose) or BOLD.search(seen)
    return file.article(
        Found(
            Rendering.of(text, _cuts(text, seen, silent), entities(seen)),
            outline(seen, HEADING, OPENS, lambda one: len(one["marks"]), "|!{"),
            _outermost(links),
            [*silent, *muted],
            prose,
            title=" ".join(bold["words"].split()) if bold else None,
        ),
        "text/x-wiki",
    )


def _cuts(text: str, seen: str, silent: list[Span]) -> Iterator[Span]:
    """Yield what is no words."""
    yield from ((start, end) for start, end in silent if text.startswith("<!--", start))
    for matched in EXTERNAL.finditer(seen):
        words = matched["words"].strip()
        yield (
            matched.start(),
            matched.end("url") + len(matched["words"]) - len(matched["words"].lstrip()) if words else matched.start("url"),
        )
        yield matched.end() - 1, matched.end()
    for pattern in (INTERNAL, MARKUP):
        yield from (matched.span() for matched in pattern.finditer(seen))


def _ended(prose: str) -> Iterator[Link]:
    """Yield the addresses in running text that end where markup begins."""
    for matched in ENDED.finditer(prose):
        url = matched[0].rstrip(".,;:!?")
        url = url if "(" in url else url.rstrip(")")
        yield Link(url, matched.start(), matched.start() + len(url), "text")


def _closer(opened: re.Match[str]) -> str:
    return rf"</{opened['name']}\s*>" if opened["name"] else "-->"


def _templates(seen: str) -> Iterator[Template]:
    """Yield the templates, inner ones before the ones around them. A bar inside of an internal link parts nothing."""
    opened: list[Template | None] = []  # None for an internal link
    for token in TOKEN.finditer(seen):
        match token[0]:
            case "{{":
                opened.append(Template(token.start()))
            case "[[":
                opened.append(None)
            case "|" if opened and (inner := opened[-1]):
                inner.bars.append(token.start())
            case "]]" if opened and opened[-1] is None:
                opened.pop()
            case "}}":
                while opened and opened[-1] is None:
                    opened.pop()
                if opened and (template := opened.pop()):
                    template.end = token.end()
                    _name_values(seen, template)
                    yield template


def _name_values(seen: str, template: Template) -> None:
    """Set the name of a template, and its values by name, those without a name by ordinal."""
    bounds = [*template.bars, template.end - 2]
    template.name = " ".join(seen[template.start + 2 : min(bounds[0], template.start + 202)].replace("_", " ").split()).lower()
    ordinal = 0
    for bar, end in zip(template.bars, bounds[1:], strict=True):
        named = NAME.match(seen, bar + 1, end)
        ordinal += named is None
        key = named["name"].strip().lower() if named else str(ordinal)
        start = named.end() if named else bar + 1
        written = seen[start : min(end, start + 4000)]
        first = start + len(written) - len(written.lstrip())
        template.values[key] = first, max(first, start + len(written.rstrip()))


def _links_of(seen: str, template: Template) -> Iterator[Link]:
    """Yield what a template cites: itself, where it stands for a post, else the addresses in it."""
    values = {key: seen[start:end] for key, (start, end) in template.values.items()}
    post = _post(template, values)
    if post:
        yield post
        return
    for key, (start, end) in template.values.items():
        address = ADDRESS.match(seen, start, end)
        if address:
            written, first = address["url"].rstrip(".,;"), address.start("url")
            meant = html.unescape(written.replace("{{=}}", "=").replace("{{!}}", "|"))
            yield Link(_absolute(meant), first, first + len(written), "template", written=written)
        elif registered := _registered(template.name, key, values[key]):
            yield Link(registered, start, end, "template", written=values[key])
        elif template.name in SITES and key == "1" and (host := meant_as_host(values[key])):
            yield Link(host, start, end, "template", written=values[key])
        elif template.name in PROFILES and key == "1" and USER.fullmatch(values[key]):
            yield Link(PROFILES[template.name].format(values[key].lstrip("@")), start, end, "template", written=values[key])


def _registered(template: str, key: str, value: str) -> str | None:
    """Return the page that a number leads to: of a paper in a register, of a person or a film."""
    register = REGISTERS.get(template if key == "1" else key)
    if register and (number := register[0].fullmatch(value)):
        return register[1].format(number[1])
    if template.startswith("imdb") and key in {"1", "id"} and (found := IMDB.fullmatch(value)):
        kind = found["kind"] or ("nm" if PERSON.search(template) else "tt")
        return f"https://www.imdb.com/{PAGES[kind]}/{kind}{found['number']}/"
    return None


def _post(template: Template, values: dict[str, str]) -> Link | None:
    """Return the post or video that a template stands for."""
    player = PLAYER.match(template.name)
    plain = re.sub(r"[^a-z0-9]", "", player["name"] if player else template.name)
    plain = plain if plain in NETWORKS else plain.removeprefix("cite")
    if TWEET.search(template.name):
        # The first posts have short numbers (jack's is 20), which only the parameter made for them can be trusted with.
        early = values.get("number", "")
        number = next((values[key] for key in (*NUMBERS, *values) if POST.fullmatch(values.get(key, ""))), None)
        number = number or (early if EARLY.fullmatch(early) else None)
        user = next((values[key].lstrip("@") for key in USERS if USER.fullmatch(values.get(key, "")) and values[key] != number), None)
        if number is None:
            return None
        claims = {"handle": user, "text": _first(values, WORDS), "date": iso_date(_first(values, DATES))}
        url = f"https://twitter.com/{user or 'i'}/status/{number}"
        said = tuple((name, value) for name, value in claims.items() if value)
        return Link(url, template.start, template.end, "template", "embed", number, claims=said)
    if plain not in NETWORKS or NETWORKS[plain] == "":
        return None
    named = {re.sub(r"[^a-z0-9]", "", key): value for key, value in values.items() if not key.isdecimal()}
    thing = cited(plain, [value for key, value in values.items() if key.isdecimal()], named)
    known = thing is not None and (thing.written is not None or player is not None)
    return Link(thing.url, template.start, template.end, "template", "embed", thing.written) if thing and known else None


def _players(seen: str) -> Iterator[Link]:
    """Yield what the tags of extensions show: `<youtube>ID</youtube>`, `<embedvideo service="vimeo">ID</embedvideo>`."""
    for matched in TAG.finditer(seen):
        name, named = matched["name"].lower(), arguments(matched["named"])[1]
        name = named.get("service", "") if name in {"embedvideo", "ev"} else name
        thing = cited(name, [matched["said"].strip()], {}) if NETWORKS.get(name.lower()) else None
        if thing:
            yield as_link(thing, *matched.span(), "tag")


def _first(values: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((values[name] for name in names if values.get(name)), None)


def _absolute(url: str) -> str:
    return "https:" + url if url.startswith("//") else url


def _outermost(links: list[Link]) -> Iterator[Link]:
    """Yield the links in order, without those inside of another: a post's template may hold its address as well."""
    reach = -1
    for link in sorted(links, key=lambda link: (link.start, -link.end)):
        if link.start >= reach:
            yield link
            reach = link.end
