"""Re-anchoring: every kind of edit over every article, judged by where the edit itself put things. Wrong answers: none.

`ARCHIVER_CORPUS` may name a folder of articles, each of which is then edited in every way too.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from archiver.article.article import Article
from archiver.article.read import read
from archiver.citation.citation import Citation, Place
from archiver.citation.extract import extract
from archiver.citation.locate import locate
from archiver.citation.located import STATUSES, Located, LocatedPlace
from archiver.citation.skeleton import Skeleton, letters
from archiver.embed import PLATFORMS
from tests.citation.edits import EDITS, ORIGIN, Traced, blocks_of, joined, marked

CORPUS = Path(os.environ["ARCHIVER_CORPUS"]) if "ARCHIVER_CORPUS" in os.environ else None
KINDS = {".html", ".txt", ".md", ".rst", ".wiki"}
PAGES = sorted((Path(__file__).parent.parent / "article" / "pages").glob("*.html"))
OF_CORPUS = sorted(path for path in CORPUS.rglob("*") if path.suffix in KINDS) if CORPUS else []
ROUNDS = 3
# Twins are ambiguous; a dump whose lines or paragraphs are mixed up is read otherwise (quoted posts have other words).
LEAST = {
    "duplicate": 0.75,
    "duplicate_far": 0.75,
    "duplicate_embed": 0.75,
    "everything": 0.65,
    "shuffle": 0.75,
    "reorder": 0.9,
    "truncate": 0.9,
    "rewrap": 0.85,
    "swap_links": 0.9,
}
FOUND = ("exact", "moved")

NEWS = """<html lang=en><head><title>The bridge</title></head><body><nav><a href="/">Home</a> <a href="https://n.example/town">Town</a></nav>
<article><h1>The bridge closes</h1>
<p>The council said on Thursday that <a href="https://council.example/minutes">the minutes of its meeting</a> would be published – in full.</p>
<p>Engineers had warned of “serious cracks” for years, and <a href="https://uni.example/study?id=7">a study by the university</a> agreed.</p>
<blockquote class="twitter-tweet"><p lang="en">The old bridge is closed from Monday. Please use the ferry.</p>&mdash; Town Hall (@townhall)
<a href="https://twitter.com/townhall/status/1549651495053934597">July 20, 2022</a></blockquote>
<h2>What happens next</h2>
<p>Ferries will run every ten minutes. Read <a href="https://ferry.example/times">the timetable</a> before you leave, the company asks.</p>
<p>Those who drive can look at <a href="https://roads.example/map">this map</a> of the roads around the lake, or ask at the town hall.</p>
<iframe width=560 src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>
<p>A film shows how the bridge was built in 1911, when <a href="https://council.example/minutes">the council</a> was eight men and a dog.</p>
<h2>Voices</h2>
<p>“It was time,” says a baker whose shop is named after the bridge, and who wrote <a href="https://baker.example/letter">a letter</a> too.</p>
<p>More in <a href="https://uni.example/study?id=7">the study</a> and in <a href="https://paper.example/1987">this paper’s report of 1987</a>.</p>
</article><footer><a href="https://n.example/imprint">Imprint</a></footer></body></html>"""

ARABIC = """<html lang=ar dir=rtl><body><article><h1>الجسر القديم</h1>
<p>قال المجلس يوم الخميس إن <a href="https://council.example/ar/1">محضر الاجتماع</a> سينشر كاملاً، وإن «الجسر» سيغلق أمام السيارات.</p>
<p>وحذر مهندسون منذ سنوات من تشققات خطيرة، كما جاء في <a href="https://uni.example/ar/2">دراسة الجامعة</a> التي صدرت العام الماضي.</p>
<p>ويمكن قراءة <a href="https://ferry.example/ar/3">مواعيد العبارة</a> قبل المغادرة، أو السؤال في مقر البلدية خلال ساعات الدوام.</p>
<p>أما السكان فيطلبون حلاً سريعاً، وكتب أحدهم <a href="https://baker.example/ar/4">رسالة مفتوحة</a> إلى رئيس المجلس هذا الأسبوع.</p>
</article></body></html>"""

NOTES = """# Release notes

The parser was rewritten, as [the proposal](https://parser.example/proposal) said it should be, and is now a third of its size.

Thanks to [everyone who reported faults](https://parser.example/faults), above all to those who sent the input that broke it.

## Speed

Numbers are in https://bench.example/2026/parser and they were measured on one core, with nothing else running on the machine.

The old parser [stays available](https://parser.example/old) for a year. Read [the proposal](https://parser.example/proposal) for why.

## Next

We look at streams. If you need them sooner, write to https://list.example/streams and say what for; we read everything.
"""


def seed_text() -> str:
    return files("archiver.service.demo").joinpath("article.txt").read_text(encoding="utf8")


ARTICLES = {"seed.txt": seed_text(), "news.html": marked(NEWS), "arabic.html": marked(ARABIC), "notes.md": NOTES}


def cited(text: str, name: str) -> tuple[Article, tuple[Citation, ...]]:
    article = read(text.encode(), source=name, base_url="https://site.example/one/two")
    return article, extract(article, PLATFORMS)


def relocated(old: str, new: str, name: str = "x.html", later: str | None = None) -> tuple[Located, Article]:
    article, fresh = cited(new, later or name)
    return locate(cited(old, name)[1], article, fresh), article


class Judge:
    """Tells a right answer from a wrong one, by what the edit did."""

    def __init__(self, name: str, source: str) -> None:
        self.html = name.endswith(".html")
        self.name = name
        self.source = source
        self.old, self.citations = cited(source, name)
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []

    def judge(self, edited: Traced) -> None:
        if ORIGIN.sub("", edited.text) == ORIGIN.sub("", self.source) or not edited.text.strip():
            return  # the same article, whatever was done to it
        article, fresh = cited(edited.text, self.name)
        present = set(re.findall(r'data-origin="([0-9]+)"', edited.text))
        now_at = {origin: at for at, origin in enumerate(edited.origins) if origin >= 0}
        for citation in locate(self.citations, article, fresh).citations:
            for place in citation.places:
                if self.html:
                    origin = origin_of(self.old, place.was)
                    alive, right = origin in present, place.now is not None and is_at(article, place.now, origin)
                else:
                    left = [now_at[at] for at in range(*in_source(self.old, place.was)) if at in now_at]
                    alive, right = bool(left), place.now is not None and holds(in_source(article, place.now), left)
                right = right or stays(place)
                self._count(place, f"{citation.citation.key}: {place.was.exact[:40]!r}", alive=alive, right=right)

    def _count(self, place: LocatedPlace, label: str, *, alive: bool, right: bool) -> None:
        if place.status not in FOUND:
            self.counts[place.status if alive else "gone"] += 1
        elif right:
            self.counts["found"] += 1
        else:
            self.wrong.append(label)


def origin_of(article: Article, place: Place) -> str | None:
    element = article.document.by_xpath(place.xpath or "") if article.document else None
    marked_one = element.closest("[data-origin]") if element else None
    return marked_one.attributes["data-origin"] if marked_one else None


def is_at(article: Article, place: Place, origin: str | None) -> bool:
    """Tell whether a place is an element's; two without text can stand at one spot, which is the same place."""
    elements = article.document.select(f'[data-origin="{origin}"]') if article.document and origin else []
    spots = [article.document.span(element) for element in elements] if article.document else []
    return origin_of(article, place) == origin or (place.start, place.end) in spots


def in_source(article: Article, place: Place) -> tuple[int, int]:
    """Return where a place stands in the source, with the markup around its words."""
    assert place.start is not None
    assert place.end is not None
    words = article.rendering
    return (words.spot(place.start), words.source(place.end)) if words else (place.start, place.end)


def holds(span: tuple[int, int], left: list[int]) -> bool:
    inside = sum(span[0] <= at < span[1] for at in left)
    return bool(left) and 2 * inside >= min(len(left), span[1] - span[0])


def stays(place: LocatedPlace) -> bool:
    """Tell whether the very same stands where it stood: put a copy there and the original elsewhere, and it is the same article."""
    was, now = place.was, place.now
    traits = [(one.start, one.prefix, one.exact, one.suffix, one.url) for one in (was, now) if one]
    return len(traits) > 1 and traits[0] == traits[1]


def share(counts: Counter[str]) -> float:
    return counts["found"] / max(1, counts["found"] + counts["ambiguous"] + counts["lost"])


@pytest.mark.parametrize("kind", EDITS)
def test_every_kind_of_edit_over_every_article(kind: str):
    counts: Counter[str] = Counter()
    for name, source in ARTICLES.items():
        judge = Judge(name, source)
        for seed in range(ROUNDS):
            blocks = blocks_of(Traced.whole(source), judge.html)
            judge.judge(joined(EDITS[kind](blocks, random.Random(f"{kind}{seed}"), judge.html)))
        assert judge.wrong == [], name
        counts += judge.counts
    assert counts["found"], "the edit changed nothing"
    assert share(counts) >= LEAST.get(kind, 0.95), counts


@pytest.mark.parametrize("path", [*PAGES, *OF_CORPUS], ids=lambda path: path.name)
def test_every_kind_of_edit_over_pages_and_corpus(path: Path):
    source = path.read_bytes().decode("utf8", "replace").replace("\r\n", "\n")
    judge = Judge(path.name, marked(source) if path.suffix == ".html" else source)
    for kind, edit in EDITS.items():
        judge.judge(joined(edit(blocks_of(Traced.whole(judge.source), judge.html), random.Random(f"{path.name}{kind}0"), judge.html)))
    print(path.name, dict(judge.counts), f"found {share(judge.counts):.3f}")
    assert judge.wrong == []


@pytest.mark.parametrize("name", ARTICLES)
def test_nothing_edited_is_exact(name: str):
    located, _ = relocated(ARTICLES[name], ARTICLES[name], name)
    assert {place.status for one in located.citations for place in one.places} == {"exact"}
    assert (located.added, located.removed) == ((), ())


# -------------------------------------------------------- what each rule is for


def status_of(located: Located, key: str) -> list[str]:
    return [place.status for one in located.citations if one.citation.key == key for place in one.places]


MINUTES, STUDY, MAP = "web:council.example/minutes", "web:uni.example/study?id=7", "web:roads.example/map"


def test_a_link_that_moved_with_other_words_under_it_is_found_by_what_it_cites():
    old = '<a href="https://roads.example/map">this map</a>'
    edited = NEWS.replace(old, "a map").replace("a baker whose", 'a <a href="https://roads.example/map">cartographer and</a> baker whose')
    located, article = relocated(NEWS, edited)
    (place,) = next(one.places for one in located.citations if one.citation.key == MAP)
    assert place.status == "moved"
    assert place.now is not None
    assert article.text[place.now.start : place.now.end] == "cartographer and"


def test_the_same_words_over_another_address_are_another_citation():
    located, _ = relocated(NEWS, NEWS.replace("https://roads.example/map", "https://spam.example/map"))
    assert status_of(located, MAP) == ["lost"]
    assert [one.key for one in located.removed] == [MAP]
    assert [one.key for one in located.added] == ["web:spam.example/map"]


def test_words_that_stay_without_their_link_are_a_lookalike():
    linked = '<a href="https://uni.example/study?id=7">a study by the university</a>'
    located, article = relocated(NEWS, NEWS.replace(linked, "a study by the university"))
    assert status_of(located, STUDY) == ["ambiguous", "exact"]
    (gone,) = (place for one in located.citations for place in one.places if place.status == "ambiguous")
    assert [article.text[place.start : place.end] for place in gone.candidates] == ["a study by the university"]


def test_of_two_places_the_one_that_was_deleted_is_lost():
    paragraph = re.search(r"<p>A film shows.*?</p>", NEWS, re.DOTALL)
    assert paragraph is not None
    located, _ = relocated(NEWS, NEWS.replace(paragraph[0], ""))
    assert status_of(located, MINUTES) == ["exact", "lost"]
    assert located.removed == ()


def test_a_paragraph_that_stands_twice_is_ambiguous_where_nothing_tells_the_twins_apart():
    paragraph = re.search(r"<p>Those who drive.*?</p>", NEWS, re.DOTALL)
    assert paragraph is not None
    twice = NEWS.replace("<h2>What", "<p>A new line.</p><h2>What").replace(paragraph[0], paragraph[0] * 2)
    located, article = relocated(NEWS, twice)
    (place,) = next(one.places for one in located.citations if one.citation.key == MAP)
    assert place.status == "ambiguous"
    assert [article.text[spot.start : spot.end] for spot in place.candidates] == ["this map", "this map"]
    assert all(one.citation.key == MAP or not one.added for one in located.citations)


def test_two_links_of_one_address_that_were_exchanged_are_not_taken_for_each_other():
    episode, talk = "[last week’s episode](https://film.example/7)", "[here](https://film.example/7)"
    old = f"# Talks\n\nUnfortunately I missed {episode} of the series.\n\nThe talk was recorded, and the recording is {talk} for a week.\n"
    exchanged = old.replace(episode, "@").replace(talk, episode).replace("@", talk)
    located, _ = relocated(old, exchanged, "x.md")
    assert status_of(located, "web:film.example/7") == ["ambiguous", "ambiguous"]


def test_of_two_lookalikes_one_that_is_left_is_ambiguous_where_its_context_closes_around_the_other():
    line = "As was quoted by the town hall in July of that very year: {}https://council.example/a{}\n\n"
    old = (
        line.format("“", "”") + line.format("‘", "’") + "The bridge has been closed ever since that day, and the ferries run every hour.\n"
    )
    located, _ = relocated(old, old.replace(line.format("‘", "’"), ""), "x.txt")
    assert status_of(located, "web:council.example/a") == ["ambiguous", "ambiguous"]


def test_of_two_that_adjoin_one_that_is_gone_gives_its_context_to_the_other_on_one_side():
    ahead, behind = "The bridge has been closed for a year, said the council.", "Those who drive can look at the map of all the roads."
    old = f"{ahead}\n\nhttps://a.example/plan.\nhttps://a.example/plan\n\n{behind}\n"
    located, _ = relocated(old, old.replace("plan.\nhttps://a.example/plan", "plan."), "x.txt")
    assert status_of(located, "web:a.example/plan") == ["ambiguous", "ambiguous"]


def test_of_a_copy_and_an_original_that_both_were_changed_neither_has_the_slot():
    line = "The council {} that [the minutes of its meeting](https://council.example/m) would be published in full."
    old = f"# Bridge\n\n{line.format('said')}\n\n## Sources\n\n- [council.example/m](https://council.example/m)\n"
    edited = line.format("promised").replace("minutes", "mintues")
    located, _ = relocated(old, f"# Bridge\n\n{edited}\n\nA new line.\n\n{edited}\n", "x.md")
    assert status_of(located, "web:council.example/m") == ["ambiguous", "ambiguous"]


SHOWN = "[a study by the university](https://uni.example/7)"
WRITTEN = f"""# How to cite

Engineers had warned for years of cracks, and in the end {SHOWN} agreed with all of them.

What follows is about something else altogether, and it was written by somebody else, too.
"""


def test_a_pair_that_stands_elsewhere_without_being_cited_is_ambiguous():
    paragraph = WRITTEN.split("\n\n")[1].replace("warned", "wraned")
    coded = WRITTEN.replace("had warned", "had wraned").replace(paragraph, f"```\n{paragraph}\n```") + f"\n{paragraph}\n"
    located, article = relocated(WRITTEN, coded, "x.md")
    assert status_of(located, "web:uni.example/7") == ["ambiguous"]
    (place,) = located.citations[0].places
    assert [article.text[one.start : one.end] for one in place.candidates] == ["a study by the university", "https://uni.example/7"]


def test_a_frame_that_an_example_may_have_become_is_ambiguous():
    embed = ".. tweet:: https://twitter.com/townhall/status/1549651495053934597"
    old = f"Written so\n\n.. code-block:: rst\n\n   {embed}\n\nit looks so, on every page:\n\n{embed}\n\nThat is convenient.\n"
    new = f"Written so\n\n{embed}\n\n.. code-block:: rst\n\n   it looks so, on every page.\n\nThat is convenient.\n"
    located, _ = relocated(old, new, "x.rst")
    assert status_of(located, "x:1549651495053934597") == ["ambiguous"]
    located, _ = relocated(old, f"A new line.\n\n{old}", "x.rst")
    assert status_of(located, "x:1549651495053934597") == ["moved"]


def test_a_known_citation_at_one_more_place_is_not_new():
    more = NEWS.replace(
        "</article>", '<p>And again: <a href="https://roads.example/map">roads</a>, in the words of the town hall.</p></article>'
    )
    located, article = relocated(NEWS, more)
    assert located.added == ()
    (one,) = (one for one in located.citations if one.added)
    assert (one.citation.key, one.status) == (MAP, "exact")
    assert [article.text[place.start : place.end] for place in one.added] == ["roads"]


def test_lookalikes_with_different_addresses_are_told_apart_by_them():
    items = [f'<li>Read <a href="https://x.example/{n}">here</a></li>' for n in range(20)]
    old, new = (f"<article><ul>{''.join(those)}</ul></article>" for those in (items, ["<li>Read nothing here</li>", *items[::-1]]))
    located, article = relocated(old, new)
    for one in located.citations:
        (place,) = one.places
        assert place.now is not None
        element = article.document.by_xpath(place.now.xpath or "") if article.document else None
        assert element is not None
        assert element.attributes["href"] == one.citation.reference.url


def test_page_to_text_is_found_by_words_and_frames_by_their_surroundings():
    article, old = cited(NEWS, "x.html")
    head = "Printed from the web.\n\n"
    located, text = relocated(NEWS, head + article.text, "x.html", "x.txt")
    for one in located.citations:
        for place in one.places:
            assert place.was.start is not None
            if place.status in FOUND:
                assert place.now is not None
                stood = list(range(place.was.start + len(head), (place.was.end or 0) + len(head)))
                assert holds(in_source(text, place.now), stood) or not place.was.exact
                assert place.now.line == text.line_column(place.now.start or 0)[0]
    body = [place.status for one in located.citations if one.citation.in_body for place in one.places]
    assert body.count("moved") / len(body) >= 0.9
    assert len(old) == len(located.citations)


def test_text_wrapped_anew_with_other_quotation_marks_is_found_by_its_letters():
    article, _ = cited(NEWS, "x.html")
    words = re.sub("[“”]", '"', article.text).split()
    wrapped = "\n".join(" ".join(words[at : at + 7]) for at in range(0, len(words), 7))
    located, text = relocated(NEWS, wrapped, "x.html", "x.txt")
    (place,) = next(one.places for one in located.citations if one.citation.key == "web:paper.example/1987")
    assert place.status == "moved"
    assert place.now is not None
    assert " ".join(text.text[place.now.start : place.now.end].split()) == "this paper’s report of 1987"


def test_text_with_a_typo_in_the_words_is_found_between_its_neighbours():
    article, _ = cited(NEWS, "x.html")
    located, text = relocated(NEWS, article.text.replace("the timetable", "teh timetabel"), "x.html", "x.txt")
    (place,) = next(one.places for one in located.citations if one.citation.key == "web:ferry.example/times")
    assert place.status == "moved"
    assert place.now is not None
    assert text.text[place.now.start : place.now.end] == "teh timetabel"


def test_a_post_whose_address_the_new_version_leaves_out_is_the_one_quoted_by_the_same_author_that_day():
    seed = seed_text()
    address = "https://twitter.com/CaptainElla1/status/1549651495053934597?ref_src=twsrc%5Etfw\n"
    located, _ = relocated(seed, seed.replace(address, ""), "seed.txt")
    assert status_of(located, "x:1549651495053934597") == ["exact", "lost"]
    assert not [one for one in located.added if one.claims.handle]


def test_a_citation_without_places_and_a_place_without_offsets_are_lost():
    article, citations = cited(NEWS, "x.html")
    bare = replace(citations[3], number=1, places=())
    place = citations[4].places[0]._replace(start=None, end=None, exact="", prefix="", suffix="")
    nowhere = replace(citations[4], places=(place,))
    located = locate([bare, nowhere], article, ())
    assert [one.status for one in located.citations] == ["lost", "lost"]
    assert len(located.removed) == 2


def test_the_json_says_where_in_the_contract_s_words():
    located, _ = relocated(ARTICLES["seed.txt"], "A line more.\n" + ARTICLES["seed.txt"], "seed.txt")
    document = located.as_json()
    assert document["schema"] == "archiver.located/1"
    assert set(document) == {"schema", "citations", "added", "removed"}
    first = document["citations"][0]
    assert {"number": 1, "key": "x:1549651495053934597", "status": "moved"}.items() <= first.items()
    place = first["places"][0]
    assert (place["status"], place["line"], place["was"]["line"]) == ("moved", 74, 73)
    assert place["start"] == place["was"]["start"] + len("A line more.\n")
    assert {one["status"] for one in document["citations"]} <= set(STATUSES)


def test_very_many_places_of_very_many_things_are_located_soon():
    links = [f'<li><a href="https://x.example/{n % 700}">item {n}</a> word</li>' for n in range(7000)]
    old = f"<article><ul>{''.join(links)}</ul></article>"
    located, _ = relocated(old, old.replace("<ul>", "<p>New</p><ul>").replace("item 50<", "thing 50<"))
    assert Counter(place.status for one in located.citations for place in one.places)["moved"] > 6900


def test_letters_are_the_words_without_what_converters_change():
    assert letters("“It’s — TIME”\n\u200f المغــرب!") == letters('"Its - time" المغرب')
    text = "So: «Schluß, aus»!"
    skeleton = Skeleton(text)
    start = skeleton.text.index("schluß")
    assert text[slice(*skeleton.span(start, start + 9, '"Schluß aus"'))] == "«Schluß, aus»"
