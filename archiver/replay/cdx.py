"""CDX: the query endpoint, with the parameters that pywb and the Wayback Machine share.

    url          exact, or with `*` at its end (prefix) or `*.` before it (domain); required
    matchType    exact · prefix · host · domain
    from, to     1 to 14 digits, both included
    filter       [!][=|~]field:value, any number: contains, equals, matches as a regular expression; `!` turns it round
    sort         reverse · closest (with `closest`, a timestamp)        limit        a number
    fl           fields, with commas (or `fields`)                      output       cdxj (default) · json (one object a line) · text
    collapse     field or field:N, any number: of neighbours with the same (first N characters of the) field, the first

Names of the Wayback Machine's fields (`original`, `mimetype`, `statuscode`) mean pywb's. A parameter, a field or a value that is not known
is refused: who asks for the second page of an answer that has no pages would be given the first one over and over.

A regular expression is a stranger's, and may take for ever: `pattern` bounds it.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archiver.errors import UsageError
from archiver.record import index
from archiver.replay.holding import FIELDS, Row, fields, last_second, moment, stamp
from archiver.replay.library import Library
from archiver.replay.pattern import Patience, matcher, matches

MEANT = {"original": "url", "mimetype": "mime", "statuscode": "status", "key": "urlkey"}
FILTER = re.compile(r"(!?)([=~]?)(\w+):(.*)", re.DOTALL)
COLLAPSE = re.compile(r"(\w+)(?::([0-9]{1,4}))?")
KNOWN = frozenset({"url", "matchType", "from", "to", "filter", "sort", "closest", "limit", "fl", "fields", "output", "collapse"})
MOST = 100_000  # rows that one question looks at
KINDS = {"cdxj": "text/x-cdxj", "json": "text/x-ndjson", "text": "text/plain; charset=utf-8"}
Test = Callable[[dict[str, str]], bool]


def endpoint(library: Library) -> Callable[[Request], Response]:
    """Return the endpoint over a library."""

    def answer(request: Request) -> Response:
        try:
            return lines(found(library, request.query_params), request.query_params)
        except UsageError as error:
            return JSONResponse({"message": error.message}, error.http_status)

    return answer


def found(library: Library, asked: QueryParams) -> list[Row]:
    """Return the rows that a query asks for. UsageError where it cannot be understood."""
    if unknown := sorted(set(asked) - KNOWN):
        raise UsageError(f'There is no "{unknown[0][:40]}" param here; there are {", ".join(sorted(KNOWN))}')
    if not asked.get("url"):
        raise UsageError('The "url" param is required')
    since, until = (asked.get(name, "") for name in ("from", "to"))
    for name in ("from", "to", "closest", "limit"):
        if asked.get(name) and not re.fullmatch(r"[0-9]{1,14}", asked[name]):
            raise UsageError(f'The "{name}" param is a number of at most 14 digits')
    patience = Patience()
    tests = [_test(written, patience) for written in asked.getlist("filter")]
    rows = (
        row
        for row in _rows(library, asked["url"], asked.get("matchType"))
        if since.ljust(14, "0") <= stamp(row) <= until.ljust(14, "9") and all(test(fields(row)) for test in tests)
    )
    kept = _collapsed(_sorted(rows, asked), [_collapse(written) for written in asked.getlist("collapse")])
    return kept[: int(asked["limit"]) if asked.get("limit") else MOST]


def _sorted(rows: Iterable[Row], asked: QueryParams) -> list[Row]:
    match asked.get("sort"):
        case "reverse":
            return sorted(rows, key=lambda row: (row["key"], stamp(row)), reverse=True)
        case "closest":
            near = last_second(asked.get("closest", ""))
            return sorted(rows, key=lambda row: abs(moment(row) - near))
        case None:
            return list(rows)
    raise UsageError('The "sort" param is reverse or closest')


def _collapse(written: str) -> tuple[str, int | None]:
    parsed = COLLAPSE.fullmatch(written)
    if parsed is None:
        raise UsageError('A "collapse" param is field or field:N')
    return _field(parsed[1], "collapse"), int(parsed[2]) if parsed[2] else None


def _collapsed(rows: list[Row], by: list[tuple[str, int | None]]) -> list[Row]:
    """Return the first of each run of rows that are the same in one of these, as the Wayback Machine does: one after the other."""
    for name, length in by:
        runs = itertools.groupby(rows, key=lambda row: fields(row).get(name, "")[:length])
        rows = [next(run) for _, run in runs]
    return rows


def _field(name: str, param: str) -> str:
    """Return the name of a field as it is known here."""
    known = MEANT.get(name, name)
    if known not in FIELDS:
        raise UsageError(f'The "{param}" param names no field "{name[:40]}"; there are {", ".join(FIELDS)}')
    return known


def _rows(library: Library, written: str, kind: str | None) -> list[Row]:
    if kind is None:
        kind = "domain" if written.startswith("*.") else "prefix" if written.endswith("*") else "exact"
    plain = written.removeprefix("*.").removesuffix("*")
    key = index.key(plain if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", plain) else f"http://{plain}")
    host = key.partition(")")[0]
    match kind:
        case "exact":
            return library.holdings.mementos(key, MOST)
        case "prefix":
            return library.holdings.mementos_below(key, MOST)
        case "host":
            return library.holdings.mementos_below(f"{host})", MOST)
        case "domain":
            found = [*library.holdings.mementos_below(f"{host})", MOST), *library.holdings.mementos_below(f"{host},", MOST)]
            return sorted(found, key=lambda row: (row["key"], row["date"]))
    raise UsageError('The "matchType" param is exact, prefix, host or domain')


def _test(written: str, patience: Patience) -> Test:
    parsed = FILTER.fullmatch(written)
    if parsed is None:
        raise UsageError('A "filter" param is [!][=|~]field:value')
    turned, how, name, value = parsed.groups()
    name = _field(name, "filter")
    test: Callable[[str], bool]
    if how == "~":
        pattern = matcher(value)
        test = lambda text: matches(pattern, text, patience)  # noqa: E731 - one of three
    elif how == "=":
        test = lambda text: text == value  # noqa: E731
    else:
        test = lambda text: value in text  # noqa: E731
    return lambda line: test(line.get(name, "")) != bool(turned)


def lines(rows: Iterable[Row], asked: QueryParams) -> Response:
    """Return rows as an answer in the wanted form. UsageError for a form that is not known."""
    kind = asked.get("output", "cdxj")
    if kind not in KINDS:
        raise UsageError('The "output" param is cdxj, json or text')
    wanted = [name.strip() for name in asked.get("fl", asked.get("fields", "")).split(",") if name.strip()]
    for name in wanted:
        _field(name, "fl")
    made = "".join(line + "\n" for line in _written(rows, kind, wanted))
    return Response(made.encode("utf8", "backslashreplace"), media_type=KINDS[kind])


def _written(rows: Iterable[Row], kind: str, wanted: list[str]) -> Iterator[str]:
    for row in rows:
        line = fields(row)
        if wanted:
            line = {name: line[MEANT.get(name, name)] for name in wanted if MEANT.get(name, name) in line}
        match kind:
            case "json":
                yield json.dumps(line)
            case "text":
                whole = fields(row)
                yield " ".join(whole.get(MEANT.get(name, name), "-").replace(" ", "%20") for name in wanted or whole)
            case _:
                rest = {name: value for name, value in line.items() if name not in ("urlkey", "timestamp")}
                yield f"{row['key']} {stamp(row)} {json.dumps(rest)}"
