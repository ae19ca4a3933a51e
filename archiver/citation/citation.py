"""Citation: a reference, as this article cites it, with every place. The values, and their JSON both ways.

The JSON is the contract's citation document (`archiver.citations/1`); field order there is field order here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple


class Reference(NamedTuple):
    """The thing pointed to, whoever cites it.

    `platform` is a module name of `archiver.embed` (`x`, `web` …); `id` the platform's own id, which alone decides identity where there is
    one; `url` what would be captured: absolute, WHATWG, None for a mention that nothing resolved; `key` is stable across runs.
    """

    platform: str
    id: str | None
    url: str | None
    key: str


class Claims(NamedTuple):
    """What the article itself says of the cited thing; None or empty where it says nothing.

    `date` is ISO. `media` are links that the post shows as its own pictures or videos (`pic.twitter.com/…`); `links` and `hashtags` the
    other inner links of an embed, as written.
    """

    author: str | None = None
    handle: str | None = None  # without the @
    date: str | None = None
    text: str | None = None
    lang: str | None = None
    media: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()

    def merged(self, other: Claims) -> Claims:
        """Return these claims, completed by `other` where they say nothing; lists are joined without repeats."""
        both: Iterator[tuple[Any, Any]] = zip(self, other, strict=True)
        return Claims._make(tuple(dict.fromkeys(mine + theirs)) if isinstance(mine, tuple) else mine or theirs for mine, theirs in both)


class Place(NamedTuple):
    """One spot in the article, as alternatives (W3C Web Annotation selectors) that each find it again on their own.

    `start` and `end` are code points into the article text, `text[start:end] == exact`; `prefix` and `suffix` are up to 64 characters;
    `xpath` and `css` select in the document as received; `line` and `column` count from 1. `inferred` with `confidence` (0–1) where the
    place was worked out rather than read. `reading` is a decoded reading of `exact` where the source's glyphs are private and a map is
    certain: beside it, never in its place.
    """

    url: str | None
    via: str
    start: int | None
    end: int | None
    exact: str
    prefix: str
    suffix: str
    xpath: str | None = None
    css: str | None = None
    page: int | None = None
    rects: tuple[tuple[float, float, float, float], ...] = ()
    line: int | None = None
    column: int | None = None
    paragraph: int | None = None
    heading: str | None = None
    inferred: bool = False
    confidence: float | None = None
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """One thing that the article cites, with every place where it cites it, in order of first appearance."""

    number: int
    kind: str  # embed | link | mention
    reference: Reference
    in_body: bool
    claims: Claims
    places: tuple[Place, ...]

    @property
    def key(self) -> str:
        """The reference's key, stable across runs."""
        return self.reference.key

    def as_json(self) -> dict[str, Any]:
        """Return the contract's Citation object."""
        return {
            "number": self.number,
            "key": self.key,
            "kind": self.kind,
            "platform": self.reference.platform,
            "id": self.reference.id,
            "url": self.reference.url,
            "in_body": self.in_body,
            "claims": _plain(self.claims),
            "places": [_plain(place) for place in self.places],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Citation:
        """Read the contract's Citation object; fields added later are ignored."""
        return cls(
            number=data["number"],
            kind=data["kind"],
            reference=Reference(data["platform"], data["id"], data["url"], data["key"]),
            in_body=data["in_body"],
            claims=_value(Claims, data["claims"]),
            places=tuple(_value(Place, place) for place in data["places"]),
        )


def _plain(value: Claims | Place) -> dict[str, Any]:
    return {name: list(one) if type(one) is tuple else one for name, one in value._asdict().items()}


def _value(kind: Any, data: dict[str, Any]) -> Any:
    known = {name: data[name] for name in kind._fields if name in data}
    return kind(**{name: tuple(map(_frozen, one)) if isinstance(one, list) else one for name, one in known.items()})


def _frozen(item: Any) -> Any:
    return tuple(item) if isinstance(item, list) else item
