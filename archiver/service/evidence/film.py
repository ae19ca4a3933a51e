"""Film: the video tier for a citation, after its post or page is on disk.

A film is wanted where the thing cited is one (a video platform), where a post shows one whose file is not in the records already (X's best
mp4 is: it needs no yt-dlp), and where a page says that it is one (`og:type` video). It never changes an outcome: a post without its film is
still what its endpoint told, and `reason` says that the film is not there, and why.

What is recorded: every exchange (captures of tier `video`), what yt-dlp says of the film (`conversion`, `urn:archiver:film-info:<url>`),
and the joined file (`conversion`, `urn:archiver:film:<url>`) where the film came in parts. Both refer to the last answer that they were
made from.
"""

from __future__ import annotations

from archiver.citation.citation import Citation
from archiver.citation.platform import Answer, Reading, State, Target
from archiver.config import Video
from archiver.fetch.capture import Capture
from archiver.fetch.verdict import STATUSES
from archiver.fetch.video import film as films
from archiver.record.manifest import FILM_URI
from archiver.service.keeper import Keeper

PLATFORMS = frozenset({"youtube", "vimeo", "dailymotion", "twitch", "rumble", "tiktok"})
MOVING = frozenset({"video", "gif"})
INFO = "urn:archiver:film-info:"


async def add(keeper: Keeper, citation: Citation, source: Capture | None, settings: Video) -> str | None:
    """Fetch the film of a citation whose post or page is `source`, if it has one; return what a person should know of it.

    None where there is none, or it is kept whole. StorageError where the disk refuses.
    """
    url = citation.reference.url
    if settings.fetch == "never" or url is None or source is None or not wanted(keeper, citation, source):
        return None
    if not films.found():
        return films.NEEDED
    number = (citation.number,)

    async def ask(target: Target) -> Capture:
        return await keeper.fetch(target, read=read, cited_by=number, parent=url)

    agent = keeper.fetcher.network.user_agent
    most = min(settings.max_size, keeper.fetcher.network.max_body)
    film = await films.fetch(url, ask, most=most, seconds=settings.deadline, agent=agent)
    try:
        await _derive(keeper, citation, film, url)
    finally:
        film.close()
    if film.kept:
        return f"the film is kept, and {film.reason}" if film.reason else None
    return f"the film is not kept: {film.reason}"


def wanted(keeper: Keeper, citation: Citation, source: Capture) -> bool:
    """Tell whether a citation shows a film that is not in the records yet."""
    if citation.reference.platform in PLATFORMS:
        return True
    stored = {one["url"] for one in keeper.stored.get(citation.number, ()) if one["state"] == State.OK}
    moving = [one.url for one in source.post.media if one.kind in MOVING] if source.post else []
    if moving:
        return not any(url in stored for url in moving)
    return bool(source.page and (source.page.og_type or "").startswith("video"))


def read(answer: Answer) -> Reading:
    """Say what an answer to a request for a film means: its status, and nothing finer."""
    if 200 <= answer.status < 300:
        return Reading(State.OK, f"status {answer.status}")
    return Reading(
        STATUSES.get(answer.status, State.CLIENT_ERROR if answer.status < 500 else State.SERVER_ERROR), f"status {answer.status}"
    )


async def _derive(keeper: Keeper, citation: Citation, film: films.Film, url: str) -> None:
    """Record what we made of the answers."""
    mine = [one for one in keeper.stored.get(citation.number, ()) if one["tier"] == "video"]
    answers = [record["id"] for one in mine for record in one["records"] if record["type"] in {"response", "revisit"}]
    if not answers:
        return
    if film.info:
        await keeper.derive("conversion", INFO + url, "application/json", film.info, answers[-1])
    if film.file is not None:
        media_type = "video/mp4" if film.file.suffix == ".mp4" else "video/x-matroska"
        await keeper.derive("conversion", FILM_URI + url, media_type, film.file, answers[-1])
