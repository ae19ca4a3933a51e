"""Style: a stylesheet in which every address leads into the archive, or nowhere.

The tokens are those that found the addresses when the page was captured (`embed.web.requisite.addresses`): what was fetched by them is
rewritten by them. A general CSS tokenizer (tinycss2) reads the same addresses, an order of magnitude slower, and would write every
stylesheet anew; only the addresses have to change, so only they are touched.
"""

from __future__ import annotations

from collections.abc import Callable

from archiver.embed.web.requisite import addresses
from archiver.replay.rendition.shown import Shown, Use, found

USES = {"stylesheet": Use.STYLE, "font": Use.FONT, "image": Use.IMAGE}
NOTHING = {"stylesheet": "data:text/css,", "font": "data:,", "image": "data:,"}
KEPT = ("#", "data:")


def style(css: str, base: str, shown: Shown, within: Callable[[str], str | None] = lambda _: None) -> str:
    """Return a stylesheet, or the value of a `style` attribute, with its addresses led into the archive.

    `within` gives the fragment of an address that leads to a spot of the page in which this style stands.
    """
    pieces, at = [], 0
    for address in addresses(css):
        if address.written.lstrip().startswith(KEPT):
            continue
        place = within(address.written) or found(address.written, base, shown, USES[address.purpose]) or NOTHING[address.purpose]
        pieces += [css[at : address.start], 'url("' if address.opened else '"', place, '"']
        at = address.end
    return "".join([*pieces, css[at:]])
