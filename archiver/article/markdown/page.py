"""Page: a web page that somebody turned into Markdown, with its menus, bylines, boxes and footer as paragraphs and lists.

Reader services, clippers and archives of feeds write such files. Markdown has no element that names them, and what an author writes in
Markdown has none of this: lists of links in a newsletter are what it cites. So a file is a page only where it is certain:

  a link at its top skips to the content, as only a page has it; or
  its front matter has the page's address, and the title stands as a heading twice, the converter's and the page's own; or, with the
  address, when it was fetched.

Not in the body of a page, by what its blocks are (the words are those that HTML is read by, `boxes`):

  before    everything before its own title, which is the last heading that says the title with most of the prose behind it
  menu      before the first prose, lists of two and more links of the site and nothing else; without a title of its own, any such block
  byline    around the prose, blocks that are little more than links to the page itself, its writer, its shelves, the site's front page
  box       below a heading like "Related articles", up to the next one of its rank, blocks that are little more than links of the site
  talk      everything from "Leave a comment", "3 Comments" or, behind the last prose, a line of copyright on
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from archiver.article.anchor import WIDE
from archiver.article.block import Block
from archiver.article.chrome import SHARE
from archiver.article.link import Link
from archiver.article.phrases import HEADING
from archiver.article.site_addresses import ACCOUNT, HOME, SHELVES
from archiver.article.source import Span
from archiver.url import absolute, canonical, parts

SKIP = re.compile(
    r"\[\s*(?:(?:skip|jump) to (?:the )?(?:main |primary |site )?(?:content|navigation|article)|zum (?:haupt)?inhalt(?: springen)?"
    r"|(?:aller|passer|accéder) au contenu|(?:saltar|ir) al contenido|(?:vai|passa) al contenuto"
    r"|(?:pular|saltar|ir) para o conteúdo"
    r"|перейти к (?:содержимому|содержанию|контенту|основному)|перейти до вмісту|コンテンツ(?:へ|に)(?:スキップ|移動)"
    r"|(?:跳至|跳到|跳转到)(?:主要)?(?:内容|內容)"
    r"|(?:본문|콘텐츠)(?:으?로)? (?:바로가기|건너뛰기)|içeriğe (?:atla|geç)|(?:التجاوز|الانتقال|تخطي) (?:إلى )?المحتوى"
    r"|رفتن به (?:محتوا|نوشته)"
    r"|(?:przejdź|skocz) do (?:treści|zawartości)|(?:naar de|ga naar de|doorgaan naar) inhoud"
    r"|hoppa till innehåll|přejít k obsahu)[^\]\n]{0,40}\]"
    r"\([^()\s]{0,300}#[^()\s]{0,100}\)",
    re.IGNORECASE,
)
TALK = re.compile(
    r"(?:leave|post|add|write) a (?:comment|reply)"
    r"|comments(?: \([0-9]+\))?|(?:no|one|[0-9]+) (?:comments?|responses?|repl(?:y|ies)|thoughts?)(?: on \S.*)?"
    r"|(?:responses|replies) \([0-9]+\)"
    r"|join the (?:discussion|conversation)"
    r"|post navigation|(?:lascia|scrivi|aggiungi) un commento|commenti|[0-9]+ comment[io]"
    r"|(?:deja|dejar|escribe) (?:un comentario|una respuesta)|comentarios|[0-9]+ comentarios?"
    r"|(?:deixe|deixar) (?:um comentário|uma resposta)|comentários|[0-9]+ comentários?"
    r"|(?:laisser|ajouter|poster|écrire) un commentaire|commentaires|[0-9]+ commentaires?|navigation de l.article"
    r"|(?:schreibe?n?|hinterlasse?n?) (?:sie )?einen kommentar|kommentare|[0-9]+ kommentare?|beitrags-?navigation"
    r"|navegación de entradas|navigazione articoli"
    r"|(?:добавить|оставить|оставьте) комментарий|комментари[ийев]+(?: \([0-9]+\))?"
    r"|залишити (?:відповідь|коментар)|(?:bir )?(?:yorum|cevap) (?:yap|yaz|bırak)ın?|yorumlar"
    r"|コメント(?:を(?:残す|書く|投稿する))?|(?:发表|發表|发布)?(?:评论|評論|回复|留言)|댓글(?: 남기기| 달기)?"
    r"|(?:اترك|أضف) (?:تعليق[اً]*|رد[اً]*)|تعليقات|التعليقات|דיון|תגובות"
    r"|(?:dodaj|napisz|zostaw) komentarz|komentarze|(?:geef een|plaats een) reactie|reacties",
    re.IGNORECASE,
)
LATEST = re.compile(
    r"(?:recent|latest|popular|top|most read|trending|newest|more) (?:posts?|articles?|stories|news|comments)"
    r"|(?:about|meet) the authors?|share this(?: \w+)?"
    r"|ultim[ei] (?:pubblicazioni|articoli|notizie|post)"
    r"|(?:últim[oa]s|artigos|posts) (?:entradas|artículos|noticias|publicaciones|artigos|notícias|posts|recentes)"
    r"|entradas recientes|neue(?:ste)? (?:beiträge|artikel)|(?:derniers|articles) (?:articles|récents)"
    r"|(?:свежие|последние|популярные) (?:записи|статьи|новости)"
    r"|最(?:近|新)の(?:投稿|記事)|新着記事|人気記事|(?:最新|热门|熱門|近期)(?:文章|消息)|최근 (?:글|게시물)|son yazılar"
    r"|(?:أحدث|آخر) (?:المقالات|الأخبار|المواضيع)",
    re.IGNORECASE,
)
COPYRIGHT = re.compile(r"\W{0,5}(?:copyright\b|©|\(c\) (?:19|20)\d\d|all rights reserved)", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")
ADDRESS = re.compile(r"\]\([^()]*\)|<?https?://\S+")
PROSE, LABEL, MARKS = 60, 40, 2  # letters that are no link: of prose, at most; of a byline, of a menu's item, at most
TOP = 8  # blocks among which the link that skips stands


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of the page: its title and address, whether the file itself names that address, and says when it was fetched."""

    title: str | None
    url: str | None
    named: bool = False
    fetched: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A block with its links, and the letters of it that are none."""

    block: Block
    words: str
    links: tuple[str, ...]
    letters: int

    @property
    def prose(self) -> bool:
        return self.block.kind == "code" or (self.letters >= PROSE and self.block.kind != "heading")


def placed(
    text: str, prose: str, blocks: Sequence[Block], links: Sequence[Link], pictures: Sequence[Span], said: Said
) -> list[Block] | None:
    """Return the blocks of a page with those of its furniture out of the body; None where the text is no page for certain.

    `prose` is the text with everything blank that is no prose, at the same offsets.
    """
    skips = next((at for at, block in enumerate(blocks[:TOP]) if SKIP.match(prose, block.start, block.end)), None)
    if skips is None and not said.named:
        return None
    parts_of_page = list(_parts(prose, blocks, links, pictures))
    titles = _titles(text, parts_of_page, said.title)
    if skips is None and len(titles) < 2 and not said.fetched:
        return None
    page = _Page(parts_of_page, titles, said.url, skips)
    return [replace(block, in_body=at not in page.furniture) for at, block in enumerate(blocks)]


def _parts(prose: str, blocks: Sequence[Block], links: Sequence[Link], pictures: Sequence[Span]) -> Iterator[_Part]:
    addresses = _held(blocks, [(link.start, link.end, link.url) for link in links])
    shown = _held(blocks, [(*picture, "") for picture in pictures])
    for block, held, seen in zip(blocks, addresses, shown, strict=True):
        inner = list(prose[block.start : block.end])
        for start, end, _ in (*held, *seen):
            inner[start - block.start : end - block.start] = " " * (min(end, block.end) - start)
        words = "".join(inner)
        letters = len(LETTER.findall(words)) + 2 * len(WIDE.findall(words))
        yield _Part(block, " ".join(words.split()), tuple(url for _, _, url in held), letters)


def _held(blocks: Sequence[Block], found: list[tuple[int, int, str]]) -> Iterator[list[tuple[int, int, str]]]:
    """Yield of each block what begins in it, in order; blocks are disjoint and in order."""
    found.sort()
    at = 0
    for block in blocks:
        while at < len(found) and found[at][0] < block.start:
            at += 1
        first = at
        while at < len(found) and found[at][0] < block.end:
            at += 1
        yield found[first:at]


def _plain(words: str) -> str:
    return "".join(character for character in ADDRESS.sub("]", words).casefold() if character.isalnum())


def _titles(text: str, found: Sequence[_Part], title: str | None) -> list[int]:
    """Return the headings that say the title: its words, or, of the highest rank, what is before or behind the name of the site in it."""
    headings = [(at, part.block) for at, part in enumerate(found) if part.block.kind == "heading"]
    said = _plain(title or (text[headings[0][1].start : headings[0][1].end] if headings else ""))
    return [at for at, block in headings if said and _says(_plain(text[block.start : block.end]), said, block.level)]


def _says(heading: str, title: str, level: int) -> bool:
    if heading == title:
        return True
    shorter, longer = sorted((heading, title), key=len)
    return level == 1 and len(shorter) > 4 and (longer.startswith(shorter) or longer.endswith(shorter))


class _Page:
    """The furniture of a page, as ordinals of its blocks."""

    def __init__(self, found: Sequence[_Part], titles: Sequence[int], url: str | None, skips: int | None) -> None:
        self.found = found
        self.url = url and canonical(url)
        self.base = url
        self.host = parts(url).host if url else None
        self.furniture: set[int] = set()
        start = self.beginning(titles)
        own = start > (titles[0] if titles else -1) or (skips is not None and start > skips)
        self.furniture.update(range(start) if own else ())
        end = self.ending(start)
        self.furniture.update(range(end, len(found)))
        prose = [at for at in range(start, end) if found[at].prose]
        first, last = (prose[0], prose[-1]) if prose else (end, start)
        self.menus(start, first, titled=own)
        self.boxes(start, end)
        self.furniture.update(at for at in range(start, end) if (at < first or at > last) and self.leads_around(found[at]))

    def beginning(self, titles: Sequence[int]) -> int:
        """Return the heading that begins the article: the last one with the title that has most of the prose behind it."""
        before = [0, *accumulate(part.letters if part.prose else 0 for part in self.found)]
        most = (at for at in reversed(titles) if 0 < before[-1] <= 2 * (before[-1] - before[at]))
        return next(most, titles[0] if titles else 0)

    def ending(self, start: int) -> int:
        """Return where the talk begins, or the small print."""
        found = self.found
        prose = [at for at in range(start, len(found)) if found[at].prose]
        for at in range(prose[0] if prose else len(found), len(found)):
            part = found[at]
            if part.block.kind in {"heading", "paragraph"} and TALK.fullmatch(part.words.strip(" *_#:.-")):
                return at
            if COPYRIGHT.match(part.words) and at >= prose[-1]:
                return at
        return len(found)

    def menus(self, start: int, first: int, *, titled: bool) -> None:
        """Take lists of links before the first prose."""
        run: list[int] = []
        for at in range(start, first + 1):
            part = self.found[at] if at < first else None
            if (
                part
                and part.links
                and part.letters <= MARKS
                and all(map(self.is_own, part.links))
                and (part.block.kind == "item" or not titled)
            ):
                run.append(at)
                continue
            self.furniture.update(run if len(run) > 1 else ())
            run = []

    def boxes(self, start: int, end: int) -> None:
        """Take what stands below headings of other articles."""
        level = 0
        for at in range(start, end):
            block, words = self.found[at].block, self.found[at].words.strip(" *_:")
            if block.kind == "heading" and (not level or block.level <= level):
                level = block.level if LATEST.fullmatch(words) or HEADING.match(words) else 0
            if level and self.found[at].letters <= LABEL and all(map(self.is_own, self.found[at].links)):
                self.furniture.add(at)

    def leads_around(self, part: _Part) -> bool:
        """Tell whether a block is little more than links to the page itself, to its writer, its shelves, or to where it is shared."""
        return part.letters <= LABEL and bool(part.links) and all(map(self.is_around, part.links))

    def is_around(self, url: str) -> bool:
        if SHARE.search(url.lower()):
            return True
        full = absolute(url, self.base)
        if full and self.url and canonical(full) == self.url:
            return True
        return self.is_own(url) and bool(SHELVES.search(url) or ACCOUNT.search(url) or HOME.fullmatch(url))

    def is_own(self, url: str) -> bool:
        full = absolute(url, self.base)
        return full is None or (self.host is not None and _site(parts(full).host) == _site(self.host))


def _site(host: str) -> str:
    return host.removeprefix("www.")
