"""Of a film's variants an export names those that are here, whole; of sounds and subtitles too."""

from __future__ import annotations

import pytest

from archiver.record.wacz.film import is_list, narrowed

BASE = "https://films.test/a/master.m3u8"
HERE = "https://films.test/a/"
MASTER = """#EXTM3U
#EXT-X-VERSION:6
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="s",NAME="en",DEFAULT=YES,URI="en.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="s",NAME="ar",URI="ar.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="w",NAME="ar",URI="words.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="c",INSTREAM-ID="CC1"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="small.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=160x120,AUDIO="s"
small.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=1920x1080,AUDIO="s"
# a remark

large.m3u8?token=1
"""
LIST = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:1,\none.ts\n#EXTINF:1,\n/two.ts\n#EXT-X-ENDLIST\n'
WHOLE = {HERE + "init.mp4", HERE + "one.ts", "https://films.test/two.ts"}


def told(lists: set[str], text: str = MASTER, known: set[str] = WHOLE) -> list[str] | None:
    made = narrowed(text, BASE, lambda url: LIST if url.removeprefix(HERE) in lists else None, known.__contains__)
    return None if made is None else made.splitlines()


def test_what_is_whole_stays_and_nothing_else() -> None:
    lines = MASTER.splitlines()
    assert told({"large.m3u8?token=1", "ar.m3u8"}) == [*lines[:2], lines[3], *lines[4:6], *lines[9:]]
    assert told({"small.m3u8"}) == [*lines[:6], *lines[7:9], *lines[10:12]]


@pytest.mark.parametrize(
    ("lists", "text", "known"),
    [
        ({"small.m3u8", "large.m3u8?token=1"}, MASTER, WHOLE),  # all are here
        (set(), MASTER, WHOLE),  # none is
        ({"small.m3u8"}, MASTER, WHOLE - {HERE + "one.ts"}),  # a segment is missing
        ({"small.m3u8"}, MASTER, WHOLE - {HERE + "init.mp4"}),
        ({"small.m3u8"}, LIST, WHOLE),  # no list of variants
        ({"small.m3u8"}, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", WHOLE),  # names none
        ({"small.m3u8"}, "", WHOLE),
    ],
)
def test_a_list_stays_as_it_was_where_a_copy_would_say_no_more(lists: set[str], text: str, known: set[str]) -> None:
    assert told(lists, text, known) is None


def test_lists_are_known_by_type_or_name() -> None:
    assert is_list("https://a.test/x", "application/vnd.apple.mpegurl")
    assert is_list("https://a.test/x.M3U8?y=1", "text/plain")
    assert not is_list("https://a.test/x.ts?list.m3u8", "video/mp2t")
