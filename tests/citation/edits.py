"""Kinds of edit to an article's source, each of which knows where everything went: the ground truth is the edit itself.

A source is `Traced`: text with the origin of each character in the version before. Cut, moved and joined, the characters keep their
origins; written anew or copied, they have none. In HTML the elements are told by a `data-origin` attribute that travels with them, and that
a copy does not have. A place is then at its spot if the answer holds the characters, or the element, that it held.

An edit takes blocks (glue, paragraph, glue, paragraph … glue) and dice, and returns blocks. One that finds nothing to edit changes nothing.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

ORIGIN = re.compile(r' data-origin="[0-9]+"')
TAG = re.compile(r"<(a|iframe|blockquote|amp-[a-z-]+|div|video|figure|script|p|span|img|section|twitterwidget)(?=[\s>])", re.IGNORECASE)
HTML_PARAGRAPH = re.compile(r"<p(?=[\s>])(?:(?!<p[\s>]|</?div|</?blockquote|</?script|<!--).)*?</p>", re.DOTALL | re.IGNORECASE)
QUOTED = re.compile(r"<blockquote.*?</blockquote>|<script.*?</script>|<noscript.*?</noscript>", re.DOTALL | re.IGNORECASE)
TEXT_GLUE = re.compile(r"\n[ \t]*\n\s*")
HTML_LINK = re.compile(
    r"<a\s[^>]*?href=[\"']?https?://(?!(?:\w+\.)*(?:twitter|t|x|instagram|bsky)\.\w+/)[^>]*>(?:(?!<a\s|</a).)*?</a>",
    re.DOTALL | re.IGNORECASE,
)
TEXT_LINK = re.compile(r"(?<!!)\[[^\[\]\n]{1,120}\]\(https?://[^()\s]+\)|(?<![/\w(<\"=\[])(?<!\]: )https?://[^\s)>\]\"]+")
MARKUP = re.compile(r"<[^>]*>|&[#\w]+;|https?://\S+|\{[{%][^}]*[%}]\}|\]\([^)]*\)")
WORD = re.compile(r"[^\W\d_]{4,}")
HEADING = re.compile(r"(?<=>)[^<>]{4,}(?=</h[1-6]>)|(?<=\n)#{1,4} [^\n]+")
FRAME = re.compile(r"<iframe\s[^>]*>\s*</iframe>|<blockquote class=\"twitter-tweet\".*?</blockquote>", re.DOTALL | re.IGNORECASE)
NEW = (
    "Ein ganz neuer Absatz steht jetzt hier.",
    "خبر جديد يضاف إلى النص هذا الصباح.",
    "A line the editors added later, on second thought.",
)
FOREIGN = ("vsetko", "vcera", "zmenilo", "podla", "slov", "ministra", "ktory", "prisiel", "neskoro", "domov", "spolu", "novymi", "spravami")


@dataclass(frozen=True)
class Traced:
    """Text, and where each of its characters stood before; -1 for those that are new."""

    text: str
    origins: tuple[int, ...]

    @classmethod
    def new(cls, text: str) -> Traced:
        return cls(text, (-1,) * len(text))

    @classmethod
    def whole(cls, text: str) -> Traced:
        return cls(text, tuple(range(len(text))))

    def __getitem__(self, part: slice) -> Traced:
        return Traced(self.text[part], self.origins[part])

    def __add__(self, other: Traced) -> Traced:
        return Traced(self.text + other.text, self.origins + other.origins)

    def copy(self) -> Traced:
        return Traced.new(ORIGIN.sub("", self.text))

    def replaced(self, start: int, end: int, by: str) -> Traced:
        return self[:start] + Traced.new(by) + self[end:]


Blocks = list[Traced]
Edit = Callable[[Blocks, random.Random, bool], Blocks]


def marked(html: str) -> str:
    """Return HTML whose elements are numbered."""
    number = iter(range(10**9))
    return TAG.sub(lambda tag: f'{tag[0]} data-origin="{next(number)}"', html)


def blocks_of(source: Traced, html: bool) -> Blocks:
    """Cut a source into glue and paragraphs, in turn; it begins and ends with glue."""
    quoted = [m.span() for m in QUOTED.finditer(source.text)] if html else []
    cut = [m.span() for m in (HTML_PARAGRAPH if html else TEXT_GLUE).finditer(source.text)]
    cut = [(a, b) for a, b in cut if not any(start < b and a < end for start, end in quoted)]
    bounds = [0, *(offset for span in cut for offset in span), len(source.text)]
    parts = [source[a:b] for a, b in itertools.pairwise(bounds)]
    return parts if html else [Traced.new(""), *parts, Traced.new("")]


def joined(blocks: Blocks) -> Traced:
    return Traced("".join(b.text for b in blocks), tuple(o for b in blocks for o in b.origins))


def paragraphs(blocks: Blocks) -> list[int]:
    return list(range(1, len(blocks), 2))


def pick(blocks: Blocks, dice: random.Random, holds: re.Pattern[str] | None = None) -> int | None:
    """Choose a paragraph, one that holds a link if there is such a one."""
    having = [i for i in paragraphs(blocks) if not holds or holds.search(blocks[i].text)]
    return dice.choice(having) if having else None


def link_of(html: bool) -> re.Pattern[str]:
    return HTML_LINK if html else TEXT_LINK


def wrapped(text: str, html: bool) -> Traced:
    return Traced.new(f"<p>{text}</p>" if html else text)


def words_changed(block: Traced, change: Callable[[re.Match[str]], str], pattern: re.Pattern[str] = WORD) -> Traced:
    """Change what matches outside of markup and addresses."""
    taken = [m.span() for m in MARKUP.finditer(block.text)]
    for found in reversed(list(pattern.finditer(block.text))):
        if not any(start < found.end() and found.start() < end for start, end in taken):
            block = block.replaced(*found.span(), change(found))
    return block


# ------------------------------------------------------------------ the edits


def insert(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice)
    return blocks if at is None else [*blocks[:at], wrapped(dice.choice(NEW), html), Traced.new("\n\n"), *blocks[at:]]


def delete(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice, link_of(html))
    return blocks if at is None else [*blocks[:at], *blocks[at + 2 :]]


def reorder(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    one, other = pick(blocks, dice, link_of(html)), pick(blocks, dice)
    if one is None or other is None:
        return blocks
    blocks = list(blocks)
    blocks[one], blocks[other] = blocks[other], blocks[one]
    return blocks


def shuffle(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    blocks, order = list(blocks), paragraphs(blocks)
    dice.shuffle(order)
    return [blocks[order[at // 2]] if at % 2 else block for at, block in enumerate(blocks)]


def _misspelt(word: re.Match[str]) -> str:
    return word[0][0] + word[0][2] + word[0][1] + word[0][3:]


def typo_in_quote(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice, link_of(html))
    if at is None:
        return blocks
    found = dice.choice(list(link_of(html).finditer(blocks[at].text)))
    inside = words_changed(blocks[at][found.start() : found.end()], _misspelt)
    return [*blocks[:at], blocks[at][: found.start()] + inside + blocks[at][found.end() :], *blocks[at + 1 :]]


def typos_near(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice, link_of(html))
    change = lambda word: _misspelt(word) if dice.random() < 0.2 else word[0]  # noqa: E731
    return blocks if at is None else [*blocks[:at], words_changed(blocks[at], change), *blocks[at + 1 :]]


def typos_everywhere(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    change = lambda word: _misspelt(word) if dice.random() < 0.1 else word[0]  # noqa: E731
    return [words_changed(block, change) if at % 2 else block for at, block in enumerate(blocks)]


def quote_marks(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    marks = {**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’", "'"), "'": "’"}
    return [
        words_changed(block, lambda mark: marks[mark[0]], re.compile("[“”„«»‘’']")) if at % 2 else block for at, block in enumerate(blocks)
    ]


def translate(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice, link_of(html))
    any_word = re.compile(r"[^\W\d_]{2,}")
    return blocks if at is None else [*blocks[:at], words_changed(blocks[at], lambda _: dice.choice(FOREIGN), any_word), *blocks[at + 1 :]]


def duplicate(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice, link_of(html))
    return blocks if at is None else [*blocks[: at + 1], Traced.new("\n\n"), blocks[at].copy(), *blocks[at + 1 :]]


def duplicate_far(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at, there = pick(blocks, dice, link_of(html)), pick(blocks, dice)
    if at is None or there is None or at == there:  # a copy right above is the same article as a copy right below
        return blocks
    return [*blocks[:there], blocks[at].copy(), Traced.new("\n\n"), *blocks[there:]]


def duplicate_embed(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    source = joined(blocks)
    found = list((FRAME if html else TEXT_LINK).finditer(source.text))
    if not found:
        return blocks
    chosen = dice.choice(found)
    copy = Traced.new("\n\n") + source[chosen.start() : chosen.end()].copy() + Traced.new("\n\n")
    return blocks_of(source[: chosen.end()] + copy + source[chosen.end() :], html)


def move_link(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at, there = pick(blocks, dice, link_of(html)), pick(blocks, dice)
    if at is None or there is None or at == there:
        return blocks
    found = dice.choice(list(link_of(html).finditer(blocks[at].text)))
    link, blocks = blocks[at][found.start() : found.end()], list(blocks)
    blocks[at] = blocks[at][: found.start()] + blocks[at][found.end() :]
    end = blocks[there].text.rfind("</") if html else len(blocks[there].text)
    blocks[there] = blocks[there][:end] + Traced.new(" ") + link + Traced.new(" ") + blocks[there][end:]
    return blocks


def link_text(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice, link_of(html))
    if at is None:
        return blocks
    found = dice.choice(list(link_of(html).finditer(blocks[at].text)))
    inside = words_changed(blocks[at][found.start() : found.end()], lambda _: dice.choice(FOREIGN), re.compile(r"\w+"))
    return [*blocks[:at], blocks[at][: found.start()] + inside + blocks[at][found.end() :], *blocks[at + 1 :]]


def url_changed(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice, link_of(html))
    if at is None:
        return blocks
    found = dice.choice(list(link_of(html).finditer(blocks[at].text)))
    other = re.sub(r"https?://[^/\s\"')>?]+", "https://elsewhere.example/changed", found[0])
    return [*blocks[:at], blocks[at].replaced(*found.span(), ORIGIN.sub("", other)), *blocks[at + 1 :]]


def swap_links(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    source = joined(blocks)
    found = list(link_of(html).finditer(source.text))
    if len(found) < 2:
        return blocks
    one, other = sorted(dice.sample(found, 2), key=lambda m: m.start())
    (a, b), (c, d) = one.span(), other.span()
    return blocks_of(source[:a] + source[c:d] + source[b:c] + source[a:b] + source[d:], html)


def rename_headings(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    source = joined(blocks)
    for found in reversed(list(HEADING.finditer(source.text))):
        source = source.replaced(*found.span(), ("" if html else "## ") + " ".join(dice.sample(FOREIGN, 3)))
    return blocks_of(source, html)


def rewrap(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    def line(block: Traced) -> Traced:
        return words_changed(block, lambda _: "\n" if dice.random() < 0.2 else " ", re.compile(r"(?<=\S)[ \n](?=\S)"))

    return [line(block) if at % 2 and not block.text.startswith(("    ", "```", "<pre")) else block for at, block in enumerate(blocks)]


def blanks_and_markup(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    def change(word: re.Match[str]) -> str:
        return f"<b>{word[0]}</b>" if html else word[0]

    if html:
        bold = lambda word: change(word) if dice.random() < 0.1 else word[0]  # noqa: E731
        return [words_changed(block, bold) if at % 2 else block for at, block in enumerate(blocks)]
    return [words_changed(block, lambda _: "  ", re.compile(r"(?<=\w) (?=\w)")) if at % 2 else block for at, block in enumerate(blocks)]


def truncate(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice)
    return blocks if at is None else blocks[: at + 1]


def split(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice, link_of(html))
    if at is None:
        return blocks
    ends = [m.end() for m in link_of(html).finditer(blocks[at].text)]
    middle = Traced.new("</p><p>" if html else "\n\n")
    return [*blocks[:at], blocks[at][: ends[0]] + middle + blocks[at][ends[0] :], *blocks[at + 1 :]]


def join(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    at = pick(blocks, dice, link_of(html))
    if at is None or at + 2 >= len(blocks) or blocks[at + 1].text.strip():
        return blocks
    one, other = blocks[at], blocks[at + 2]
    both = one[: one.text.rfind("</")] + Traced.new(" ") + other[other.text.find(">") + 1 :] if html else one + Traced.new(" ") + other
    return [*blocks[:at], both, *blocks[at + 3 :]]


def entities(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    signs = {"–": "-", "—": "--", "…": "...", "\u00a0": " ", ",": "،"}
    pattern = re.compile("[–—…\u00a0,]" + ("|[^\\x00-\\x7f]" if html else ""))
    return [
        words_changed(block, lambda sign: signs.get(sign[0]) or f"&#{ord(sign[0])};", pattern) if at % 2 else block
        for at, block in enumerate(blocks)
    ]


def unlink(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    """Remove a citation and leave its words; every other one with these words, or this address, stays."""
    at = pick(blocks, dice, link_of(html))
    if at is None:
        return blocks
    found = dice.choice(list(link_of(html).finditer(blocks[at].text)))
    words = re.sub(r"<[^>]*>|\]\(.*|^\[|https?://\S+|\S*\.\S+/\S*", "", found[0])  # an address in the words would be a citation again
    return [*blocks[:at], blocks[at].replaced(*found.span(), words), *blocks[at + 1 :]]


def remove_one_of_many(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    """Copy a paragraph's link into other paragraphs, with its words, and delete the link itself."""
    at, there = pick(blocks, dice, link_of(html)), pick(blocks, dice)
    if at is None or there is None or at == there:
        return blocks
    found = dice.choice(list(link_of(html).finditer(blocks[at].text)))
    decoy = re.sub(r"https?://[^/\s\"')>?]+", "https://elsewhere.example/decoy", found[0])
    blocks = list(blocks)
    blocks[at] = blocks[at][: found.start()] + blocks[at][found.end() :]
    end = blocks[there].text.rfind("</") if html else len(blocks[there].text)
    blocks[there] = blocks[there].replaced(end, end, " " + ORIGIN.sub("", decoy) + " ")
    return blocks


def everything(blocks: Blocks, dice: random.Random, html: bool) -> Blocks:
    """A new edition: several of these at once."""
    for edit in (insert, delete, reorder, typos_everywhere, quote_marks, duplicate_far, rename_headings, insert):
        blocks = edit(blocks, dice, html)
    return blocks


EDITS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        insert, delete, reorder, shuffle, typo_in_quote, typos_near, typos_everywhere, quote_marks, translate, duplicate, duplicate_far,
        duplicate_embed, move_link, link_text, url_changed, swap_links, rename_headings, rewrap, blanks_and_markup, truncate, split, join,
        entities, unlink, remove_one_of_many, everything,
    )
}  # fmt: skip
