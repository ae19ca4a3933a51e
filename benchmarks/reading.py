"""`python -m benchmarks.reading`: reading articles against BeautifulSoup that does nothing but `find_all("a")`. One core, one process.

What is timed of this program is all that `archiver extract` does to bytes: decode, parse, the text with its offsets, the judgement of the
body, what the page says of itself, every platform, text links, attributions, hidden markup, every selector of every place, the citation
document. What is timed of BeautifulSoup is one parse and one search: with lxml where it can be imported, else with html.parser, and the
table says which.

Two sets of articles: generated ones of 100–400 KB, the same on every machine, and the HTML files of a folder of real ones, named by
`ARCHIVER_CORPUS` or `--folder`. Each set is read once before anything is timed (imports, selectors, calendars); then rounds alternate, CPU
time is taken, and medians are compared, because machines differ and shared ones differ by the minute.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup

from archiver.article.read import read
from archiver.citation.document import citations_document
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS

PARSER = "lxml" if importlib.util.find_spec("lxml") else "html.parser"
SYLLABLES = ["ba", "co", "de", "fi", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "xe", "zu", "tra", "ple", "sto"]


def ours(data: bytes) -> int:
    """Read an article and make its citation document; return how many citations it has."""
    article = read(data, source="article.html", media_type="text/html", url="https://news.example/2022/07/article")
    return len(citations_document(article, extract(article, PLATFORMS))["citations"])


def soup(data: bytes) -> int:
    """Parse and find every link; return how many there are."""
    return len(BeautifulSoup(data, PARSER).find_all("a"))


def generated(pages: int) -> list[bytes]:
    """Return articles of 100 to 400 KB: prose, 40 to 120 links, a few posts and players, navigation, related stories, a footer."""
    return [_page(random.Random(number)) for number in range(pages)]


def _page(source: random.Random) -> bytes:
    size, parts, length = source.randint(100_000, 400_000), [], 0
    every = max(1, size // 700 // source.randint(20, 60))  # a link in every so many paragraphs
    while length < size:
        parts.append(_paragraph(source, len(parts), every))
        length += len(parts[-1])
    menu = "".join(f'<li class="menu-item"><a href="/{_words(source, 1)}">{_words(source, 2)}</a></li>' for _ in range(30))
    related = "".join(f'<div class="card"><a href="/{_words(source, 1)}/{n}"><h3>{_words(source, 7)}</h3></a></div>' for n in range(12))
    head = f'<head><meta charset="utf-8"><title>{_words(source, 8)}</title><style>{".c{color:red}" * 200}</style></head>'
    return (
        f'<!doctype html><html lang="en">{head}<body><nav><ul>{menu}</ul></nav><main><article><h1>{_words(source, 8)}</h1>'
        f'<div class="entry-content">{"".join(parts)}</div></article></main><aside class="related">{related}</aside>'
        f"<footer>{menu}</footer><script>{'var state = 1;' * 500}</script></body></html>"
    ).encode()


def _paragraph(source: random.Random, number: int, every: int) -> str:
    if number % 60 == 30:
        status = f"https://twitter.com/example/status/{1549651495053934597 + source.randrange(10**12)}"
        words = f'<p lang="en" dir="ltr">{_words(source, 25)}</p>&mdash; Example (@example)'
        return f'<blockquote class="twitter-tweet">{words} <a href="{status}">July 20, 2022</a></blockquote>\n'
    if number % 90 == 45:
        name = "".join(source.choices("ABCDEFGHabcdefgh0123456789", k=11))
        return f'<figure><iframe src="https://www.youtube.com/embed/{name}" title="film"></iframe></figure>\n'
    if number % 12 == 11:
        return f"<h2>{_words(source, 6)}</h2>\n"
    link = f'<a href="https://{_words(source, 1)}.example/{_words(source, 1)}/{number}">{_words(source, 3)}</a>'
    said = link if number % every == 0 else f"<em>{_words(source, 3)}</em>"
    return f'<p class="text c{number % 7}">{_words(source, 45).capitalize()}, {said} {_words(source, 45)}.</p>\n'


def _words(source: random.Random, number: int) -> str:
    return " ".join("".join(source.choices(SYLLABLES, k=source.randint(1, 4))) for _ in range(number))


def compare(name: str, pages: list[bytes], rounds: int) -> None:
    """Print articles per second of CPU for both, and the ratio."""
    contenders: dict[str, Callable[[bytes], int]] = {"archiver": ours, f"BeautifulSoup, {PARSER}, find_all('a')": soup}
    found = {who: sum(map(work, pages)) for who, work in contenders.items()}
    took: dict[str, list[float]] = {who: [] for who in contenders}
    for _ in range(rounds):
        for who, work in contenders.items():
            started = time.process_time()
            for page in pages:
                work(page)
            took[who].append(time.process_time() - started)
    rates = {who: len(pages) / statistics.median(times) for who, times in took.items()}
    print(f"{name}: {len(pages)} pages of {sum(map(len, pages)) / len(pages) / 1000:.0f} kB on average, {rounds} rounds")
    for who, rate in rates.items():
        print(f"  {who:42}{rate:8.1f} articles/s{found[who] / len(pages):8.0f} found on a page")
    first, second = rates.values()
    print(f"  ratio {first / second:.2f}")


def main() -> None:
    """Read both sets of articles and print how fast."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--pages", type=int, default=40, help="generated articles (default 40)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds that alternate (default 3)")
    parser.add_argument(
        "--folder", type=Path, default=os.environ.get("ARCHIVER_CORPUS"), help="a folder with HTML files ($ARCHIVER_CORPUS)"
    )
    options = parser.parse_args()
    if options.pages:
        compare("generated", generated(options.pages), options.rounds)
    files = sorted(Path(options.folder).rglob("*.htm*")) if options.folder else []
    if files:
        compare("corpus", [file.read_bytes() for file in files], options.rounds)


if __name__ == "__main__":
    main()
