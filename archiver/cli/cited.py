"""One citation, whole: its places, what came of it, how the post was told, what was captured with every attempt, claims beside capture.

Everything shown comes from the manifest; the diff is made of its two texts (`embed.difference`). It is one text, as `git diff --word-diff`
writes it, because a terminal has no two columns for two directions of writing: `[-only the article-]`, `{+only the capture+}`.
"""

from __future__ import annotations

from typing import Any

from rich.text import Text

from archiver.cli.terminal import console, moment, plain, spot, subject, table

VERDICTS = {
    "match": "the captured words are those that the article quotes",
    "edited": "the captured words differ from those that the article quotes",
    "different_author": "the captured post is by somebody else than the article says",
    "gone": "the post is gone; the article's own words are all there is",
    "unverifiable": "one side is missing: there is nothing to compare",
}
LEGEND = "[-only the article-] {+only the capture+}; links, emoji, punctuation and line ends are not compared"


def show_citation(citation: dict[str, Any]) -> None:
    """Print one citation whole."""
    out = console()
    out.print(Text(plain(f"{citation['number']} · {citation['kind']} · {citation['platform']} · {subject(citation)}"), style="bold"))
    out.print(Text(plain(f"{citation['outcome'] or 'not archived'} ({citation['state']}): {citation['reason'] or ''}")))
    if citation["next_attempt"]:
        out.print(Text(f"tried again: {moment(citation['next_attempt'])}"))
    out.print(table(("place", "via", "words"), [(spot(p), p["via"], (p["exact"] or p["prefix"][-40:])[:100]) for p in citation["places"]]))
    rows = [
        (moment(c["started"]), c["tier"], c["role"], c["status"], c["state"], len(c["attempts"]), c["url"], _file(c))
        for c in citation["captures"]
    ]
    out.print(table(("started", "tier", "role", "status", "state", "tries", "url", "record"), rows))
    parts = [c["notes"]["requisites"] for c in citation["captures"] if c["notes"].get("requisites")]
    if parts:
        out.print(Text(plain(f"parts: {'; '.join(parts)}")))
    for line in _told(citation):
        out.print(Text(plain(line)))
    for drawn in compared(citation):
        out.print(drawn)


def compared(citation: dict[str, Any]) -> list[Text]:
    """Return the lines that set what the article claims beside what was captured; none where nothing was compared."""
    said = citation["comparison"]
    if not said:
        return []
    alike = "" if said["similarity"] is None else f" (likeness {said['similarity']:.1%})"
    lines = [Text(f"comparison: {said['verdict']}: {VERDICTS.get(said['verdict'], '')}{alike}", style="bold")]
    claimed, captured = said["claimed"] or "", said["captured"] or ""
    if claimed and captured and said["similarity"] != 1.0:
        lines += [difference(claimed, captured), Text(LEGEND, style="dim")]
    else:
        sides = (("article", claimed), ("capture", captured))
        lines += [Text(plain(f"{side}: {words}")) for side, words in sides if words]
    return lines + [Text(plain(f"note: {note}")) for note in said.get("notes", ())]


def difference(claimed: str, captured: str) -> Text:
    """Return both texts as one: what only the article says struck through, what only the source says underlined."""
    drawn = Text()
    from archiver.embed.difference import steps

    for step in steps(claimed, captured):
        if step.same:
            drawn.append(plain(step.captured) + " ")
            continue
        if step.claimed:
            drawn.append(f"[-{plain(step.claimed)}-] ", style="red strike")
        if step.captured:
            drawn.append(f"{{+{plain(step.captured)}+}} ", style="green underline")
    drawn.rstrip()
    return drawn


def _told(citation: dict[str, Any]) -> list[str]:
    """Return a line for each telling of the post: whose it is, when, what is in it, and what it lacks."""
    lines = []
    for capture in citation["captures"]:
        post = capture["post"]
        if not post or capture["state"] not in ("ok", "ok_partial"):
            continue
        media = [f"{sum(one['kind'] == kind for one in post['media'])} {kind}" for kind in dict.fromkeys(m["kind"] for m in post["media"])]
        edited = f"edited {post['edited_at'] or ''}".strip() if post.get("edited") else None
        quoted = [word for word, key in (("quotes a post", "quoted"), ("answers a post", "reply_to"), ("a poll", "poll")) if post.get(key)]
        by = " ".join(filter(None, (post["author"], f"(@{post['handle']})" if post["handle"] else None)))
        facts = filter(None, (by, post["created"], edited, post["lang"], *media, *quoted, post["partial"]))
        lines.append(f"told by {capture['purpose']}: {' · '.join(facts)}")
    return lines


def _file(capture: dict[str, Any]) -> str:
    record = next((r for r in capture["records"] if r["type"] in {"response", "revisit"}), None)
    return f"{record['file']}@{record['offset']}" if record else ""
