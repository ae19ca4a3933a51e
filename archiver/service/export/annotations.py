"""Annotations: a snapshot's citations as a W3C Web Annotation collection (Recommendation of 2017), JSON-LD.

One annotation a citation: its targets are the places, its body is the cited thing. Both carry a TimeState: `sourceDate` says when they were
looked at, `cached` where that can be seen. A place's selectors are alternatives for the same spot. TextPositionSelector counts code points,
as the standard has it. A PDF's rectangles are `page=…&viewrect=…` of RFC 3778, a text file's offsets `char=…` of RFC 5147. The body of a
mention that nothing resolved is the words that the article quotes.
"""

from __future__ import annotations

from archiver.service.export.chosen import Chosen, Json, answer, when

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def collection(chosen: Chosen) -> Json:
    """Return the annotations of a snapshot as an AnnotationCollection with one page."""
    name = f"urn:archiver:annotations:{chosen.manifest['snapshot']}"
    items = [_annotation(chosen, citation, name) for citation in chosen.citations]
    page = {"id": f"{name}#page", "type": "AnnotationPage", "partOf": name, "startIndex": 0, "items": items}
    return {
        "@context": CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": chosen.article["title"] or chosen.article["source"],
        "total": len(items),
        **({"first": page} if items else {}),
    }


def _annotation(chosen: Chosen, citation: Json, name: str) -> Json:
    return {
        "id": f"{name}#{citation['number']}",
        "type": "Annotation",
        "motivation": "linking",
        "created": chosen.manifest["run"]["finished"][:19] + "Z",
        "generator": {"id": "urn:archiver", "type": "Software", "name": chosen.manifest["run"]["software"]},
        "body": _body(chosen, citation),
        "target": [_target(chosen, place) for place in citation["places"]],
    }


def _body(chosen: Chosen, citation: Json) -> Json:
    if citation["url"] is None:
        quoted = citation["claims"]["text"] or citation["reason"] or ""
        return {"type": "TextualBody", "value": quoted, "format": "text/plain", "purpose": "describing"}
    body: Json = {"type": "SpecificResource", "source": citation["url"]}
    capture = answer(citation)
    if capture is not None:
        body["state"] = {"type": "TimeState", "sourceDate": when(capture), "cached": chosen.version_of(capture)}
    return body


def _target(chosen: Chosen, place: Json) -> Json:
    state: Json = {"type": "TimeState", "sourceDate": chosen.manifest["run"]["started"][:19] + "Z"}
    if chosen.article["url"] and chosen.article["captures"]:
        seen = next((one for one in chosen.article["captures"] if one["url"] == chosen.article["url"]), None)
        state |= {"cached": chosen.version_of(seen)} if seen else {}
    return {"type": "SpecificResource", "source": chosen.source, "state": state, "selector": selectors(place, chosen.article["media_type"])}


def selectors(place: Json, media_type: str) -> list[Json]:
    """Return a place's selectors, the sturdiest first."""
    found: list[Json] = []
    if place["exact"]:
        found.append({"type": "TextQuoteSelector", "exact": place["exact"], "prefix": place["prefix"], "suffix": place["suffix"]})
    if place["start"] is not None:
        found.append({"type": "TextPositionSelector", "start": place["start"], "end": place["end"]})
    if place["xpath"]:
        found.append({"type": "XPathSelector", "value": place["xpath"]})
    if place["css"]:
        found.append({"type": "CssSelector", "value": place["css"]})
    if place["page"]:
        found += [_fragment(f"page={place['page']}{view}", "rfc3778") for view in map(_view, place["rects"] or [None])]
    elif media_type == "text/plain" and place["start"] is not None:
        found.append(_fragment(f"char={place['start']},{place['end']}", "rfc5147"))
    return found


def _view(rect: list[float] | None) -> str:
    if rect is None:
        return ""
    left, bottom, right, top = rect
    return "&viewrect=" + ",".join(f"{number:g}" for number in (left, bottom, right - left, top - bottom))


def _fragment(value: str, rfc: str) -> Json:
    return {"type": "FragmentSelector", "value": value, "conformsTo": f"http://tools.ietf.org/rfc/{rfc}"}
