"""Which region of a page is the article's body. The judgement labels; it never removes.

Extractors that cut a page down to its main text lose embeds (of four that were measured each loses some, one the tweets themselves). So
citations are read from the whole document, and this judgement only says which of them stand in the page's chrome: navigation, share
buttons, related stories, comments, author box, footer. Its errors cost a label, not a citation. The questions, none about one site:

  chrome   What does the markup call itself? Elements and ARIA roles that mean chrome, and tokens of class and id that name it. A token is
           not believed on an element that holds much of the page's prose (`<div class="layout sidebar-right">` around everything), alone
           or with others of its class (columns, chapters), nor on one that names itself an embed or the content as well. An id that
           repeats the section's heading says what the section is about.
  region   Where is the prose? From the root downwards into the one container that holds nearly all of it, until it spreads out, and
           further into an element that names itself the article's text. Prose is the text of blocks with some length and few links.
  like     Text that is set in several containers has a region in each: twins of the first, in the same `article`, no `h1` between them.
  lead     Between the title and the region: sentences, and what is shown there without words.
  first    Pages that scroll on into further whole articles have several regions one after another; the first is the article. The entries
           of a live blog are `article` elements too, but inside one, or below the one title of all.
  button   A link to a share endpoint, or one that calls itself tag, author or sign-up, is chrome wherever it stands; so is the smallest
           element with profiles on three networks in it, unless there is prose in it: that is a box that asks to be followed.
  boxes    What asks the reader for something in plain paragraphs: `boxes`.

On the labelled corpus the region alone settles most links; tokens settle what stands between the paragraphs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from archiver.article.boxes import PROFILE, Attributes, asking
from archiver.article.tree import Tree

CHROME_TAGS = frozenset({"nav", "footer", "aside", "menu", "dialog", "button", "select", "search", "form", "address"})
CHROME_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar"]
)
CHROME_WORDS = """
    nav navbar navigation menu submenu megamenu footer masthead topbar toolbar sidebar rail skip colophon copyright breadcrumb breadcrumbs
    share shares sharing sharebar sharer sharedaddy addthis addtoany social socials follow newsletter newsletters subscribe subscription
    signup related relacionadas relacionados recommended recommendation recommendations recirc outbrain taboola trending popular teaser
    teasers carousel promo promos sponsored advert advertisement advertising ads cookie cookies consent gdpr pagination pager popup modal
    author authors bio byline tags tagcloud topics widget widgets comments comment commentlist disqus respond replies
    compartir compartilhar compartilhe condividi correlati partage partager teilen udostepnij paylas sns kanren pankuzu
"""
CHROME_TOKENS = frozenset(CHROME_WORDS.split())
SHOWN_TOKENS = frozenset(
    [
        "onebox",
        "embed",
        "oembed",
        "tweet",
        "arve",
        "facade",
        "pullquote",
        "callout",
        "admonition",
        "footnote",
        "footnotes",
        "sidenote",
        "caption",
    ]
)
BUILDER = re.compile(r"(?<![\w-])(?:elementor-widget|so-widget|widget_sow)(?=[\s-]|$)")  # page builders call every paragraph a widget
POST = re.compile(r"(?<![\w-])(?:hentry|type-post|post-[0-9]+)(?![\w-])")  # WordPress adds the names of tags and categories to a post's
CONTENT_TOKENS = frozenset(
    {"embed", "embedded", "oembed", "embeds", "tweet", "content", "body", "prose", "text", "footnote", "footnotes", "endnotes"}
)
TALK_TOKENS = frozenset({"comments", "comment", "commentlist", "disqus", "comentarios", "commentaires", "kommentare"})
TEXT_MARK = re.compile(
    r"(?<![a-z])(?:article|entry|post|story|note|news|single)[_-]*(?:single[_-]*)?(?:content|body|text)(?![a-z])|\bprose\b", re.IGNORECASE
)
PLAIN = frozenset(
    {"p", "div", "span", "br", "li", "ul", "b", "i", "em", "strong", "td", "tr", "tbody", "h1", "h2", "h3", "option", "script"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CONTAINERS = frozenset({"html", "body", "main", "article", "section", "div", "table", "tbody", "tr", "td", "center", "form"})
NAMED = re.compile(  # names of two words that say what their words alone do not, however they are joined
    r"(?:more|related|relative|recent|latest|similar|other|also|next|recommended|popular|trending|suggested)[-_]?"
    r"(?:posts?|news|stor(?:y|ies)|articles?|reads?|reading|topics?|videos?|headlines?)(?![a-z])"
    r"|rich[-_]?link(?![a-z])|(?:series|categor(?:y|ies)|topics?|tags?)[-_]?(?:box|list|nav)(?![a-z])|read[-_]?(?:more|also|next)|(?:next|also)[-_]?read"
    r"|(?<![a-z])(?:(?:top|bottom|mid|middle|side|inline|in[-_]?article|in[-_]?content|banner|google|dfp|sticky)[-_]?ads?"
    r"|ads?[-_]?(?:slot|unit|wrap|wrapper|container|box|banner|block|label|placeholder|zone))(?![a-z])"
    r"|(?<![a-z])(?:entry|post|article|story)[-_]?meta(?:data)?(?![a-z])|(?<![a-z])cat(?:egory)?[-_]links?(?![a-z])|posted[-_](?:on|in|by)(?![a-z])"
    r"|cookie[-_]?(?:bar|banner|notice|law|consent|policy|popup|message|bot|yes|pro)|onetrust-(?:banner|consent|pc)|didomi-(?:host|notice|popup)"
    r"|qc-cmp2?-|usercentrics-|truste[-_]|osano-cm|iubenda-cs-banner|sp_message"
    r"|le[ae][-_]?tambien|leia[-_]?(?:tambem|mais)|veja[-_]?(?:tambem|mais)|te[-_]?puede[-_]?interesar|lire[-_]?aussi|leggi[-_]?anche|lees[-_]?ook"
    r"|baca[-_]?juga|ilgili[-_]?haber|(?:notas?|noticias?|materias?|artigos?|articulos?)[-_]?relacionad|lesen[-_]?sie|mehr[-_]?zum",
    re.IGNORECASE,
)
ASKING = frozenset({"author", "byline", "share", "sharing", "subscribe", "signup", "signin", "login", "newsletter"})
SHARE = re.compile(
    r"facebook\.com/(?:sharer|share\.php|dialog/)|(?:twitter|x)\.com/(?:intent/|share\b|home\?status)|wa\.me/\?|whatsapp\.com/send|whatsapp://"
    r"|linkedin\.com/(?:shareArticle|sharing|cws/)|(?:t|telegram)\.me/share|reddit\.com/submit|pinterest\.[a-z.]+/pin/create|vk\.com/share"
    r"|tumblr\.com/(?:widgets/)?share|getpocket\.com/|flipboard\.com/bookmarklet|line\.me/R/|news\.ycombinator\.com/submitlink"
    r"|(?:bsky\.app|threads\.(?:net|com))/intent/",
    re.IGNORECASE,
)
LINKING = frozenset({"a", "button", "img", "picture", "source"})
SENTENCE = re.compile(r"[.!?…:。！？।؟][\"'”’»)\]]?\Z")  # how prose ends, and a line of names and dates does not
HAVING = re.compile(r"(?<![a-z])(?:has|with|no|without|hide)[-_]+[a-z]+", re.IGNORECASE)  # of a layout, what is in it or not
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, han, hangul: a letter says as much as two of others
LONG = 60  # characters from which a block counts as prose
NEARLY_ALL, MOST, MUCH, LITTLE = 0.75, 0.5, 0.35, 0.1  # shares of a page's prose
READ = 1000  # characters of an attribute that are looked at
SUBJECT = 4  # words of an id that a heading repeats
PART = 500  # characters of prose from which one of several containers is a part of the article
FEW = 1000  # characters of prose below which their spread over the page says nothing


def judge(tree: Tree) -> list[bool]:
    """Return of each element, by its index, whether it stands in the article's body."""
    attributes = tree.attributes
    blocks = list(_prose_blocks(tree))
    prose = [0] * len(tree.nodes)
    for _, _, owner, weight in blocks:
        prose[owner] += weight
    chrome = _chrome(tree, attributes, _gathered(tree, prose))
    weights = _gathered(tree, [0 if out else weight for out, weight in zip(chrome, prose, strict=True)])
    region = _region(tree, attributes, weights)
    inside = [False] * len(tree.nodes)
    for part in (region, *_like(tree, attributes, weights, region)):
        for at in range(part, tree.lasts[part] + 1):
            inside[at] = not chrome[at]
    told = [(start, end) for start, end, owner, _ in blocks if inside[owner]]
    _lead(tree, blocks, chrome, inside, region)
    for at in list(asking(tree, attributes, inside, told)):
        inside[at : tree.lasts[at] + 1] = [False] * (tree.lasts[at] + 1 - at)
    return inside


def _like(tree: Tree, attributes: Attributes, weights: list[int], region: int) -> Iterator[int]:
    """Yield the other parts of an article whose text is set in several containers: twins of the region, as are what is around them."""
    twin = _twin(tree, attributes, region)
    if not twin[1]:
        return
    last = -1
    for at, tag in enumerate(tree.tags):
        if tag != twin[0] or at <= last or not weights[at] or at == region or region in range(at, tree.lasts[at] + 1):
            continue
        if at in range(region, tree.lasts[region] + 1) or _twin(tree, attributes, at) != twin:
            continue
        low, high = sorted((at, region))
        if "h1" not in tree.tags[low:high] and _nearest(tree, at, "article") == _nearest(tree, region, "article"):
            last = tree.lasts[at]
            yield at


def _twin(tree: Tree, attributes: Attributes, at: int) -> tuple[str, str, str]:
    """Return what twins have in common: their tag and classes, and those of what is around them; none with figures if there are more."""
    names = [_attribute(attributes[one], "class") if one >= 0 else "" for one in (at, tree.parents[at])]
    plain = [" ".join(one for one in name.split() if not re.search(r"[0-9]", one)) for name in names]
    return tree.tags[at], plain[0] or names[0], plain[1] or names[1]


def _lead(tree: Tree, blocks: list[tuple[int, int, int, int]], chrome: list[bool], inside: list[bool], region: int) -> None:
    """Put into the body what leads to it: the prose between the title and the region, and what is shown there without words."""
    title = next((at for at in range(region, -1, -1) if tree.tags[at] == "h1"), -1)
    if title < 0:
        return
    told = [(start, end, owner) for start, end, owner, _ in blocks if title < owner < region and not chrome[owner]]
    for start, end, owner in told:
        if not SENTENCE.search(tree.text[max(start, end - 3) : end].rstrip()):
            continue
        for at in range(owner, tree.lasts[owner] + 1):
            if start <= tree.starts[at] and tree.ends[at] <= end:
                inside[at] = not chrome[at]
    for at in range(tree.lasts[title] + 1, region):
        if tree.starts[at] == tree.ends[at] and tree.tags[at] not in LINKING and not chrome[at]:
            around = tree.parents[at]
            inside[at] |= tree.tags[around] not in LINKING


def _prose_blocks(tree: Tree) -> Iterator[tuple[int, int, int, int]]:
    """Yield the blocks of prose as (start, end, owner, weight): characters outside links, of blocks long enough."""
    linked, wide = _linked(tree), WIDE.search(tree.text) is not None
    for start, end, owner, kind in tree.blocks:
        if kind[:7] == "heading":
            continue
        size = length = end - start
        if wide:
            size += len(WIDE.findall(tree.text, start, end))
        if size >= LONG:
            links = sum(min(stop, end) - max(begin, start) for begin, stop in _within(linked, start, end))
            if links * 2 <= length:
                yield start, end, owner, size - links


def _linked(tree: Tree) -> list[tuple[int, int]]:
    """Return the spans of links, disjoint and in order."""
    return [(tree.starts[at], tree.ends[at]) for at, tag in enumerate(tree.tags) if tag == "a" and tree.ends[at] > tree.starts[at]]


def _within(spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans that overlap [start, end)."""
    low = max(0, bisect_right(spans, (start, start)) - 1)
    high = bisect_right(spans, (end, end))
    return [span for span in spans[low:high] if span[0] < end and span[1] > start]


def _gathered(tree: Tree, own: list[int]) -> list[int]:
    """Return of each element the sum over it and everything below."""
    sums = list(own)
    for at in range(len(sums) - 1, 0, -1):
        sums[tree.parents[at]] += sums[at]
    return sums


def _chrome(tree: Tree, attributes: Attributes, prose: list[int]) -> list[bool]:
    """Return of each element whether it, or one around it, is chrome by what the markup calls itself."""
    chrome = [False] * len(tree.nodes)
    in_article = [False] * len(tree.nodes)
    titled = _titled(tree)
    shared = _shared(tree, attributes, prose)
    boxes = _follow_boxes(tree, attributes)
    for at, (tag, named) in enumerate(zip(tree.tags, attributes, strict=True)):
        parent = tree.parents[at]
        if parent >= 0:
            in_article[at] = in_article[parent] or tag in {"article", "main"}
        if parent >= 0 and chrome[parent]:
            chrome[at] = True
        elif tag == "a":
            rel = (named.get("rel") or "").lower().split()
            chrome[at] = bool(SHARE.search(_attribute(named, "href"))) or "tag" in rel or "author" in rel
            chrome[at] |= bool(ASKING & _tokens(_label(named))) or named.get("itemprop") == "author"
        else:
            big = (
                prose[at] > MUCH * prose[0]
                or _attribute(named, "class") in shared
                or (tag == "form" and 2 * (tree.lasts[at] - at) > len(tree.nodes))
            )
            chrome[at] = _names_chrome(tag, named, big=big, titled=titled[at]) or (tag == "header" and not in_article[at] and not big)
            if chrome[at] and _is_subject(tree, at, _attribute(named, "id")):
                chrome[at] = _names_chrome(tag, {**named, "id": None}, big=big, titled=titled[at])
            chrome[at] |= at in boxes and prose[at] <= LITTLE * prose[0] and not titled[at]
    return chrome


def _shared(tree: Tree, attributes: Attributes, prose: list[int]) -> frozenset[str]:
    """Return the classes of containers that together hold much of the page's prose, and much each: columns and chapters."""
    held: dict[str, list[int]] = {}
    last: dict[str, int] = {}
    for at, named in enumerate(attributes):
        if prose[at] < PART or not CHROME_TOKENS & _tokens(classes := _attribute(named, "class")) or at <= last.get(classes, -1):
            continue
        held.setdefault(classes, []).append(prose[at])
        last[classes] = tree.lasts[at]
    return frozenset(one for one, all_of in held.items() if len(all_of) > 1 and sum(all_of) > MUCH * prose[0])


def _follow_boxes(tree: Tree, attributes: Attributes) -> set[int]:
    """Return the smallest containers with links to profiles on three networks or more."""
    networks: list[frozenset[str]] = [frozenset()] * len(tree.nodes)
    boxes: set[int] = set()
    for at in range(len(tree.nodes) - 1, 0, -1):
        profile = PROFILE.match(_attribute(attributes[at], "href")) if tree.tags[at] == "a" else None
        if profile:
            networks[at] = frozenset({profile[1].lower()})
        elif len(networks[at]) > 2:
            boxes.add(at)
            continue
        if networks[at]:
            networks[tree.parents[at]] |= networks[at]
    return boxes


def _titled(tree: Tree) -> list[bool]:
    """Return of each element whether an `h1` stands in it."""
    titled = [tag == "h1" for tag in tree.tags]
    for at in range(len(titled) - 1, 0, -1):
        titled[tree.parents[at]] |= titled[at]
    return titled


def _is_subject(tree: Tree, at: int, name: str) -> bool:
    """Tell whether an id repeats the words of the heading that it begins with, four or more: what a section is about, not what it is."""
    if len(re.findall(r"[^\W_]+", name)) < SUBJECT:
        return False
    inner = next((one for one in range(at + 1, min(at + 4, tree.lasts[at] + 1)) if tree.tags[one] in HEADINGS), None)
    return inner is not None and _letters(tree.text[tree.starts[inner] : tree.ends[inner]]).startswith(_letters(name))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _names_chrome(tag: str, named: dict[str, str | None], *, big: bool, titled: bool) -> bool:
    """Tell whether an element calls itself chrome; `big` if it holds much of the page's prose, `titled` if an h1 stands in it."""
    if tag in PLAIN and not named:
        return False
    unless_big, unless_titled = _called(tag, _label(named), _attribute(named, "role"), _attribute(named, "itemprop"))
    return (unless_big or unless_titled) and not (unless_big and big) and not (unless_titled and titled)


@lru_cache(maxsize=8192)
def _called(tag: str, label: str, role: str, itemprop: str) -> tuple[bool, bool]:
    """Tell whether what an element calls itself is chrome unless it is big, unless it is titled; neither where it is none."""
    if tag in {"html", "body", "main"}:
        return False, False
    if tag in CHROME_TAGS or role.lower() in CHROME_ROLES:
        return not (tag in {"aside", "button"} and SHOWN_TOKENS & _tokens(label)), False
    tokens = _tokens(label)
    if (label == " " and not itemprop) or tag in {"article", "iframe", "blockquote", "figure", "p", "img"}:
        return False, bool(TALK_TOKENS & tokens)
    if POST.search(label):
        return False, False
    if tokens & TALK_TOKENS:
        return False, not TEXT_MARK.search(label)
    if NAMED.search(label) or itemprop in {"author", "publisher"}:
        return True, True
    return bool(tokens & CHROME_TOKENS) and not tokens & CONTENT_TOKENS, False


def _attribute(named: dict[str, str | None], name: str) -> str:
    """Return the beginning of an attribute's value: what follows names nothing, and patterns over megabytes cost time."""
    return (named.get(name) or "")[:READ]


def _label(named: dict[str, str | None]) -> str:
    label = HAVING.sub("", f"{_attribute(named, 'class')} {_attribute(named, 'id')}")
    return BUILDER.sub("", label) if "widget" in label else label


@lru_cache(maxsize=4096)
def _tokens(label: str) -> frozenset[str]:
    """Return the words of class and id: split at punctuation and at camelCase, lower case."""
    return frozenset(word.lower() for word in WORDS.findall(label))


def _region(tree: Tree, attributes: Attributes, weights: list[int]) -> int:
    """Return the index of the element that holds the article's prose; the root where the page has hardly any."""
    if weights[0] < FEW:
        return next((at for at, tag in enumerate(tree.tags) if tag in {"article", "main"} and weights[at] > MOST * weights[0]), 0)
    at = _descend(tree, weights, 0)
    articles = _outermost(tree, [i for i in range(at + 1, tree.lasts[at] + 1) if tree.tags[i] == "article"])
    told = [i for i in articles if weights[i] * 3 >= max(map(weights.__getitem__, articles))]
    further = len(told) > 1 and _nearest(tree, at, "article") < 0 and sum(weights[i] for i in articles) >= NEARLY_ALL * weights[at]
    if further and not _are_entries(tree, at, articles):
        at = _descend(tree, weights, told[0])
    for inner in range(at + 1, tree.lasts[at] + 1):
        if tree.tags[inner] in CONTAINERS and weights[inner] >= MOST * weights[at] and _names_text(attributes[inner]):
            return inner
    marked = at
    while marked >= 0 and not _names_text(attributes[marked]):
        marked = tree.parents[marked]
    return marked if marked >= 0 and tree.tags[marked] in CONTAINERS - {"html", "body"} else at


def _are_entries(tree: Tree, at: int, articles: list[int]) -> bool:
    """Tell whether `article` elements are the entries of one story: its `h1` stands before them, and none of them has one."""
    titles = [i for i in range(at, tree.lasts[at] + 1) if tree.tags[i] == "h1"]
    return bool(titles) and all(i < articles[0] for i in titles)


def _descend(tree: Tree, weights: list[int], at: int) -> int:
    """Return the innermost container below `at` that holds nearly all of the prose in `at`, taken step by step; never a table of data."""
    inner = at + 1
    while inner <= tree.lasts[at]:
        if (
            tree.tags[inner] in CONTAINERS
            and not (tree.tags[inner] == "table" and "th" in tree.tags[inner : tree.lasts[inner]])
            and weights[inner] >= NEARLY_ALL * weights[at] > 0
        ):
            at, inner = inner, inner + 1
        else:
            inner = tree.lasts[inner] + 1
    return at


def _outermost(tree: Tree, found: list[int]) -> list[int]:
    """Return those of the elements, given in document order, that stand in no other of them."""
    kept: list[int] = []
    for at in found:
        if not kept or at > tree.lasts[kept[-1]]:
            kept.append(at)
    return kept


def _nearest(tree: Tree, at: int, tag: str) -> int:
    """Return the innermost element of a tag that holds an element or is it; -1 where none does."""
    while at >= 0 and tree.tags[at] != tag:
        at = tree.parents[at]
    return at


def _names_text(named: dict[str, str | None]) -> bool:
    return named.get("itemprop") == "articleBody" or bool(TEXT_MARK.search(_label(named)))
