"""Notes: footnotes, references and lists of sources that stand behind an article's text, outside of what holds that.

They are the article's: what it cites stands there. Two things tell of them: what the section calls itself (`class="footnotes"`, ARIA's
`doc-endnotes`), and a heading that is nothing but such a word. "Notes" alone may be anybody's (on Tumblr who liked a post), so something
in the text must lead to it: a link to an id in the section, or a raised figure.

The foot of the article itself is chrome, but for what stands behind a label there that says only "Source" or "Via": `SOURCE  Reuters`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.article.chrome import attribute, tokens
from archiver.article.tree import Tree

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
CALLED = frozenset({"footnote", "footnotes", "endnote", "endnotes", "fussnoten", "footnoten"})
ROLES = frozenset({"doc-endnotes", "doc-footnote", "doc-bibliography"})
CERTAIN = re.compile(  # all that a heading says
    r"(?:foot|end)notes?|references?|sources?|bibliography|works cited|citations|notes (?:and|&) (?:references|sources)"
    r"|sources (?:and|&) notes"
    r"|fu(?:ß|ss)noten?|quellen?(?:angaben|verzeichnis|nachweise?)?|einzelnachweise|literatur(?:verzeichnis|angaben|hinweise)?"
    r"|notes de bas de page|notes et références|références|bibliographie|referencias|fuentes|bibliografía|notas al pie|referências|fontes"
    r"|fonti|riferimenti|bibliografia|note a piè di pagina|voetnoten|bronnen|przypisy|źródła|källor|fotnoter|kilder|lähteet|viitteet"
    r"|сноски|источники|литература|примечания|脚注|出典|参考文献|参考資料|参考资料|參考資料|参考来源|참고문헌|출처"
    r"|المراجع|المصادر|الهوامش|מקורות|הערות שוליים|منابع"
    r"|kaynakça|kaynaklar|dipnotlar|sumber|referensi",
    re.IGNORECASE,
)
SOURCE = re.compile(
    r"sources?|via|quellen?|fuentes?|fontes?|fonti|bron(?:nen)?|źródł[oa]|kaynak|источники?|出典|来源|來源|출처|المصدر", re.IGNORECASE
)
LABELS = frozenset({"span", "strong", "b", "em", "div", "p", "dt", "h4", "h5", "h6"})
SAID, BOX = 20, 300  # characters of a label, and of what stands in a box with it
LIKELY = re.compile(r"notes?|anmerkungen?|notas|noter|note", re.IGNORECASE)


def notes_behind(tree: Tree, region: int) -> Iterator[range]:
    """Yield the elements of each section of notes behind the text's region, in order."""
    behind = tree.lasts[region] + 1
    done = behind
    for at in range(behind, len(tree.tags)):
        if at < done:
            continue
        section = _called(tree, at) or _headed(tree, region, at)
        if section:
            yield section
            done = section.stop


def sources_in_foot(tree: Tree, region: int) -> Iterator[range]:
    """Yield the elements of what the foot of the text's own `article` calls its source."""
    article = tree.nearest(region, "article")
    for foot in tree.by_tag.get("footer", ()) if article >= 0 else ():
        if tree.nearest(foot, "article") != article:
            continue
        for at in range(foot + 1, tree.lasts[foot] + 1):
            start, end = tree.span(at)
            if tree.tags[at] in LABELS and end - start <= SAID and SOURCE.fullmatch(tree.text[start:end].strip(" \t\n:：")):
                box = tree.parents[at]
                first, last = tree.span(box)
                if box > foot and last - first <= BOX:
                    yield range(box, tree.lasts[box] + 1)


def _called(tree: Tree, at: int) -> range | None:
    """Return the elements of a section that calls itself one of notes."""
    named = tree.attributes[at]
    if not named or tree.tags[at] == "a":
        return None
    label = f"{attribute(named, 'class')} {attribute(named, 'id')}"
    called = attribute(named, "role").lower() in ROLES or not CALLED.isdisjoint(tokens(label))
    return range(at, tree.lasts[at] + 1) if called else None


def _headed(tree: Tree, region: int, at: int) -> range | None:
    """Return the elements from a heading that says so to the next of its level, in what holds it."""
    if tree.tags[at] not in HEADINGS:
        return None
    start, end = tree.span(at)
    said = tree.text[start:end].strip(" \t\n:：.") if end - start < 60 else ""
    held = tree.parents[at]
    if not CERTAIN.fullmatch(said) and not (LIKELY.fullmatch(said) and _is_led_to(tree, region, held)):
        return None
    further = (
        one for one in range(tree.lasts[at] + 1, tree.lasts[held] + 1) if tree.tags[one] in HEADINGS[: HEADINGS.index(tree.tags[at]) + 1]
    )
    return range(at, next(further, tree.lasts[held] + 1))


def _is_led_to(tree: Tree, region: int, held: int) -> bool:
    """Tell whether the text leads to a section: by a link to an id in it, or raised figures."""
    inside = range(region, tree.lasts[region] + 1)
    led = {
        href[1:]
        for at in inside
        if tree.tags[at] == "a" and (href := attribute(tree.attributes[at], "href")).startswith("#") and href != "#"
    }
    ids = {attribute(tree.attributes[at], "id") for at in range(held, tree.lasts[held] + 1)} - {""}
    return not led.isdisjoint(ids) or any(tree.tags[at] == "sup" and _is_figure(tree, at) for at in inside)


def _is_figure(tree: Tree, at: int) -> bool:
    start, end = tree.span(at)
    return tree.text[start:end].strip(" []()*").isdecimal()
