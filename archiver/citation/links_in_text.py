r"""Links in running text: which characters are an address, and where it ends.

Two kinds. An address **with a scheme** says itself that it is one; only its end is a question, and it is answered here:
  - white space, controls, `<>`, a back-tick, a backslash, foreign quotation marks and stops end it, and `&quot;`, `&gt;` of escaped markup;
  - so do `|` and `^`, but within a parameter (`?q=repo:^a|b`), where no table or template has begun on the line;
  - a closing bracket that was not opened in it ends it (`(see http://…/Agilität_(Management))` keeps one of its two);
  - trailing `. , ; : ! ? ' " * @` are the sentence's, and behind a host all but letters and figures;
  - letters of other scripts: behind `/ - _ =` and the like they are a slug, in scripts that part their words (`/قيمة-500-مليون/`); behind a
    letter or figure they are the next word, set without a blank. In scripts that do not part words (Chinese, Japanese, Thai …) they belong
    to a path only if the run ends with the address, at a blank: `/wiki/日本語 ` but not `http://a.jp/これは日本語です。`;
  - the keys of `t.co` and `pic.twitter.com` are ASCII letters and figures, so nothing of any script sticks to them;
  - `https://` within it, other than in a path or a parameter (`a.com/xhttps://…`), begins the next one.
Any host counts that the URL parser takes (`http://host-name`, addresses, unknown top-level domains): whether it exists is found out later.

An address **without a scheme** is judged by twitter-text-parser, which passes twitter-text's own suite and knows the top-level domains. A
bare `example.com` is a name, not an address (`Booking.com`, `readme.md`, `2.0.Next`, `outside.In`): it counts with a path or with `www.`.
The parser is slow on hostile text (a run of 20,000 `a.` takes it eight minutes), so it sees pieces that could be a host, of at most `PIECE`
characters and `DOTS` dots. It costs 0.26 s to import (pkg_resources): a text without such a piece never does.

Defanged addresses (`hxxps://evil[.]com`) are read too, and flagged. In dumps (`broken_lines`) an address at a line's end may go on in the
next line (`broken`).

Measured: with `bare_hosts`, 106 of twitter-text's 108 cases are found (missing: hosts glued between Korean and Japanese words), 20 of them
with more than the suite wants, because any host counts here behind a scheme; of 211 cases of two more suites 210 (the last one wants an
unbalanced brace).
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from archiver.article.signs import spots
from archiver.citation.broken import joined
from archiver.citation.normalise import JOINERS, Copy, normalise
from archiver.url import parts, resolve

LONGEST = 8192  # characters of an address; browsers and servers stop earlier
LONGEST_RUN = 200  # characters of a script that does not part words, in a path
PIECE, DOTS = 400, 12  # of what the parser is asked about
BEHIND_COLON = ("/", "[", "]")
SCHEME = re.compile(r"[Hh](?:[Tt][Tt]|[Xx][Xx]|\*\*)[Pp][Ss]?(?::|\[:\])(?://|\[/\]\[?/\]?|\[//\])")
ENDS = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>`\\…]|&(?:quot|gt|lt|nbsp|apos|#0?3[49]|#x2[27]);", re.IGNORECASE)
DELIMITERS = "/-_=.+%?&#~:"
TRAILING = ".,;:!?'\"*@|^"
QUOTED = re.compile(r"['\"]h..ps?://\Z", re.IGNORECASE)
IN_PATH = re.compile(r"[/?#]")
BEHIND_HOST = "-=_~+&$%"
CLOSING = {")": "(", "]": "[", "}": "{"}
DOT = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)", re.IGNORECASE)
NESTED = re.compile(r"(?<=[A-Za-z0-9;,)\]])https?://", re.IGNORECASE)
BEFORE_NESTED = re.compile(r"[?&=][^/]*$|%[0-9A-Fa-f]{2}$")
KEYED = re.compile(r"(?:https?://)?(?:t\.co|pic\.(?:twitter|x)\.com)/[A-Za-z0-9]+(?:\?[A-Za-z0-9=&#]*[A-Za-z0-9])?", re.IGNORECASE)
UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
PIECES = re.compile(r"(?<![\w@/.$#\-])(?:[^\W_]|-)[\w\-]*(?:\.[\w\-]+)+(?::[0-9]{1,5})?(?P<path>[/?#])?")
DOTTED = re.compile(r"\.[\w\-]")
BLANK = re.compile(r"\s")
GLUED = re.compile(
    r"(?:^|\.)((?:pic\.(?:twitter|x)|www\.[\w-]+|(?:mobile\.|www\.)?(?:twitter|instagram|facebook|youtube|tiktok))\.com)$", re.IGNORECASE
)
BEFORE_HOST = re.compile(r"[^/?#\s]{0,100}@")  # of a user's name
GOES_ON = re.compile(r"\|[\w-]+[/?=&]")
OPENED = re.compile(r"\||[\[{<]h..ps?://\Z", re.IGNORECASE)
ARGUMENT = re.compile(r"\|[ \w-]+=")


@dataclass(frozen=True, slots=True)
class TextLink:
    """An address in text: `text[start:end]`, as read there (`written`), and as a URL to resolve (`url`, with a scheme)."""

    start: int
    end: int
    written: str
    url: str
    defanged: bool = False


def links_in_text(
    text: str, known: Callable[[str], bool] = lambda _: False, *, broken_lines: bool = False, bare_hosts: bool = False
) -> list[TextLink]:
    """Return the addresses in `text`, in order, disjoint.

    `known` tells of a resolved URL whether a platform knows it: such a one counts without scheme and path too. `bare_hosts` counts every
    host that the parser knows, as twitter-text does.
    """
    return links_in_copy(normalise(text), known, broken_lines=broken_lines, bare_hosts=bare_hosts)


def links_in_copy(
    copy: Copy,
    known: Callable[[str], bool] = lambda _: False,
    *,
    broken_lines: bool = False,
    bare_hosts: bool = False,
    walls: AbstractSet[int] = frozenset(),
) -> list[TextLink]:
    """Return what `links_in_text` does, of a text whose normalised copy is there already; `walls` are lines that nothing goes on in."""
    found: list[TextLink] = []
    around = {copy.at(wall) for wall in walls}
    position = 0
    for link in _with_scheme(copy.text, around, broken_lines=broken_lines):
        found.extend(_without_scheme(copy.text, position, link.start, known, around, bare_hosts=bare_hosts, broken_lines=broken_lines))
        found.append(link)
        position = link.end
    found.extend(_without_scheme(copy.text, position, len(copy.text), known, around, bare_hosts=bare_hosts, broken_lines=broken_lines))
    return [TextLink(*copy.span(link.start, link.end), link.written, link.url, link.defanged) for link in found]


# ------------------------------------------------------------- with a scheme


def _with_scheme(text: str, walls: AbstractSet[int], *, broken_lines: bool) -> Iterator[TextLink]:
    position = stop = 0
    for matched in _schemes(text):
        if matched.start() < position:
            continue
        start, position = matched.start(), matched.end()
        stop = stop if stop > position else _stop(text, position)  # searched once for a run of characters, however many schemes it has
        end, limit = _reach(text, matched.end(), stop)
        if end - start > LONGEST:
            position = max(limit, stop)
            continue
        host = re.compile(r"[^/?#]*").match(text, matched.end(), end)
        if host and not host[0].isascii():
            end = _judged_host(text, matched.end(), host.end(), end)
        last = joined(text, start, end, partial(_rest, text), walls) if broken_lines else end
        written = re.sub(r"\s+", "", text[start:last])
        url, defanged = _refang(written, matched[0])
        if _is_address(url):
            yield TextLink(start, last, written, url, defanged)
            position = last


def _schemes(text: str) -> Iterator[re.Match[str]]:
    """Yield the schemes in a text, found by their rare signs, not by their letters."""
    for at in spots(text, ":"):
        if text[at + 1 : at + 2] in BEHIND_COLON:
            for letters in (6, 5, 4):  # up to the colon, or the bracket before it
                matched = SCHEME.match(text, at - letters) if at >= letters else None
                if matched and matched.end() > at:
                    yield matched
                    break


def _judged_host(text: str, start: int, host_end: int, end: int) -> int:
    """Return the end of an address whose host has non-ASCII letters: they may be the next word, set without a blank."""
    if text.count(".", start, host_end) > DOTS:
        return end
    found = _parser()("http://" + text[start : min(host_end, start + PIECE)])
    judged = start + len(found[0]["url"]) - len("http://") if found and found[0]["indices"][0] == 0 else host_end
    return judged if judged < host_end else end


def _stop(text: str, start: int) -> int:
    """Return the first offset from `start` on that no address passes."""
    stop = ENDS.search(text, start)
    return stop.start() if stop else len(text)


def _reach(text: str, start: int, stop: int | None = None) -> tuple[int, int]:
    """Return where an address whose scheme ends at `start` ends, and where the run of characters that was looked at does."""
    limit = min(_stop(text, start) if stop is None else stop, start + LONGEST + 1)
    nested = NESTED.search(text, start, limit)
    while nested and BEFORE_NESTED.search(text, max(start, nested.start() - 200), nested.start()):
        nested = NESTED.search(text, nested.end(), limit)
    limit = min(limit, nested.start() if nested else limit)
    keyed = KEYED.match(text, start, limit)
    return keyed.end() if keyed else _trimmed(text, start, _scan(text, start, limit)), limit


def _rest(text: str, start: int) -> int:
    """Return how far an address goes that began on an earlier line."""
    end = _reach(text, start)[0]
    while text[end : end + 1] and text[end] in BEHIND_HOST:
        end += 1
    return end


def _scan(text: str, start: int, limit: int) -> int:
    """Return the offset of the first character that cannot belong to the address."""
    opened: list[str] = []
    in_host, valued, barred = True, False, False
    for offset in range(start, limit):
        character = text[offset]
        if character in "/?#":
            in_host = False
        if character in CLOSING:
            if not opened or opened[-1] != CLOSING[character]:
                return offset
            opened.pop()
        elif character in "([{":
            opened.append(character)
        elif character == '"':
            if not _is_inner_quote(text, offset, limit):
                return offset
        elif character == "=":
            valued = True
        elif character in "|^":
            if not barred and not (barred := _goes_on(text, start, offset, limit, within=valued)):
                return offset
        elif character == "'":
            if in_host and not BEFORE_HOST.match(text, offset, limit):
                return offset
        elif not character.isascii() and not _is_part(text, start, offset, limit, in_host=in_host):
            return offset
    return limit


def _is_inner_quote(text: str, offset: int, limit: int) -> bool:
    """Tell whether a quotation mark belongs to the address: one of a pair around a word behind `_` or `-`, or the other of that pair."""
    if text[offset - 1] in "_-":
        return bool(re.compile(r'"[A-Za-z0-9]{1,40}"').match(text, offset, limit))
    return bool(re.search(r'[_-]"[A-Za-z0-9]{1,40}$', text[max(0, offset - 42) : offset]))


def _goes_on(text: str, start: int, offset: int, limit: int, *, within: bool) -> bool:
    """Tell whether a bar or a caret belongs to an address: not between the cells of a table, or the arguments of a template."""
    behind = offset + 1 < limit and (text[offset + 1].isalnum() or text[offset + 1] == "|")
    if not behind or not (within or GOES_ON.match(text, offset, limit)) or ARGUMENT.match(text, offset, limit):
        return False
    line = max(text.rfind("\n", max(0, start - LONGEST), start) + 1, start - LONGEST)
    return OPENED.search(text, line, start) is None


def _is_part(text: str, start: int, offset: int, limit: int, *, in_host: bool) -> bool:
    character, before = text[offset], text[offset - 1]
    kind = unicodedata.category(character)
    if character in JOINERS:
        return True
    if kind[0] == "M":
        return not before.isascii()
    if kind == "Pd":  # an en dash between words: /Hatfield–McCoy_feud
        return not in_host and before.isalnum() and offset + 1 < limit and text[offset + 1].isalnum()
    if kind[0] not in "LNS":
        return False
    if in_host:  # an international domain name: whether there is one is for the parser to judge
        return kind[0] != "S" or offset == start
    if not before.isascii():
        return True
    if before not in DELIMITERS:
        return character < "\u0250"  # Latin letters
    if UNPARTED.match(character):
        run = re.split(r"[\s\x00-\x1f]", text[offset : min(limit, offset + LONGEST_RUN)], maxsplit=1)[0]
        return text.count("/", start, offset) > 1 and len(run) < LONGEST_RUN and all(map(_is_plain, run))
    return True


def _is_plain(character: str) -> bool:
    return character.isascii() or unicodedata.category(character)[0] in "LM"


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start:
        last = text[end - 1]
        if last in "([{":
            end -= 1
        elif last in "'\"":
            if text.count(last, start, end) % 2 == 0 and not QUOTED.search(text, max(0, start - 10), start):
                break
            end -= 1
        elif last in TRAILING or (last in BEHIND_HOST and not IN_PATH.search(text, start, end)):
            end -= 1
        else:
            break
    return end


def _refang(written: str, scheme: str) -> tuple[str, bool]:
    rest = written[len(scheme) :]
    host = re.match(r"[^/?#\s]*(?:\[/\])?", rest)
    authority = DOT.sub(".", host[0]).replace("[/]", "/").replace("[:]", ":") if host else ""
    plain = ("https" if scheme.lower().rstrip(":/[]").endswith("s") else "http") + "://"
    defanged = plain != scheme.lower() or (host is not None and authority != host[0])
    return plain + authority + rest[host.end() if host else 0 :].replace("&amp;", "&"), defanged


def _is_address(url: str) -> bool:
    return resolve(url) is not None


# ---------------------------------------------------------- without a scheme


def _without_scheme(
    text: str, start: int, end: int, known: Callable[[str], bool], walls: AbstractSet[int], *, bare_hosts: bool, broken_lines: bool
) -> Iterator[TextLink]:
    position = start
    for piece in _dotted(text, start, end):
        if piece.start() < position or piece[0].count(".") > DOTS or len(piece[0]) > PIECE:
            continue
        if not (bare_hosts or piece["path"] or piece[0].lower().startswith("www.") or GLUED.search(piece[0])):
            continue
        for first, last in _judged(text, piece.start(), min(end, piece.end() + PIECE), end):
            rest = min(end, joined(text, first, last, partial(_rest, text), walls)) if broken_lines else last
            written = re.sub(r"\s+", "", text[first:rest])
            url = resolve("https://" + written.replace("&amp;", "&"))
            if url and (bare_hosts or _has_path(url) or written.lower().startswith("www.") or known(url)):
                position = rest
                yield TextLink(first, rest, written, "https://" + written.replace("&amp;", "&"))


def _dotted(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield what could be a host, in order. Looked for where a dot stands within a word, which in prose is nearly nowhere."""
    done = start
    for dot in DOTTED.finditer(text, start, end):
        if dot.start() < done:
            continue
        blank = BLANK.search(text, dot.end(), end)
        begin, done = max(done, text.rfind(" ", done, dot.start())), blank.start() if blank else end
        yield from PIECES.finditer(text, begin, done)


def _has_path(url: str) -> bool:
    taken = parts(url)
    return taken.path != "/" or bool(taken.query)


def _judged(text: str, start: int, horizon: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of the addresses whose hosts the parser finds in a piece of text."""
    blank = re.compile(r"\s").search(text, start, horizon)
    piece = text[start : blank.start() if blank else horizon]
    position = 0
    for found in _parser()(piece):
        first = found["indices"][0]
        host = re.split(r"[/?#]", found["url"], maxsplit=1)[0]
        if first < position:
            continue
        glued = GLUED.search(host)  # a sentence's last word stuck to a known host: today.pic.twitter.com/KEY
        at = start + first + (glued.start(1) if glued else 0)
        while text[at - 1 : at] == "_" and at > start:  # the parser knows no host with one: gcs_files.example.com
            at = start + len(re.sub(r"[A-Za-z0-9-]*_\Z", "", text[start:at]))
        behind = start + first + len(host)
        keyed = KEYED.match(text, at, end)
        reach = keyed.end() if keyed else _reach(text, behind)[0] if text[behind : behind + 1] in ("/", "?", "#") else behind
        position = reach - start
        yield at, min(reach, end)


@cache
def _parser() -> Callable[[str], list[dict[str, Any]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package uses pkg_resources, which warns of its own end
        from twitter_text import extract_urls_with_indices  # noqa: PLC0415 - 0.26 s, and most texts need it never
    parser: Callable[[str], list[dict[str, Any]]] = extract_urls_with_indices
    return parser
