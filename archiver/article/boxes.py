"""Boxes: links among an article's paragraphs that ask the reader for something, and are no sources.

They often stand in plain paragraphs that name themselves nothing, so they are told by what they are:

  own        A profile on a network that the page's chrome links to as well is the site's own, wherever it is linked again.
  networks   A block whose links are two or more, each called by the bare name of a network (`YouTube | Facebook`), asks to be followed.
  shelves    Outside the prose: the site's own pages of a tag, a category, a writer, its privacy notice.
  follow     A profile behind "follow her on"; the site's page at Google News, its channel at WhatsApp; a player's excuse.
  account    The site's own pages and desks (`subscribe.`) to log in, register and subscribe; sign-up forms elsewhere; of a mailing its
             `unsubscribe`, preferences and copy on the web.
  byline     Before the first prose: the site's own links in blocks that are little else (writer, portrait, section, date).
  also       A block that begins with "read also" and is a link of the site; a run of such links or items below a heading that says so.
  headlines  Behind the first prose: a heading that is a link of the site, and three such lines in a row, each as long as a headline;
             what is linked in a small `article` element of a body that tells far more, for such are the cards of other articles.
  picture    What is linked without words to where one of these leads is the picture beside it.
  promotion  Behind the last prose: a block that is one link and offers an app for download, or the site's channels.

Phrases decide only where structure has left little else for a link to be: a block that is nearly all link, on the site's own host. The
languages are those of the sites that print them; in others the structure above has to do. A link to another site is never taken for `also`
or `byline`. On the labelled corpus no link of an article is lost to them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from archiver.article.tree import Tree

PROFILE = re.compile(
    r"(?:https?:)?//(?:[a-z]+\.)?(facebook|twitter|x|instagram|pinterest|youtube|linkedin|telegram|t|tiktok|flipboard|plus\.google)"
    r"\.(?:com|me)/(?:(?:company|in|channel|user|c)/)?"
    r"(?!(?:watch|playlist|results|embed|live|photo|photos|story|permalink|video|videos|search|hashtag|home|groups|events|help|privacy|tos)\b)[^/]+/?$",
    re.IGNORECASE,
)
NETWORK_NAMES = """
    facebook twitter x instagram youtube linkedin telegram tiktok pinterest whatsapp threads bluesky mastodon flipboard snapchat
    reddit tumblr vk rss фейсбук твиттер вконтакте телеграм فيسبوك تويتر انستغرام يوتيوب تلغرام واتساب
"""
NETWORKS = frozenset(NETWORK_NAMES.split()) | {"google+", "google news", "x (twitter)", "x/twitter"}
ACCOUNT = re.compile(
    r"/(?:log-?in|sign-?in|sign-?up|log-?out|register|registration|registro|registrarse|subscriptions?|subscribe|suscr[a-z]+|abonnement"
    r"|abonnieren|assine|assinatura|perfil|my-?account|account|mi-?cuenta|newsletters?|abo)(?:\.[a-z]{2,5})?/?(?:[?#]|$)",
    re.IGNORECASE,
)
SHELVES = re.compile(  # where a site keeps what it sorts by subject and by writer, and what it says of itself
    r"/(?:tags?|tagged|categor(?:y|ies|ia|ias|ie)|topics?|thema|themen|temas?|keywords?|schlagw[a-z]+|etiquetas?|section|authors?|autor(?:en|es)?|staff"
    r"|people|(?:[a-z]{2,10}/)?(?:datenschutz[a-z]*|privacy[a-z-]*|cookies?(?:-[a-z]+)?|confidentialite|privacidad|impressum|imprint))/?(?:[^/?#]+/?)?(?:[?#]|$)"
    r"|[?&](?:tags?|cat|category|categoria|author|autor)=",
    re.IGNORECASE,
)
FOLLOWED = re.compile(
    r"(?:https?:)?//(?:news\.google\.com/(?:publications|s)/|(?:www\.)?whatsapp\.com/channel/|videojs\.com/html5-video-support"
    r"|eepurl\.com/|[a-z0-9.-]*list-manage\d*\.com/subscribe|[^?#]*\?(?:[^#]*&)?sub_confirmation=)",
    re.IGNORECASE,
)
LEAVING = re.compile(
    r"unsubscribe|opt-?out\b|(?:manage|update|e-?mail)[ _-]?(?:your[ _-])?(?:e?mail[ _-])?preferences|forward (?:this|to a friend)"
    r"|view (?:it |this (?:e-?mail )?)?in (?:your |a )?browser|(?:view|read) online|(?:read|open) in app|web ?version"
    r"|view as (?:a )?web ?page|im browser (?:ansehen|anzeigen|öffnen)|en (?:el|tu|su) navegador|no (?:seu )?navegador"
    r"|dans (?:le|votre) navigateur|version en ligne|nel (?:tuo )?browser|(?:открыть|посмотреть|просмотреть) в браузере|عرض في المتصفح"
    r"|ブラウザで(?:見る|表示)|在浏览器中"
    r"|se désabonner|désinscri|darse de baja|cancelar (?:la )?suscripción|cancelar (?:a )?inscrição|descadastr|disiscriv"
    r"|annulla l.iscrizione|abmelden|abbestellen|afmelden|uitschrijven|avregistrera|avmeld|afmeld|отписаться|відписатися"
    r"|wypisz|odhlásit|leiratkoz|dezabon|listeden çık|إلغاء الاشتراك|הסרה מ|لغو عضویت|لغو اشتراک|सदस्यता समाप्त"
    r"|berhenti berlangganan|hủy đăng ký|退订|取消訂閱|取消订阅|配信停止|購読解除|수신\s?거부|구독\s?취소",
    re.IGNORECASE,
)
DESKS = re.compile(r"(?:https?:)?//(?:subscri(?:be|ptions?)|subs|log-?in|sign-?in|sign-?up|accounts?|newsletters?|abos?)\.", re.IGNORECASE)
ALSO_WORDS = (
    r"(?:also|must|further)[ -]read|read (?:also|more|next|this)|(?:editor.{0,3} )?recommend(?:ed|ations?)|don.t miss"
    r"|related(?: (?:stor(?:y|ies)|articles?|posts?|news|links?|reading|coverage))?|more (?:from|stories|news|on this)"
    r"|also on(?= \S+\.[a-z]{2,12}\b)|you (?:may|might) (?:also )?(?:like|be interested)"
    r"|(?:lea|lee|mira|vea|ve) (?:también|más)|te puede interesar"
    r"|(?:noticias|notas|artículos) relacionad[ao]s|leia (?:também|mais)|veja (?:também|mais)|(?:à lire|lire) (?:aussi|également)"
    r"|sur le même (?:sujet|thème)|lesen sie auch|auch interessant|mehr zum thema|leggi anche|lees ook|läs (?:också|även|mer)|les også"
    r"|læs også|lue myös|czytaj (?:też|także|również)|zobacz (?:też|także|również)|čtěte také|citește și|olvassa el"
    r"|(?:читайте|смотрите) (?:также|ещё|еще)|по теме|читайте також|διαβάστε (?:επίσης|ακόμα|ακόμη)|(?:ayrıca|bunu da) oku\w*"
    r"|ilgili haber\w*|baca (?:juga|selengkapnya)|xem thêm|đọc thêm|(?:اقرأ|إقرأ|اقرا|شاهد|طالع) (?:أيض[اً]+|ايض[اً]+|المزيد)"
    r"|(?:مواضيع|مقالات|أخبار) (?:ذات صلة|متعلقة)|بیشتر بخوانید|بخوانید|קראו (?:גם|עוד)|(?:यह|ये) भी पढ़ें|और पढ़ें|আরও পড়ুন"
    r"|関連記事|あわせて読みたい|相关阅读|相關(?:閱讀|新聞)|延伸閱讀|관련\s?기사"
)
ALSO = re.compile(rf"\W{{0,5}}(?:{ALSO_WORDS})(?!\w)[^\n]{{0,20}}?(?=[:：|–—-]|\s|$)", re.IGNORECASE)
HEADING = re.compile(
    rf"[^\n:]{{0,20}}?(?<!\w)(?:{ALSO_WORDS})(?!\w)[^\n]{{0,25}}$|more(?: [^\s:]+){{1,3}} stories\W*$|more\W*$", re.IGNORECASE
)
FETCHING = (
    r"download|descarg|télécharg|baix[ae]|scarica|herunterladen|скача|загруз|حمّ?ل|تحميل|डाउनलोड|indir|unduh|ダウンロード|下载|下載|다운로드"
)
APP = r"\bapps?\b|aplica[cç]|application|приложени|تطبيق|एप|ऐप|uygulama|aplikasi|アプリ|应用|應用|앱"
FOLLOW = (
    r"follow us|join (?:our|us on)|subscribe to (?:our|us)|síguenos|siga-nos|suivez[- ]nous|folge[nt]? (?:sie )?uns|seguici|volg ons"
    r"|подпи(?:шитесь|сывай)|تابعونا|تابعنا|اشترك|फॉलो|bizi takip|ikuti kami|フォロー|关注我们|關注我們"
)
FOLLOW_ON = re.compile(  # what stands before the link to the profile of who wrote it
    r"(?<!\w)(?:follow (?:me|him|her|them|us|@?\w+ on|@?\w+ \w+ on)|folg(?:t|en sie) (?:ihm|ihr|uns|mir)|sígu(?:eme|elo|ela|enos)|siga-nos"
    r"|suivez-(?:moi|le|la|nous)|seguimi|seguici)(?!\w)[^.!?\n]{0,40}\Z",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[.!?…:。！？।؟][\"'”’»)\]]?\Z")  # how prose ends, and a line of names and dates does not
PROMOTION = re.compile(rf"(?:{FETCHING})[^\n]{{0,60}}?(?:{APP})|(?:{APP})[^\n]{{0,60}}?(?:{FETCHING})|{FOLLOW}", re.IGNORECASE)
HOST = re.compile(r"(?:https?:)?//(?:[^/?#]*@)?([^/?#:]+)", re.IGNORECASE)
READ = 1000  # characters of an attribute or a block that are looked at
FAR = 60  # characters before a link, and of a sentence that may say something
CARD, MUCH = 400, 1500  # characters of an article's card, and of a body that has cards
KICKER = 40  # characters of what stands before a headline
HEADLINE = 25  # characters of a link that may be a headline
FEW = 5  # links below which most of them say nothing of a site
NAME = 60  # characters of a link that names what it does

Attributes = list[dict[str, str | None]]


@dataclass(frozen=True, slots=True)
class _Anchor:
    at: int
    start: int
    end: int
    href: str
    own: bool  # on the site's own host


@dataclass(frozen=True, slots=True)
class _Block:
    number: int
    start: int
    end: int
    text: str
    kind: str
    prose: bool
    anchors: tuple[_Anchor, ...]

    @property
    def heading(self) -> bool:
        """Tell whether the block is a heading."""
        return self.kind[:7] == "heading"

    @property
    def is_sentence(self) -> bool:
        """Tell whether the block is one of the text, too short or too full of links for prose."""
        return len(self.text) >= FAR and SENTENCE.search(self.text.rstrip()) is not None and not self.all_link

    @property
    def all_link(self) -> bool:
        """Tell whether links make up nearly all of the block."""
        linked = sum(min(one.end, self.end) - one.start for one in self.anchors)
        return linked >= 0.8 * (self.end - self.start)


def asking(tree: Tree, attributes: Attributes, inside: list[bool], prose: list[tuple[int, int]]) -> Iterator[int]:
    """Yield the links of the body, by index, that are no sources. `prose` are the spans of the body's prose, in order."""
    hrefs = list(_hrefs(tree, attributes))
    host = _own_host(tree, attributes) or _chrome_host(hrefs, inside)
    own = {_profile(href) for at, href in hrefs if not inside[at] and PROFILE.match(href)}
    anchors = [_anchor(tree, at, href, host) for at, href in hrefs if inside[at]]
    asked = set(_asked(tree, anchors, own, inside, prose))
    yield from asked
    titles = {one.href for one in anchors if one.own and one.at in asked}
    yield from (one.at for one in anchors if one.start == one.end and one.href in titles)  # the picture beside it


def _asked(tree: Tree, anchors: list[_Anchor], own: set[str], inside: list[bool], prose: list[tuple[int, int]]) -> Iterator[int]:
    """Yield the links that are no sources by what they, their blocks and the blocks around say."""
    first, last = (prose[0][0], prose[-1][1]) if prose else (-1, len(tree.text))
    for one in anchors:
        bare = one.own and one.start == one.end < first  # a portrait
        desk = one.own and (ACCOUNT.search(one.href) or DESKS.match(one.href))
        if bare or desk or FOLLOWED.match(one.href) or _is_asked_for(tree, one, own):
            yield one.at
    yield from _cards(tree, inside, anchors, last - first)
    blocks = list(_linked_blocks(tree, anchors, prose))
    yield from (one.at for block in _headlines([block for block, _ in blocks], prose, first) for one in block.anchors)
    listed, behind = False, 0
    for block, above in blocks:
        listed = _is_listed(block) and ((listed and block.number == behind) or HEADING.match(above) is not None)
        behind = block.number + 1
        if listed or _asks(block, first, last):
            yield from (one.at for one in block.anchors)
        elif not block.prose:
            yield from (
                one.at for one in block.anchors if _leaves(tree, one) or (one.own and not block.is_sentence and SHELVES.search(one.href))
            )


def _cards(tree: Tree, inside: list[bool], anchors: list[_Anchor], told: int) -> Iterator[int]:
    """Yield the site's own links in small `article` elements of a body that tells far more: each is another article's card."""
    places = [one.at for one in anchors]
    for at in tree.by_tag.get("article", []) if told > MUCH else []:
        start, end = tree.span(at)
        if inside[at] and end - start <= CARD:
            low, high = bisect_left(places, at), bisect_right(places, tree.lasts[at])
            yield from (one.at for one in anchors[low:high] if one.own)


def _is_asked_for(tree: Tree, one: _Anchor, own: set[str]) -> bool:
    """Tell whether a link leads to a profile of the site's own, or to one that the words before it ask to follow."""
    if not PROFILE.match(one.href):
        return False
    return _profile(one.href) in own or FOLLOW_ON.search(tree.text[max(0, one.start - FAR) : one.start]) is not None


def _asks(block: _Block, first: int, last: int) -> bool:
    names = [block.text[one.start - block.start : one.end - block.start].strip().casefold() for one in block.anchors]
    if len(names) > 1 and NETWORKS.issuperset(names):
        return True
    all_own = all(one.own for one in block.anchors)
    also = ALSO.match(block.text) if all_own and not block.prose else None
    if also and sum(one.end - one.start for one in block.anchors) >= 0.7 * (block.end - block.start - also.end()):
        return True
    if not block.all_link or block.heading:
        return False
    return (all_own and block.end <= first) or (block.start >= last and PROMOTION.search(block.text) is not None)


def _headlines(blocks: list[_Block], prose: list[tuple[int, int]], first: int) -> Iterator[_Block]:
    """Yield the blocks behind the first prose that are headlines of the site's other articles: headings, and three lines in a row."""
    run: list[_Block] = []
    passed = 0  # spans of prose, which end a row
    for block in blocks:
        before = bisect_left(prose, (block.start, block.end))
        own = block.start >= first and _is_headline(block)
        if before > passed or not own:
            yield from run if len(run) > 2 else (one for one in run if one.heading)
            run = []
        passed = before
        if own:
            run.append(block)
    yield from run if len(run) > 2 else (one for one in run if one.heading)


def _is_headline(block: _Block) -> bool:
    """Tell whether a block is a link of the site, with a kicker before it at most: `Health: What really helps`."""
    if block.end - block.start < HEADLINE or not block.anchors or not all(one.own for one in block.anchors):
        return False
    before = block.text[: block.anchors[0].start - block.start].rstrip()
    linked = sum(min(one.end, block.end) - one.start for one in block.anchors)
    kicked = len(before) <= KICKER and before.endswith((":", "|", "+"))
    return block.all_link or (kicked and linked >= 0.8 * (block.end - block.anchors[0].start))


def _is_listed(block: _Block) -> bool:
    """Tell whether a block may belong to a list of the site's own articles."""
    return (block.all_link or (block.kind == "item" and not block.prose)) and all(one.own for one in block.anchors)


def _leaves(tree: Tree, one: _Anchor) -> bool:
    return LEAVING.search(one.href) is not None or (
        one.end - one.start <= NAME and LEAVING.search(tree.text[one.start : one.end]) is not None
    )


# ----------------------------------------------------------------- what is there


def _hrefs(tree: Tree, attributes: Attributes) -> Iterator[tuple[int, str]]:
    for at in tree.by_tag.get("a", ()):
        if href := (attributes[at].get("href") or "")[:READ].strip():
            yield at, href


def _anchor(tree: Tree, at: int, href: str, host: str | None) -> _Anchor:
    named = HOST.match(href)
    own = _is_own(named[1].lower().removeprefix("www."), host) if named else not re.match(r"[a-z][a-z0-9+.-]*:|#", href, re.IGNORECASE)
    return _Anchor(at, *tree.span(at), href, own)


def _is_own(named: str, host: str | None) -> bool:
    """Tell whether a host is the site's: the same, or one of the two is below the other."""
    return host is not None and (named == host or named.endswith(f".{host}") or (host.endswith(f".{named}") and "." in named))


def _linked_blocks(tree: Tree, anchors: list[_Anchor], prose: list[tuple[int, int]]) -> Iterator[tuple[_Block, str]]:
    """Yield the blocks of text with links in them, and the text above each: of the block before, if that is no prose and has no links."""
    starts = [block[0] for block in tree.blocks] if anchors else []
    held: dict[int, list[_Anchor]] = {}
    for one in anchors:
        if one.end > one.start:
            held.setdefault(bisect_right(starts, one.start) - 1, []).append(one)
    told = frozenset(prose)
    for number, within in held.items():
        start, end, _, kind = tree.blocks[number]
        above = ""
        if number and number - 1 not in held and tree.blocks[number - 1][:2] not in told:
            above = tree.text[tree.blocks[number - 1][0] : min(tree.blocks[number - 1][1], tree.blocks[number - 1][0] + READ)]
        text = tree.text[start : min(end, start + READ)]
        yield _Block(number, start, end, text, kind, (start, end) in told, tuple(within)), above


def _own_host(tree: Tree, attributes: Attributes) -> str | None:
    """Return the host that the page declares as its own."""
    for at in sorted(tree.by_tag.get("link", []) + tree.by_tag.get("meta", [])):
        tag, named, said = tree.tags[at], attributes[at], None
        if tag == "link" and "canonical" in (named.get("rel") or "").lower().split():
            said = named.get("href")
        elif tag == "meta" and named.get("property") == "og:url":
            said = named.get("content")
        matched = HOST.match(said[:READ].strip()) if said else None
        if matched:
            return matched[1].lower().removeprefix("www.")
    return None


def _chrome_host(hrefs: list[tuple[int, str]], inside: list[bool]) -> str | None:
    """Return the host that most of the absolute links around the body lead to: the site's, of a page that does not declare it."""
    hosts = [named[1].lower().removeprefix("www.") for at, href in hrefs if not inside[at] and (named := HOST.match(href))]
    most = Counter(hosts).most_common(1)
    return most[0][0] if most and most[0][1] >= FEW and 2 * most[0][1] > len(hosts) else None


def _profile(href: str) -> str:
    """Return a profile's address as it is compared."""
    plain = unquote(href).partition("?")[0].partition("#")[0].rstrip("/").casefold()
    return re.sub(r"^(?:https?:)?//(?:www\.|m\.|mobile\.)?", "", plain).replace("x.com/", "twitter.com/", 1)
