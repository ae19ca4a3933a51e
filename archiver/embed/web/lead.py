"""Lead: what the head of a page names that tells more of the same thing, for machines.

  * `application/activity+json`: the page is a post of the Fediverse, on a host that no list has, and this is the post itself. WordPress
    with a plugin says so of every article: there the page is the thing, and nothing more is asked.
  * `application/json+oembed` (oembed.com §4, in the head or in the `Link` header): title, author and a still, from the provider's own
    mouth. Asked for what an article embeds, not for what it links to.

Nothing here proves anything: each lead is a target, and its answer is read like any other.
"""

from __future__ import annotations

import re

from archiver.article.document import Document
from archiver.citation.platform import Answer, Target
from archiver.embed.answer import activity
from archiver.embed.web.glance import Glance, glance
from archiver.embed.web.oembed import PURPOSE
from archiver.url import resolve

PUBLISHERS = re.compile(r"wordpress|ghost|drupal|joomla", re.IGNORECASE)
LINKED = re.compile(r"<([^<>]{5,2000})>\s*;(?=[^,]*\btype=\"?application/json\+oembed)", re.IGNORECASE)


def leads(document: Document, answer: Answer) -> tuple[Target, ...]:
    """Return the endpoints that a page names for itself, at most one of each kind."""
    found = []
    look = glance(document)
    generators = [meta.attributes.get("content", "") for meta in look.all("meta") if meta.attributes.get("name", "").lower() == "generator"]
    own = _linked(look, answer, activity.TYPE)
    if own and not any(PUBLISHERS.search(one) for one in generators):
        found.append(activity.target(own))
    provider = _linked(look, answer, "application/json+oembed") or _in_header(answer)
    if provider:
        found.append(Target(provider, tier="post", purpose=PURPOSE))
    return tuple(found)


def _linked(look: Glance, answer: Answer, kind: str) -> str | None:
    typed = (one for one in look.having("href", "link") if one.attributes.get("type", "").lower() == kind)
    links = (one for one in typed if "alternate" in one.attributes.get("rel", "").lower().split())
    return next((url for one in links if (url := resolve(one.attributes["href"].strip(), answer.url))), None)


def _in_header(answer: Answer) -> str | None:
    for name, value in answer.headers:
        if name.lower() == "link" and (named := LINKED.search(value[:8000])):
            return resolve(named[1], answer.url)
    return None
