"""Media: the pictures and films of a told post, as targets. The same for every platform.

The post's own, then those of the post it quotes and of the one it answers: a telling that shows them shows them whole. Each once, in order.
Addresses of media are mostly signed and die within hours, so whoever reads a post asks for them at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.citation.platform import Media, Post, Target

PURPOSES = {"gif": "video"}  # a platform's "gif" is a silent film
MOST = 60  # of one post with all that it shows: a hostile answer lists a million


def targets(post: Post | None) -> tuple[Target, ...]:
    """Return the targets of what a post shows, each once; none for no post."""
    shown = {item.url: PURPOSES.get(item.kind, item.kind) for item in every(post)} if post else {}
    return tuple(Target(url, role="requisite", purpose=purpose) for url, purpose in list(shown.items())[:MOST])


def every(post: Post) -> Iterator[Media]:
    """Yield a post's media, then those of the posts that it quotes and answers."""
    yield from post.media
    for other in (post.quoted, post.parent):
        if other is not None:
            yield from every(other)
