"""Chrome: what elements call themselves, and which of these names say that they are no part of an article's text.

The vocabulary is of kinds of pages, never of one site: tags and ARIA roles that mean chrome, words of class and id, names of two words that
say what their words alone do not, share endpoints. Whether a name is believed is for `body` to say: much prose speaks against most of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

CHROME_TAGS = frozenset({"nav", "footer", "aside", "menu", "dialog", "button", "select", "search", "form", "address", "textarea"})
CHROME_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar"]
)
CHROME_WORDS = """
    nav navbar navigation menu submenu megamenu footer masthead topbar toolbar sidebar rail skip colophon copyright breadcrumb breadcrumbs
    share shares sharing sharebar sharer sharedaddy addthis addtoany social socials follow newsletter newsletters subscribe subscription
    signup related relacionadas relacionados recommended recommendation recommendations recirc outbrain taboola trending popular teaser
    teasers carousel newsticker marquee keywords promo promos sponsored advert advertisement advertising ads cookie cookies consent gdpr
    pagination pager popup modal author authors bio byline tags tagcloud topics widget widgets comments comment commentlist disqus
    respond replies compartir compartilhar compartilhe condividi correlati partage partager teilen udostepnij paylas sns kanren pankuzu
"""
CHROME_TOKENS = frozenset(CHROME_WORDS.split())
SHOWN_WORDS = "onebox embed oembed tweet arve facade pullquote callout admonition footnote footnotes sidenote caption"
SHOWN_TOKENS = frozenset(SHOWN_WORDS.split())
BUILDER = re.compile(r"(?<![\w-])(?:elementor-widget|so-widget|widget_sow)(?=[\s-]|$)")  # page builders call every paragraph a widget
POST = re.compile(r"(?<![\w-])(?:hentry|type-post|post-[0-9]+)(?![\w-])")  # WordPress adds the names of tags and categories to a post's
CONTENT_TOKENS = frozenset(
    {"embed", "embedded", "oembed", "embeds", "tweet", "content", "body", "prose", "text", "footnote", "footnotes", "endnotes"}
)
CARD_TOKENS = frozenset(
    {"advert", "advertisement", "advertising", "sponsored", "promo", "teaser", "related", "recommended"}
)  # of `article`
TALK_TOKENS = frozenset({"comments", "comment", "commentlist", "disqus", "comentarios", "commentaires", "kommentare"})
TEXT_MARK = re.compile(
    r"(?<![a-z])(?:article|entry|post|story|note|news|single)[_-]*(?:single[_-]*)?(?:content|body|text)(?![a-z])|\bprose\b", re.IGNORECASE
)
NAMED = re.compile(  # names of two words that say what their words alone do not, however they are joined
    r"(?:more|related|relative|recent|latest|similar|other|also|next|recommended|popular|trending|suggested)[-_]?"
    r"(?:posts?|news|stor(?:y|ies)|articles?|reads?|reading|topics?|videos?|headlines?)(?![a-z])"
    r"|(?:related|recommended|suggested|similar|sponsored|promoted|trending)[-_]?(?:contents?|links?|items?|box|block|list|wrap(?:per)?)(?![a-z])"
    r"|rich[-_]?link(?![a-z])|(?:rollover|hover)[-_]?(?:[a-z]+[-_])?(?:block|card|content)(?![a-z])|(?:series|categor(?:y|ies)|topics?|tags?)[-_]?(?:box|list|nav)(?![a-z])|read[-_]?(?:more|also|next)|(?:next|also)[-_]?read"
    r"|(?<![a-z])(?:(?:top|bottom|mid|middle|side|inline|in[-_]?article|in[-_]?content|banner|google|dfp|sticky)[-_]?ads?"
    r"|ads?[-_]?(?:slot|unit|wrap|wrapper|container|box|banner|block|label|placeholder|zone))(?![a-z])"
    r"|(?<![\w-])ads?(?![\w-])|(?<![\w-])(?:ads?__|adv-)[a-z]"
    r"|(?:ad|affiliate|ftc)[-_]?discl(?:aimer|osure)|disclaimer[-_]?affiliate|(?:user|author|member)[-_]?(?:info|card|details|box)(?![a-z])|post[-_]signature|edit[-_]?section"
    r"|structured[-_]data(?![a-z])|lang(?:uages?)?[-_]?(?:section|list|switch(?:er)?|select(?:or)?|picker|bar)(?![a-z])"
    r"|breaking[-_]?(?:news|block|bar|box)(?![a-z])|prev(?:ious)?[-_]?next(?![a-z])|(?<![a-z])(?:prev(?:ious)?|next)[-_]?(?:link|article|entry)(?![a-z])"
    r"|(?<![a-z])(?:entry|post|article|story|sub)[-_]?meta(?:data)?(?![a-z])|(?<![a-z])cat(?:egory)?[-_]links?(?![a-z])|posted[-_](?:on|in|by)(?![a-z])"
    r"|(?<![a-z])(?:app|wp|oio|newsletter|subscription|donation|spenden|promo)[-_]?banner(?![a-z])"
    r"|le[ae][-_]?tambien|leia[-_]?(?:tambem|mais)|veja[-_]?(?:tambem|mais)|te[-_]?puede[-_]?interesar|lire[-_]?aussi|leggi[-_]?anche|lees[-_]?ook"
    r"|baca[-_]?juga|ilgili[-_]?haber|(?:notas?|noticias?|materias?|artigos?|articulos?)[-_]?relacionad|lesen[-_]?sie|mehr[-_]?zum",
    re.IGNORECASE,
)
CONSENT = re.compile(  # what asks for it is no article, however long the small print is
    r"cookie[-_]?(?:bar|banner|notice|law|consent|policy|popup|message|bot|box|yes|pro)|onetrust-(?:banner|consent|pc)"
    r"|didomi-(?:host|notice|popup)|qc-cmp2?-|usercentrics-|truste[-_]|osano-cm|iubenda-cs-banner|sp_message",
    re.IGNORECASE,
)
ASKING = frozenset({"author", "byline", "share", "sharing", "subscribe", "signup", "signin", "login", "newsletter"})
ARTICLE = frozenset({"article", "hentry", "h-entry", "story"})
CREDIT_TOKENS = frozenset({"footer", "author", "authors", "byline", "copyright"})
CREDITS = frozenset({"byline", "bio"})  # that a paragraph of its own may be
PLAIN_CREDITS = frozenset({"footer", "div", "span", "p", "cite", "small"})
LEADING = frozenset({"tag", "author", "prev", "next"})  # words of `rel` that say where the site leads its reader
SHARE = re.compile(  # in lower case: a pattern that minds no case tries every letter
    r"facebook\.com/(?:sharer|share\.php|dialog/)|(?:twitter|x)\.com/(?:intent/|share\b|home\?status|search\?(?:[^#]*&)?q=(?:https?|www\.))|wa\.me/\?|whatsapp\.com/send|whatsapp://"
    r"|linkedin\.com/(?:sharearticle|sharing|cws/)|(?:t|telegram)\.me/share|reddit\.com/submit|pinterest\.[a-z.]+/pin/create|vk\.com/share"
    r"|tumblr\.com/(?:widgets/)?share|getpocket\.com/(?:save|edit)|flipboard\.com/bookmarklet|line\.me/r/|news\.ycombinator\.com/submitlink"
    r"|(?:bsky\.app|threads\.(?:net|com))/intent/"
)
UNSEEN = re.compile(  # what a style puts where nobody sees it: links that were smuggled in
    r"(?:left|top|right|text-indent)\s*:\s*-\d{4}", re.IGNORECASE
)
NEVER_SHOWN = re.compile(r"(?<![\w-])w-condition-invisible(?![\w-])")  # what a site builder has in its pages for others than this one
NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
NAMES = ("class", "id", "role", "itemprop")  # attributes in which an element says what it is
BLOCK = re.compile(r"[a-z0-9-]+__(?=[a-z])", re.IGNORECASE)  # of a name by BEM (`content__pagination`): what it is a part of
HAVING = re.compile(  # of a layout, what is in it or not; of a text, that it can be commented on
    r"(?<![a-z])(?:has|with|no|without|hide)[-_]+[a-z]+|commentable|(?-i:commentOn(?=[A-Z])[A-Za-z]*)", re.IGNORECASE
)
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
READ = 1000  # characters of an attribute that are looked at


def called(tag: str, named: dict[str, str | None]) -> tuple[bool, bool]:
    """Tell whether what an element calls itself is chrome unless it is big, unless it is titled; neither where it is none."""
    if "style" in named and _is_unseen(named):
        return True, False
    classes, name, role, itemprop = [(named[said] or "")[:READ] if said in named else "" for said in NAMES]
    return _judged(tag, classes, name, role, itemprop)


def _is_unseen(named: dict[str, str | None]) -> bool:
    """Tell whether an element is put out of sight, or is not shown and tells machines of the article (microdata)."""
    style = attribute(named, "style")
    if UNSEEN.search(style):
        return True
    return "itemtype" in named and "video" not in attribute(named, "itemtype").lower() and NOT_SHOWN.search(style) is not None


@lru_cache(maxsize=8192)
def _judged(tag: str, classes: str, name: str, role: str, itemprop: str) -> tuple[bool, bool]:
    label = _labelled(classes, name)
    if tag in {"html", "body", "main"}:
        return False, False
    if tag in CHROME_TAGS or role.lower() in CHROME_ROLES:
        return not (tag in {"aside", "button"} and SHOWN_TOKENS & tokens(label)), False
    words = tokens(label)
    if tag == "article":
        card = not CARD_TOKENS.isdisjoint(words) and not POST.search(label)
        return card, card or bool(TALK_TOKENS & words)
    if tag == "p" and (CREDITS & words or NAMED.search(label)):
        return True, True
    if (label == " " and not itemprop) or tag in {"iframe", "blockquote", "figure", "p", "img"}:
        return False, bool(TALK_TOKENS & words)
    if POST.search(label):
        return False, False
    if words & TALK_TOKENS or CONSENT.search(label):
        return False, not TEXT_MARK.search(label)
    if NAMED.search(label) or itemprop in {"author", "publisher"}:
        return True, True
    return bool(words & CHROME_TOKENS) and not tokens(BLOCK.sub("", label)) & CONTENT_TOKENS, False


def attribute(named: dict[str, str | None], name: str) -> str:
    """Return the beginning of an attribute's value: what follows names nothing, and patterns over megabytes cost time."""
    return (named.get(name) or "")[:READ]


def _label(named: dict[str, str | None]) -> str:
    return _labelled(attribute(named, "class"), attribute(named, "id"))


def _labelled(classes: str, name: str) -> str:
    label = HAVING.sub("", f"{classes} {name}")
    return BUILDER.sub("", label) if "widget" in label else label


@lru_cache(maxsize=4096)
def tokens(label: str) -> frozenset[str]:
    """Return the words of class and id: split at punctuation and at camelCase, lower case."""
    return frozenset(word.lower() for word in WORDS.findall(label))


def is_button(named: dict[str, str | None]) -> bool:
    """Tell whether a link leads to a share endpoint, or calls itself tag, author, neighbour or sign-up."""
    href = attribute(named, "href")
    if ("." in href or ":" in href) and SHARE.search(href.lower()):
        return True
    rel = (named.get("rel") or "").lower().split() if "rel" in named else ()
    if not LEADING.isdisjoint(rel) or named.get("itemprop") == "author":
        return True
    return ("class" in named or "id" in named) and not ASKING.isdisjoint(tokens(_label(named)))


def is_credit(tag: str, named: dict[str, str | None]) -> bool:
    """Tell whether an element of a quotation or a figure says at most whose it is: `<blockquote>…<footer><cite>` is HTML's own example."""
    return tag in PLAIN_CREDITS and CREDIT_TOKENS.issuperset(CHROME_TOKENS & tokens(_label(named))) and not NAMED.search(_label(named))


def is_hidden(named: Mapping[str, str | None]) -> bool:
    """Tell whether an element says that it is not shown, by the attribute for it or by its style."""
    return "hidden" in named or NOT_SHOWN.search((named.get("style") or "")[:READ]) is not None


def is_never_shown(named: dict[str, str | None]) -> bool:
    """Tell whether an element says that nobody sees it on this page."""
    return "class" in named and NEVER_SHOWN.search(named["class"] or "") is not None


def names_text(named: dict[str, str | None]) -> bool:
    """Tell whether an element calls itself an article's text."""
    return named.get("itemprop") == "articleBody" or bool(TEXT_MARK.search(_label(named)))


def is_article(named: dict[str, str | None]) -> bool:
    """Tell whether an element calls itself an article, by a class of that name."""
    return not ARTICLE.isdisjoint(attribute(named, "class").lower().split())
