"""Document: a lexbor tree with the map between its elements and the article text.

The text rule stands in `tree.py`. A document is read-only, so everything that is worked out is kept: the walk, the judgement of the body,
and each CSS selection. Nothing is worked out before it is asked for: a cited page whose title alone is wanted costs its parse.

The tree is the one that a browser with scripting sees: what stands in `noscript` is text there, not elements, and what stands in `template`
is another document. Both elements are selected like any other, with the spot where they stand; `html` has what is in them.

How elements are named (`xpath`, `css`) stands in `paths`, how they are selected in `selection`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from archiver.article.block import Block
from archiver.article.body import is_strip, judge
from archiver.article.nesting import tamed
from archiver.article.paths import PLAIN, Paths
from archiver.article.selection import keys, needing, search, selected
from archiver.article.tree import SILENT, Tree, walk

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

CONSENT = re.compile(r"cookie|consent|gdpr|dsgvo|borlabs|brlbs|cmplz|datenschutz|opt-?in|external[-_]?content", re.IGNORECASE)
ASKING = 800  # characters with which a shell asks for consent
LABEL = 50  # characters of a block that may be a label
INVISIBLE = (*range(9, 14), 32, 0x85, 0xA0, 0xAD, 0x1680, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF)
UNSEEN = "".join(map(chr, INVISIBLE))
ADVERTISEMENT = re.compile(
    r"(?:advertisement|advertising|anzeige|werbung|reklam[ae]?|publicidade?|publicité|pubblicità|annons[e]?|advertentie|реклама|広告|广告|廣告|광고|إعلان)"
    r"(?:\s+\d{1,2})?|(?:story|article) continues below(?:(?: this)? advertisement)?\.?|(?:this )?advertisement has not loaded yet.*",
    re.IGNORECASE,
)
T = TypeVar("T")


class Text(NamedTuple):
    """A text node: its words, as they stand, and the tag of the element directly before it among its siblings; "" for none."""

    words: str
    behind: str


class Element:
    """One element of a document. Two are equal when they are the same node of the same tree."""

    __slots__ = ("_document", "_known", "_named", "_node", "_order")

    def __init__(self, node: LexborNode, document: Document) -> None:
        self._node = node
        self._document = document
        self._named: dict[str, str] | None = None  # two dozen platforms ask the same element
        self._known: dict[Callable[[Element], Any], Any] | None = None
        self._order = -1

    @property
    def tag(self) -> str:
        """The local name: lower case for HTML elements."""
        return self._node.tag or ""

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes by name, the first of each name, entities decoded; "" for one without a value."""
        if self._named is None:
            named: dict[str, Any] = self._document._given(self)  # noqa: SLF001 - one class in two parts
            self._named = {name: value or "" for name, value in named.items()} if None in named.values() else named
        return self._named

    @property
    def classes(self) -> tuple[str, ...]:
        """The class tokens, as written."""
        return tuple(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """The text of all text nodes below, as they stand: no white space collapsed, nothing left out."""
        return self._node.text()

    @property
    def html(self) -> str:
        """The outer HTML, serialised from the tree."""
        return self._node.html or ""

    @property
    def parent(self) -> Element | None:
        """The element around this one; None for the root."""
        parent = self._node.parent
        return Element(parent, self._document) if parent is not None and parent.is_element_node else None

    @property
    def children(self) -> list[Element]:
        """The element children, in document order."""
        return [Element(node, self._document) for node in self._node.iter()]

    def select(self, css: str) -> list[Element]:
        """Return the descendants that a selector list matches, in document order, each once. ValueError for a bad selector."""
        return [Element(node, self._document) for node in search(self._node, css) if node.mem_id != self._node.mem_id]

    def matches(self, css: str) -> bool:
        """Tell whether a selector list matches this element. ValueError for a bad selector."""
        return self._node.mem_id in self._document.matching(css)

    def closest(self, wanted: str | Callable[[Element], bool]) -> Element | None:
        """Return the nearest of this element and those around it that a selector list, or a predicate, accepts."""
        accepts = self._document.accepting(wanted)
        element: Element | None = self
        while element is not None and not accepts(element):
            element = element.parent
        return element

    @property
    def links(self) -> list[Element]:
        """The links below, in document order. Those of SVG are none: their attribute may be another's `href`."""
        return [one for one in self.select("a[href]") if "href" in one.attributes]

    @property
    def hrefs(self) -> list[str]:
        """The addresses of the links below, as written, in document order."""
        return [one.attributes["href"] for one in self.links]

    def pieces(self) -> Iterator[Element | Text]:
        """Yield this element, and the elements and texts below it, in document order; not the text of scripts and the like."""
        for node in self._node.traverse(include_text=True):
            if node.is_element_node:
                yield Element(node, self._document)
            elif node.is_text_node and (around := node.parent) is not None and around.tag not in SILENT:
                before = node.prev
                yield Text(node.text_content or "", before.tag or "" if before is not None and before.is_element_node else "")

    def fragment(self) -> BeautifulSoup:
        """Return the outer HTML for forgiving navigation of a small piece; a copy, slow, without places."""
        from bs4 import BeautifulSoup  # noqa: PLC0415 - 0.1 s, and most runs need it never

        return BeautifulSoup(self.html, "html.parser")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self._node.mem_id == other._node.mem_id

    def __hash__(self) -> int:
        return hash(self._node.mem_id)

    def __repr__(self) -> str:
        return f"<Element {self.tag} {self.attributes}>"

    def once(self, work: Callable[[Element], T]) -> T:
        """Return what a function makes of this element, which is asked once: two dozen platforms want to know the same."""
        if self._known is None:
            self._known = {}
        if work not in self._known:
            self._known[work] = work(self)
        made: T = self._known[work]
        return made

    @property
    def address(self) -> int:
        """The node's address, unique while its document lives."""
        return self._node.mem_id


class Document:
    """A lexbor tree, the article text in it, and the map between the two. Offsets count code points of `text`."""

    def __init__(self, html: str, url: str | None = None) -> None:
        """Read a document. `url` is where it came from, if that is known: it says which links are the site's own."""
        self._parser = LexborHTMLParser(tamed(html), options=LexborDocumentOptions.WO_EVENTS, scripting=True)
        self._selections: dict[str, frozenset[int]] = {}
        self._url = url

    @cached_property
    def _tree(self) -> Tree:
        return walk(self._root)

    @property
    def _root(self) -> LexborNode:
        root = self._parser.root
        if root is None:  # the parser makes html, head and body of anything
            raise ValueError("a document without a root element")
        return root

    # ------------------------------------------------------------------ text

    @property
    def text(self) -> str:
        """The article text, by the rule of `tree.py`."""
        return self._tree.text

    @property
    def signs(self) -> frozenset[str]:
        """The characters of the text that are rare in prose; see `signs.py`."""
        return self._tree.signs

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the text, disjoint, in reading order; `<p>&nbsp;</p>`, an empty line of many editors, is none.

        What an advertisement is labelled with is none of the body.
        """
        blocks = []
        for start, end, owner, kind in self._tree.blocks:
            said = self.text[start : min(end, start + LABEL)].strip(UNSEEN)
            if not said and (end - start <= LABEL or not self.text[start:end].strip(UNSEEN)):
                continue
            level = int(kind[7:]) if kind[:7] == "heading" else 0
            blocks.append(
                Block(
                    start,
                    end,
                    "heading" if level else kind or "paragraph",
                    level,
                    self._in_body[owner] and not ADVERTISEMENT.fullmatch(said),
                )
            )
        return tuple(blocks)

    def text_length(self, enough: int) -> int:
        """Return how many code points of text there are, white space apart, counting no further than `enough`; cheap on long pages."""
        length = 0
        for node in self._root.traverse(include_text=True):
            if node.is_text_node and (around := node.parent) is not None and around.tag not in SILENT:
                length += len("".join((node.text_content or "").split()))
                if length >= enough:
                    break
        return length

    def span(self, element: Element) -> tuple[int, int]:
        """Return where an element's text starts and ends; the same offset twice for one without text, at the spot where it stands."""
        return self._tree.span(self.order(element))

    def element_at(self, offset: int) -> Element | None:
        """Return the innermost element that holds the character at an offset; None outside the text."""
        tree = self._tree
        if not 0 <= offset < len(tree.text):
            return None
        run = bisect_right(tree.runs, offset) - 1
        at = tree.owners[run]
        while offset >= tree.stops[run] and at >= 0 and offset >= tree.span(at)[1]:  # between two runs
            at = tree.parents[at]
        return self._at(at) if at >= 0 else None

    @property
    def comments(self) -> Iterator[tuple[Element, int, str]]:
        """The comments in document order: the element around each, the offset where it stands, and what it says."""
        tree = self._tree
        for owner, spot, said in tree.comments:
            yield self._at(owner), spot if spot >= 0 else tree.span(owner)[0], said

    # ------------------------------------------------------------- selection

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """What selectors can ask for: the names of all elements, `.class` of all classes, `[name` of all attributes; lower case."""
        attributes = self._tree.attributes
        classes = {named["class"] for named in attributes if named.get("class")}
        return frozenset(
            (
                *self._tree.tags,
                *(f"[{name}" for name in {name for named in attributes for name in named}),
                *(f".{one}" for one in " ".join(map(str, classes)).lower().split()),
            )
        )

    @property
    def tags(self) -> AbstractSet[str]:
        """The names of all elements, as they are in the tree."""
        return self._tree.by_tag.keys()

    def elements(self, *tags: str) -> list[Element]:
        """Return the elements of some tags, or all, in document order. Once the tree is walked, cheaper than a selection."""
        by_tag = self._tree.by_tag
        wanted = sorted(at for tag in tags for at in by_tag.get(tag, ())) if tags else range(len(self._tree.nodes))
        return [self._at(at) for at in wanted]

    def _at(self, at: int) -> Element:
        element = Element(self._tree.nodes[at], self)
        element._order = at  # noqa: SLF001 - one class in two parts
        return element

    def _given(self, element: Element) -> dict[str, str | None]:
        """Return the attributes of an element as the parser has them; those of the tree, if it has been asked for them already."""
        at = element._order  # noqa: SLF001 - one class in two parts
        return self._tree.attributes[at] if at >= 0 else element._node.attributes  # noqa: SLF001

    def is_foreign(self, element: Element) -> bool:
        """Tell whether an element is one of SVG or MathML, whose names and attributes are in namespaces."""
        at = self.order(element)
        return not self._paths.names[at] and PLAIN.fullmatch(self._tree.tags[at]) is not None

    def select(self, css: str) -> list[Element]:
        """Return the elements that a selector list matches, in document order, each once. ValueError for a bad selector.

        A selection costs what its selectors cost, one by one, on every element. So where the tree has been walked, those that ask for a
        tag, a class or an attribute that the page does not have are left out.
        """
        return [Element(node, self) for node in self._matches(css)]

    def _matches(self, css: str) -> list[LexborNode]:
        if "_tree" in self.__dict__:
            needed = keys(css)
            if needed and needed.isdisjoint(self.vocabulary):
                return []
            return selected(self._tree, [one for needs, one in needing(css) if needs <= self.vocabulary])
        return search(self._root, css) if css else []

    def kept(self, wanted: Callable[[str, str], bool]) -> Iterator[tuple[Element, str, str]]:
        """Yield what `data-` attributes keep for scripts and is wanted, by name and value, in document order, with its element."""
        for at, name, value in self._kept:
            if wanted(name, value):
                yield self._at(at), name, value

    @cached_property
    def _kept(self) -> list[tuple[int, str, str]]:
        attributes = enumerate(self._tree.attributes)
        return [(at, name, value) for at, named in attributes for name, value in named.items() if value and name[:5] == "data-"]

    def matching(self, css: str) -> frozenset[int]:
        """Return the addresses of the elements that a selector list matches. ValueError for a bad selector."""
        found = self._selections.get(css)
        if found is None:
            found = self._selections[css] = frozenset(node.mem_id for node in self._matches(css))
        return found

    def accepting(self, wanted: str | Callable[[Element], bool]) -> Callable[[Element], bool]:
        """Return a selector list as a predicate; a predicate as it is."""
        if callable(wanted):
            return wanted
        found = self.matching(wanted)
        return lambda element: element.address in found

    @property
    def root(self) -> Element:
        """The html element."""
        return Element(self._root, self)

    # ------------------------------------------------------------- structure

    def order(self, element: Element) -> int:
        """Return the element's position in document order, from 0. ValueError for an element of another document."""
        if element._order < 0 or element._document is not self:  # noqa: SLF001 - one class in two parts
            me = self._tree.index.get(element.address)
            if me is None:
                raise ValueError(f"{element!r} is not in this document")
            element._order = me  # noqa: SLF001
        return element._order  # noqa: SLF001

    def reach(self, element: Element) -> range:
        """Return the positions, in document order, of an element and all below it."""
        me = self.order(element)
        return range(me, self._tree.lasts[me] + 1)

    def standing(self, element: Element) -> tuple[int, tuple[int, int], bool]:
        """Return an element's position in document order, its span, and whether it stands in the body."""
        me = self.order(element)
        return me, self.span(element), self._in_body[me]

    def contains(self, outer: Element, inner: Element) -> bool:
        """Tell whether `inner` is `outer` or below it."""
        return self.order(inner) in self.reach(outer)

    def in_body(self, element: Element) -> bool:
        """Tell whether an element stands in the article's body rather than in the page's chrome."""
        return self._in_body[self.order(element)]

    def shows_in_body(self, element: Element) -> bool:
        """Tell whether what an element shows stands in the body, whatever the shells around it that hold nothing else call themselves.

        `<div class="social-widget">` around one post is how the post is shown; only what is around that says where. The same is true of a
        shell that asks for consent first, and has a few words more. A frame too low for a post is none.
        """
        tree, at = self._tree, self.order(element)
        if self._in_body[at] or (tree.tags[at] == "iframe" and is_strip(tree.attributes[at])):
            return self._in_body[at]
        start, end = tree.span(at)
        while (around := tree.parents[at]) >= 0:
            first, last = tree.span(around)
            more = last - first - (end - start)
            if more > ASKING or (more > 0 and not CONSENT.search(" ".join(str(one) for one in tree.attributes[around].values())[:1000])):
                break
            at = around
        return around >= 0 and self._in_body[around]

    @cached_property
    def _in_body(self) -> list[bool]:
        return judge(self._tree, self._url)

    @cached_property
    def base(self) -> str | None:
        """The href of the first `base` that has one, as written."""
        bases = self.elements("base") if "_tree" in self.__dict__ else self.select("base[href]")
        return next((base.attributes["href"] for base in bases if "href" in base.attributes), None)

    # ------------------------------------------------------------- selectors

    def xpath(self, element: Element) -> str:
        """Return the positional path of an element: `/html[1]/body[1]/div[2]/p[1]`."""
        return self.paths(element)[0]

    def css(self, element: Element) -> str:
        """Return a selector that this element alone matches: child steps from the nearest id that is unique, or from the root."""
        return self.paths(element)[1]

    def paths(self, element: Element) -> tuple[str, str]:
        """Return the positional path of an element and the selector that it alone matches; both are asked for of every place."""
        return self._paths.of(self.order(element))

    @cached_property
    def _paths(self) -> Paths:
        return Paths(self._tree)

    def by_xpath(self, path: str) -> Element | None:
        """Return the element at a positional path, or None where there is none. Other forms of XPath are not evaluated."""
        at = self._paths.at(path)
        return self._at(at) if at is not None else None

    def by_css(self, css: str) -> Element | None:
        """Return the first element that a selector matches, or None where there is none or the selector is none."""
        with suppress(ValueError):
            at = self._paths.selected(css)
            return self._at(at) if at is not None else None
        with suppress(ValueError):
            return next(iter(self.select(css)), None)
        return None
