"""The ledger: what goes in comes out, by place and by id, from memory and from its file."""

from __future__ import annotations

import pytest

from archiver.record import ledger
from archiver.record.entry import Entry
from archiver.record.ledger import Ledger


def entry(name: str, offset: int) -> Entry:
    return Entry("metadata", name, f"https://one.test/\ud800{offset}", "", "f", offset, 1, None, None, None, "", about=(offset, 2))


@pytest.mark.parametrize("spool", [0, 700, 1 << 20])
def test_entries_come_back_by_place_and_by_id(monkeypatch: pytest.MonkeyPatch, spool: int) -> None:
    monkeypatch.setattr(ledger, "SPOOL", spool)
    written = [entry(f"<{number}>", number) for number in range(50)]
    book = Ledger(written[:30])
    assert book["<7>"] == written[7]
    for one in written[30:]:
        assert book.at(book.append(one)) == one
    assert list(book.entries()) == written
    assert list(book) == [one.id for one in written]
    assert [book[one.id] for one in written] == written
    assert "<50>" not in book
    assert book.get("<50>") is None
    assert len(book) == 50


def test_of_two_with_the_same_id_the_later_counts() -> None:
    book = Ledger([entry("<a>", 1), entry("<b>", 2), entry("<a>", 3)])
    assert book["<a>"].offset == 3
    assert len(book) == 3
