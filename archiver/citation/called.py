"""Called: what a program shows by calling a platform's own script: a tweet, a film, a document by its id, in an element of the page.

Every such script has one call for it, and what is shown stands in the call, or in its options, as a plain string; a call that computes it
tells nothing here. The frame that the script would make is read as any other (`hidden`), where the element stands that the call names, or
that the program looks up. Where the page has no such element, nothing is shown: sites carry programs for players of other pages.
(Rumble and VK, whose calls come with an element of their own kind, read theirs themselves.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

OPTIONS = 800  # characters behind the beginning of a call in which its options stand
LONGEST = 100_000  # characters of a program
CALLS = (  # the call, what tells in it what is shown, the address of the frame
    (r"\.createTweet\(", r"\.createTweet\(\s*[\"']([0-9]{5,19})[\"']", "https://platform.twitter.com/embed/Tweet.html?id={}"),
    (r"\bnew\s+YT\.Player\(", r"\bvideoId[\"']?\s*:\s*[\"']([\w-]{11})[\"']", "https://www.youtube.com/embed/{}"),
    (r"\bnew\s+Vimeo\.Player\(", r"[{,]\s*[\"']?id[\"']?\s*:\s*[\"']?([0-9]{5,12})", "https://player.vimeo.com/video/{}"),
    (r"\bnew\s+Vimeo\.Player\(", r"\burl[\"']?\s*:\s*[\"'](https://[^\"'\s<>]{5,200})[\"']", "{}"),
    (r"\bDM\.player\(|\bdailymotion\.createPlayer\(", r"\bvideo[\"']?\s*:\s*[\"']([a-zA-Z0-9]{3,24})[\"']", "https://www.dailymotion.com/embed/video/{}"),
    (r"\bnew\s+Twitch\.(?:Embed|Player)\(", r"\bvideo[\"']?\s*:\s*[\"'](v?[0-9]{3,12})[\"']", "https://player.twitch.tv/?video={}"),
    (r"\bjwplayer\([^()]{0,80}\)\.setup\(", r"\bfile[\"']?\s*:\s*[\"']((?:https?:)?//(?:www\.)?youtu[^\"'\s<>]{5,200})[\"']", "{}"),
    (r"\bSC\.oEmbed\(", r"\bSC\.oEmbed\(\s*[\"'](https?://[^\"'\s<>]{5,300})[\"']", "{}"),
    (r"\bDV\.load\(", r"\bDV\.load\(\s*[\"'][^\"'\s<>]{0,100}/documents/([\w-]{3,200})", "https://embed.documentcloud.org/documents/{}/"),
)  # fmt: skip
COMPILED = tuple((re.compile(call), re.compile(shown), address) for call, shown, address in CALLS)
ANY = re.compile("|".join(call for call, *_ in CALLS))
NEEDLES = ("createTweet(", "YT.Player(", "Vimeo.Player(", "DM.player(", "createPlayer(", "Twitch.", "jwplayer(", "SC.oEmbed(", "DV.load(")
LOOKED_UP = re.compile(r"(?:getElementById\(\s*[\"']|querySelector\(\s*[\"']#)([A-Za-z][\w:.-]{0,80})[\"']")
NAME = re.compile(r"[\"']#?([A-Za-z][\w:.-]{0,80})[\"']")


class Call(NamedTuple):
    """A call: the frame that its script makes, and names, one of which may be the element's that is filled."""

    address: str
    names: tuple[str, ...]


def calls(program: str) -> Iterator[Call]:
    """Yield the calls of a program that say what they show, in its order."""
    if len(program) > LONGEST or not any(one in program for one in NEEDLES) or not ANY.search(program):
        return
    looked_up = LOOKED_UP.findall(program)[:20]
    starts = [found.start() for found in ANY.finditer(program)]
    for start, end in zip(starts, [*starts[1:], len(program)], strict=True):
        said = program[start : min(end, start + OPTIONS)]
        told = ((shown.search(said), address) for call, shown, address in COMPILED if call.match(said))
        matched, address = next(((found, address) for found, address in told if found), (None, ""))
        if matched:
            yield Call(address.format(matched[1]), tuple(dict.fromkeys((*NAME.findall(said)[:20], *looked_up))))
