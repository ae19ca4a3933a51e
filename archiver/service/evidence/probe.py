"""Probe: how a site answers for an address that cannot exist, to tell its "not here" with a good status from a page.

Many sites answer 200 for everything (soft 404). What such a page says differs from site to site and language to language; what is the same
is that the site says it for *every* address that it does not know. So, for a page that is no article by its own account, the site is asked
once for an address beside it that nobody can have made. A page that shows nothing beyond that answer, or ends at the same third address, is
no page (`embed.web.absence`). An honest 404 settles the site for the whole run.

One request a host and run, without a retry, recorded like every other (role `requisite`, purpose `probe`), and given to every citation that
was compared with it: it is the evidence of the verdict. Articles are not probed for: nearly all say that they are articles, and they are
most of what is cited, so most hosts are never asked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.embed.web import absence, markup
from archiver.embed.web.seen import is_home
from archiver.fetch.answer import exchange_answer
from archiver.fetch.capture import Capture
from archiver.fetch.verdict import status_state
from archiver.service.keeper import Keeper
from archiver.url import canonical, host, origin, parts, resolve

PURPOSE = "probe"
FILE = re.compile(r"\.[A-Za-z]{2,5}$")
ASKS = re.compile(r"(?:^|&)(p|id|page|page_id|story|article|news|item|nid|aid|artid)=[^&]+", re.IGNORECASE)


async def compare(keeper: Keeper, capture: Capture, cited_by: tuple[int, ...]) -> None:
    """Turn a capture's verdict to `soft_404` where the site answers the same for an address that cannot exist; note what was compared."""
    exchange, page = capture.exchange, capture.page
    if exchange is None or page is None or not _doubtful(capture):
        return
    never = keeper.probes.setdefault(host(exchange.url), _never(capture.target.url, exchange.url, keeper.snapshot.facts["snapshot"]))
    target = Target(never, role="requisite", purpose=PURPOSE, proof=False)
    probe = await keeper.fetch(target, read=_read, cited_by=cited_by, parent=exchange.url, attempts=1)
    try:
        found = _alike(capture, probe)
    finally:
        probe.close()
    if found is None:
        capture.notes["probe"] = f"{never}: {probe.reason}"
    else:
        capture.state, capture.reason = State.SOFT_404, f"{found} {never}, an address that cannot exist"
        capture.notes["probe"] = f"soft_404: {capture.reason}"
    await keeper.note(capture)


async def carry(keeper: Keeper, capture: Capture, before: Mapping[str, Any]) -> None:
    """Take over what an earlier look found of the very same page: its site is not asked again."""
    said = before["notes"].get("probe")
    if said is None:
        return
    capture.notes["probe"] = said
    if said.startswith(f"{State.SOFT_404}: "):
        capture.state, capture.reason = State.SOFT_404, said.partition(": ")[2]
    await keeper.note(capture)


def _doubtful(capture: Capture) -> bool:
    """Tell whether a capture is a page that nothing in it says to be an article.

    `og:type` alone does not: there are sites that say it on every page, their "not here" among them.
    """
    page, target = capture.page, capture.target
    if page is None or capture.state is not State.OK or target.tier != "http" or target.purpose != "page":
        return False
    exchange = capture.exchange
    here = {canonical(url) for url in (target.url, exchange.url if exchange else "") if url}
    named = (resolve(url, target.url) for url in (page.canonical, page.og_url) if url)
    itself = page.og_type == "article" and any(canonical(url) in here for url in named if url)
    return page.published is None and not itself and not is_home(target.url)


def _never(asked: str, ended: str, run: str) -> str:
    """Return an address beside the one that was asked for, at the host where the way ended, which nobody can have made."""
    token = "no-such-" + hashlib.sha256(f"{run} {ended}".encode()).hexdigest()[:20]
    named = parts(asked if host(asked) == host(ended) else ended)
    if ASKS.search(named.query):
        return f"{origin(ended)}{named.path}?{ASKS.sub(lambda found: found[0].partition('=')[0] + '=' + token, named.query, count=1)}"
    folder, _, name = named.path.rstrip("/").rpartition("/")
    kind = FILE.search(name)
    return f"{origin(ended)}{folder}/{token}{kind[0] if kind else ''}"


def _read(answer: Answer) -> Reading:
    state = status_state(answer.status)
    return Reading(state, f"status {answer.status} for an address that cannot exist")


def _alike(capture: Capture, probe: Capture) -> str | None:
    """Say in what a page is the site's answer for what cannot exist; None where it is not, or nothing can be said."""
    shown, never = capture.exchange, probe.exchange
    if shown is None or never is None or probe.state is not State.OK:
        return None
    asked, other = capture.target.url, probe.target.url
    if absence.same_end(asked, shown.url, other, never.url):
        return f"it ends at {shown.url[:200]}, and so does"
    answers = exchange_answer(shown, capture.target), exchange_answer(never, probe.target)
    if not all(map(markup.is_html, answers)):
        return None
    page, nothing = (markup.document(one) for one in answers)
    return "it shows nothing beyond what the site answers for" if absence.adds_nothing(page, asked, nothing, other) else None
