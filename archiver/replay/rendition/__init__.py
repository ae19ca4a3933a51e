"""Rendition: an archived page as a page without script, in which everything that is shown comes from the archive. Pure: text in, text out.

    page(html, base, shown)       a document: `document` walks it, `element` knows the elements, `picture` those that show something
    style(css, base, shown)       a stylesheet

`Shown` says where an archived thing is served. What it does not have becomes a placeholder in the same element, so that the page keeps its
shape and says what is missing. Links lead to a page that names the address they led to: nothing here leads to the live web.

**The boundary is the policy of the answer** (`replay.policy`: no script, no form, no object, loads from its own origin only), not this
rewriting: an element that was overlooked here shows nothing, and asks nobody. So nothing has to be forbidden by lists of evil strings;
the rewriting has to be complete for what pages show, not against what attackers think of.
"""

from archiver.replay.rendition.document import page
from archiver.replay.rendition.shown import Shown, Use
from archiver.replay.rendition.style import style

__all__ = ["Shown", "Use", "page", "style"]
