"""Change: what became of a cited thing between two looks: state, words, title, author, media, address.

What counts as an edit is what a reader of the article would want to know: other words in the body of a page, or in a post. Not: other
bytes (a session's token), other chrome (menus, related stories, the comments' counter), the same paragraphs in another order, or a number
in a line that is no sentence ("1,204 views", "3 hours ago"; up to SHORT words). A number that changes in a sentence is an edit.

A post's words are compared as the article's claim of it is, with all that is forgiven there. Its media are counted by kind: their
addresses are signed anew with each answer. Its author is its handle; display names change with the season.

    edited            other words; for what is no text, other bytes
    moved             answered at another address
    deleted           was there, and the source now says that it is not, or no longer
    unavailable       was there, and the source now does not show it to everybody (login, country, protected account), or shows something
                      else with a good status, a page without it (`soft_404`): it does not say that the thing is gone
    restored          was gone, and is there again
    different_author  answered for somebody else than the article says
    rescued           an archived copy was found that was not known before
    given_up          failed until it is not tried again
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from archiver import url as urls
from archiver.citation.platform import State
from archiver.embed.comparison import GONE, similarity
from archiver.errors import ArchiverError
from archiver.fetch.verdict import POSITIVE
from archiver.service.again.earlier import LIVE, Earlier, Place
from archiver.service.reader import Received, words_received
from archiver.service.source import charset_of

READ = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/pdf"})
SAID = GONE - {State.SOFT_404}  # states in which the source itself says that a thing is not there
SHORT = 8  # words of a line whose numbers do not count
SHOWN = 100  # phrases added and removed that are written down
PHRASE = 300  # characters of each
LONGEST = 20_000  # words that are compared one by one; above, paragraph by paragraph


def shown(captures: Sequence[Place]) -> Place | None:
    """Return the capture that shows the thing best: of those that prove something, the first whole one, else the first in part."""
    proofs = [place for place in captures if place[1]["role"] == "seed" and place[1]["proof"] and place[1]["tier"] != "memento"]
    good = [place for place in proofs if place[1]["state"] in LIVE]
    return min(good, key=lambda place: place[1]["state"] == State.OK_PARTIAL, default=None)


def state_change(was: str | None, now: str, outcome: str) -> str | None:
    """Return what a change of states means, None where it means nothing yet: a failure is no news of the thing, nor is an empty shell."""
    if outcome in ("failed", "refused", "unresolved") or was is None or now == State.EMPTY_SHELL or (was in POSITIVE and now in LIVE):
        return None
    if now in LIVE:
        return "restored"
    if was not in LIVE and (was in SAID or now not in SAID):
        return None
    return "deleted" if now in SAID else "unavailable"


def moved(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[str] | None:
    """Return from where to where a thing moved since the look before, which is not always the one that shows it; None where it did not."""
    ends = [(before or {}).get("final_url"), now["final_url"]]
    return ends if all(ends) and len({urls.canonical(end) for end in ends}) == 2 else None


async def difference(earlier: Earlier, before: Place, after: Place, snapshot: Path) -> dict[str, Any]:
    """Return what differs between two captures of a thing: `changes`, and for each kind of difference what was and what is.

    `before` stands in a finished snapshot, `after` in the one that is being written, at the path `snapshot`.
    """
    was, now = before[1], after[1]
    found: dict[str, Any] = {"changes": []}
    said = (("title", _said(was, now, "page", "title")), ("author", _authors(was, now)))
    found |= {name: values for name, values in said if values[0] != values[1]}
    if was["post"] and now["post"]:
        words = _post_words(was["post"], now["post"], found)
    elif was["media_type"] in READ and (now["media_type"] or was["media_type"]) in READ:
        words = await _page_words(earlier, (was, earlier.path(before[0])), (now, snapshot))
    else:
        words = ([], []) if _sha256(was) == _sha256(now) else (["other bytes"], [])
    if any(words) or "media" in found:
        found["changes"].append("edited")
        found["added"], found["removed"] = ([phrase[:PHRASE] for phrase in one[:SHOWN]] for one in words)
    return found


def _said(was: Mapping[str, Any], now: Mapping[str, Any], thing: str, name: str) -> list[str | None]:
    return [(one[thing] or {}).get(name) for one in (was, now)]


def _authors(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str | None]:
    return _said(was, now, "post", "handle") if was["post"] else _said(was, now, "page", "author")


def _sha256(capture: Mapping[str, Any]) -> str | None:
    return next((one["payload_sha256"] for one in reversed(capture["records"]) if one["payload_sha256"]), None)


def _post_words(was: Mapping[str, Any], now: Mapping[str, Any], found: dict[str, Any]) -> tuple[list[str], list[str]]:
    kinds = [Counter(one["kind"] for one in post["media"]) for post in (was, now)]
    if kinds[0] != kinds[1]:
        found["media"] = [dict(one) for one in kinds]
    old, new = was["text"] or "", now["text"] or ""
    return ([], []) if old == new or similarity(old, new) == 1.0 else phrases(old.split(), new.split())


async def _page_words(earlier: Earlier, *sides: tuple[Mapping[str, Any], Path]) -> tuple[list[str], list[str]]:
    try:
        old, new = [await _paragraphs(earlier, *side) for side in sides]
    except ArchiverError as error:
        return [f"other bytes, which cannot be read as a page: {error.message}"], []
    return compared(old, new)


async def _paragraphs(earlier: Earlier, capture: Mapping[str, Any], snapshot: Path) -> tuple[str, ...]:
    answer = await asyncio.to_thread(earlier.payload, capture, snapshot)
    if answer is None or not answer.body.strip():
        return ()
    return await words_received(Received(answer.body, answer.url, answer.url, answer.url, answer.media_type, charset_of(answer)))


def compared(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the phrases that were added to and removed from a page's paragraphs, their order and what is volatile left aside."""
    was, now = ([(_key(one), one) for one in side if _key(one)] for side in (old, new))
    left = Counter(key for key, _ in was), Counter(key for key, _ in now)
    gone, come = left[0] - left[1], left[1] - left[0]
    return phrases(_rest(was, gone), _rest(now, come))


def _rest(paragraphs: Sequence[tuple[str, str]], only: Counter[str]) -> list[str]:
    """Return the words of the paragraphs that the other side does not have."""
    rest, words = only.copy(), list[str]()
    for key, text in paragraphs:
        if rest[key] > 0:
            rest[key] -= 1
            words += text.split()
    return words


def _key(paragraph: str) -> str:
    """Return a paragraph as it is compared: compatibility forms, case and spaces forgiven, numbers too in what is no sentence."""
    plain = "".join(one for one in unicodedata.normalize("NFKC", paragraph).casefold() if unicodedata.category(one) != "Cf")
    words = plain.split()
    return " ".join(words) if len(words) > SHORT else re.sub(r"\d+", "0", " ".join(words))


def phrases(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the runs of words that only `new` has, and those that only `old` has, in order."""
    if len(old) + len(new) > LONGEST:
        return ([" ".join(new)] if new else []), ([" ".join(old)] if old else [])
    added, removed = [], []
    for tag, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            added += [" ".join(new[c:d])] if d > c else []
            removed += [" ".join(old[a:b])] if b > a else []
    return added, removed
