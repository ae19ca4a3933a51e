"""Submit: ask the Wayback Machine to save what was captured, so that somebody else has a copy too. Off unless it is asked for.

A copy that one holds oneself is believed because of its holder; one that a library holds is believed because of the library. What was
captured live and is new is submitted, once, after everything of the article is on disk: nothing of the own archive waits for another's.

- `https://web.archive.org/save/URL` without an account, at most three a minute (2023-12), so one every `interval` seconds; the first 429
  or refusal ends it for this run. With an account it would be six; but a key in a request would stand in the archive's own records for
  everybody who is given a snapshot, and keys do not belong there.
- At most `most` of an article. It tells a third party which addresses an article cites: addresses that are no host names of the public web
  are never submitted.
- The answer is recorded like every other (purpose `save`), with the citation's captures, and its address of the copy stands in its reason.
"""

from __future__ import annotations

import re

from archiver.citation.citation import Citation
from archiver.citation.platform import Answer, Reading, State, Target
from archiver.config import Submit
from archiver.fetch import timemap
from archiver.fetch.capture import Capture
from archiver.fetch.verdict import status_state
from archiver.service.keeper import Keeper
from archiver.url import host, resolve

SAVE = "https://web.archive.org/save/"
PUBLIC = re.compile(r"(?:[a-z0-9_-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)\.?")


def note(keeper: Keeper, citation: Citation, shown: Capture) -> None:
    """Note a citation that was captured live, unless its answer is one that is held already (a revisit)."""
    url = citation.reference.url
    stored = keeper.held(shown.target)
    if url and stored and not any(record["type"] == "revisit" for record in stored["records"]):
        keeper.fresh[citation.number] = url


async def submit(keeper: Keeper, how: Submit) -> None:
    """Submit what `keeper.fresh` names, in the order of the citations. StorageError where the disk refuses."""
    wanted = {url: number for number, url in sorted(keeper.fresh.items(), reverse=True) if how.wayback == "captured" and _public(url)}
    clock, last = keeper.fetcher.clock, float("-inf")
    for url, number in sorted(wanted.items(), key=lambda pair: pair[1])[: how.most]:
        target = Target(f"{SAVE}{url}", role="requisite", tier="memento", purpose="save", proof=False)
        known = keeper.snapshot.find(target.url, target.purpose, target.tier) is not None
        await clock.sleep(0.0 if known else max(0.0, last + how.interval - clock.seconds()))
        last = last if known else clock.seconds()
        capture = await keeper.fetch(target, read=_read, cited_by=(number,), follow=lambda _: False, attempts=1)
        capture.close()
        if capture.state in (State.RATE_LIMITED, State.FORBIDDEN) or capture.retry_after is not None:
            return


def _public(url: str) -> bool:
    """Tell whether an address is one of the public web, and of no archive."""
    return PUBLIC.fullmatch(host(url)) is not None and timemap.address(url) is None


def _read(answer: Answer) -> Reading:
    """Say what the archive answered; where it names the copy at once, which one."""
    state = status_state(answer.status)
    if state is not State.OK:
        return Reading(state, f"the archive did not take it: status {answer.status}")
    written = answer.header("Content-Location") or answer.header("Location")
    copy = resolve(written, answer.url) if written else None
    if copy and (named := timemap.address(copy)) and named.moment:
        return Reading(State.OK, f"saved as {copy}")
    return Reading(State.OK_PARTIAL, "the archive took it, and has not said where it will stand")
