"""One corpus for every contender: resources with the sizes of a news site, made from a seed, the same bytes on every machine.

Of 500 resources, 200 are HTML of 5-200 KB (words: they compress), 149 JPEG-like of 20-500 KB (random: they do not), 150 JSON of
2-20 KB, and one is a file of 5-20 MB. 2,000 of them are about 280 MB. Pages need nothing to look whole, so that a tool which fetches page
requisites and one which does not make the same requests.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

HTML, JPEG, JSON = 200, 349, 499  # of 500, shuffled


def build(folder: Path, resources: int) -> list[str]:
    """Write `resources` files below `folder` and return their names, in the order in which they are asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    source = random.Random(20220720)
    paragraphs = [_paragraph(source) for _ in range(3000)]
    names = []
    for number, kind in enumerate(_kinds(source, resources)):
        name, data = _resource(random.Random(number), number, kind, paragraphs)
        (folder / name).write_bytes(data)
        names.append(name)
    return names


def body(path: Path, size: int) -> None:
    """Write one file of `size` bytes that does not compress: a random block of 8 MiB over and over, beyond any deflate window."""
    block = random.Random(2).randbytes(8 << 20)
    with path.open("wb") as file:
        for at in range(0, size, len(block)):
            file.write(block[: size - at])


def article(urls: list[str]) -> str:
    """Return an article in HTML that cites every URL in a sentence of its own."""
    words = random.Random(7)
    said = "\n".join(f'<p>{_sentence(words)} <a href="{url}">{_sentence(words)}</a> {_sentence(words)}</p>' for url in urls)
    head = f'<head><meta charset="utf-8"><title>An article with {len(urls)} sources</title></head>'
    return f'<!doctype html>\n<html lang="en">{head}<body><article><h1>Sources</h1>\n{said}\n</article></body></html>\n'


def _kinds(source: random.Random, resources: int) -> Iterator[int]:
    for start in range(0, resources, 500):
        kinds = list(range(500))
        source.shuffle(kinds)
        yield from kinds[: resources - start]


def _resource(source: random.Random, number: int, kind: int, paragraphs: list[str]) -> tuple[str, bytes]:
    if kind < HTML:
        return f"{number:06}.html", _page(source, number, source.randint(5_000, 200_000), paragraphs)
    if kind < JPEG:
        return f"{number:06}.jpg", b"\xff\xd8\xff\xe0" + source.randbytes(source.randint(20_000, 500_000)) + b"\xff\xd9"
    if kind < JSON:
        return f"{number:06}.json", _json(source, source.randint(2_000, 20_000), paragraphs)
    return f"{number:06}.bin", source.randbytes(source.randint(5_000_000, 20_000_000))


def _page(source: random.Random, number: int, size: int, paragraphs: list[str]) -> bytes:
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page {number}</title></head><body><h1>Page {number}</h1>\n'
    ]
    length = 0
    while length < size:
        parts.append(f'<p class="c{source.randrange(9999)}">{source.choice(paragraphs)}</p>\n')
        length += len(parts[-1])
    return ("".join(parts) + "</body></html>\n").encode()


def _json(source: random.Random, size: int, paragraphs: list[str]) -> bytes:
    rows: list[dict[str, object]] = []
    length = 0
    while length < size:
        rows.append({"id": source.getrandbits(60), "score": source.random(), "text": source.choice(paragraphs)[:200]})
        length += 270
    return json.dumps(rows).encode()


def _paragraph(source: random.Random) -> str:
    return " ".join(_sentence(source) for _ in range(source.randint(2, 6)))


def _sentence(source: random.Random) -> str:
    words = ("".join(source.choices("aeioutrnsldcmpbgv", k=source.randint(2, 9))) for _ in range(source.randint(5, 12)))
    return " ".join(words).capitalize() + "."
