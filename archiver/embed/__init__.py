"""What the platforms are: one pure module each, and `web` for everything that no other claims.

`PLATFORMS` is the order in which they are asked; `web`, which claims every URL, is always last. A new platform is a module that keeps the
contract of `citation/platform.py`, one name here, and one folder of fixtures, which the contract test demands.
"""

from __future__ import annotations

from archiver.citation.platform import Platform
from archiver.embed import (
    bluesky,
    dailymotion,
    facebook,
    flickr,
    imgur,
    instagram,
    linkedin,
    mastodon,
    pinterest,
    reddit,
    rumble,
    soundcloud,
    spotify,
    telegram,
    threads,
    tiktok,
    truthsocial,
    tumblr,
    twitch,
    vimeo,
    vk,
    web,
    x,
    youtube,
)

PLATFORMS: tuple[Platform, ...] = (
    x,
    facebook,
    instagram,
    threads,
    tiktok,
    youtube,
    telegram,
    reddit,
    bluesky,
    vimeo,
    linkedin,
    pinterest,
    vk,
    soundcloud,
    spotify,
    dailymotion,
    twitch,
    truthsocial,
    imgur,
    tumblr,
    flickr,
    rumble,
    mastodon,  # on any host: told by the shape of its URLs alone, so after those that know their hosts
    web,
)


def platform_of(name: str) -> Platform:
    """Return the platform of a name."""
    return next(platform for platform in PLATFORMS if platform.name == name)
