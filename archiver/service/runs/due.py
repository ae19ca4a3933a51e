"""Due: which citations are looked at again by now, and when the next ones are. Pure; times are ISO 8601 UTC of one form, so they compare.

From the first capture the looks of `recheck` are due: after a day, a week, a month. A run that was missed is caught up once. After the last
of them, `recheck_every` says between which bounds: the shortest wait after a change, twice as long after each look without one, up to the
longest. A page that changes daily is asked every week, one that never does four times a year.

A failure is due when its `next_attempt` says (`fetch.retry`). What was last asked for in the future was asked by a clock that was wrong: it
is due now, once, and its times are right again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archiver.config import Source
from archiver.record import layout

Look = tuple[str, str, int, str, str, int, str | None]  # as `Catalog.looks` gives it
ARTICLE = 0


@dataclass(slots=True)
class Due:
    """What is due of one article: citations by number, whether the article itself is, and whether only failures are."""

    source: str
    snapshot: str
    numbers: set[int] = field(default_factory=set)
    article: bool = False
    looks: bool = False
    everything: bool = False

    @property
    def trigger(self) -> str:
        """What the snapshot that follows says of why it was made."""
        return "recheck" if self.looks else "retry"


def next_look(source: Source, first: datetime, asked: datetime, unchanged: int) -> datetime | None:
    """Return when something is looked at again that was asked for at `asked`; None where it is not."""
    planned = next((when for span in source.recheck if (when := first + timedelta(seconds=span)) > asked), None)
    if planned is not None or not source.recheck_every:
        return planned
    least, most = source.recheck_every
    return asked + timedelta(seconds=min(most, least * 2.0 ** min(unchanged, 40)))


def due(looks: Iterable[Look], sources: Mapping[str, Sequence[Source]], now: datetime) -> tuple[list[Due], datetime | None]:
    """Return what is due by now, by article, and when the next thing is. `sources` are those that watch an article, by its name."""
    moment, found, soonest = layout.stamp(now), dict[str, Due](), [datetime.max.replace(tzinfo=now.tzinfo)]
    for name, snapshot, number, first, asked, unchanged, again in looks:
        rules = sources.get(name, ())
        when = _when(rules, first, asked, unchanged, again, article=number == ARTICLE)
        if asked > moment and (rules or again):
            when = [(now, False)]
        for time, retry in when:
            if time > now:
                soonest.append(time)
                continue
            one = found.setdefault(name, Due(name, snapshot, everything=any(rule.all for rule in rules)))
            one.looks = one.looks or not retry
            if number == ARTICLE:
                one.article = True
            else:
                one.numbers.add(number)
    later = min(soonest)
    return list(found.values()), later if later.year < 9999 else None


def _when(
    rules: Sequence[Source], first: str, asked: str, unchanged: int, again: str | None, *, article: bool
) -> list[tuple[datetime, bool]]:
    """Return the times at which something is asked again, each with whether it is a retry."""
    began, last = datetime.fromisoformat(first), datetime.fromisoformat(asked)
    times = [next_look(rule, min(began, last), last, unchanged) for rule in rules if not (article and rule.kind == "folder")]
    # A failure that is to be tried again is no business of the schedule until it is settled.
    if again is not None:
        return [(datetime.fromisoformat(again), True)]
    return [(min(filter(None, times)), False)] if any(times) else []


def by_name(items: Mapping[str, Sequence[str]], sources: Iterable[Source]) -> dict[str, list[Source]]:
    """Return the configured sources that watch each article, from the keys that its items were listed under."""
    known = {one.key: one for one in sources}
    found: dict[str, list[Source]] = defaultdict(list)
    for name, keys in items.items():
        found[name] += [known[key] for key in keys if key in known]
    return found
