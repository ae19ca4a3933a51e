"""Placeholder: what is shown where the archive has nothing to show. Ours, and as plain as can be.

Never a memento, so never with Memento-Datetime (standards B5); status 404, since that is what it is. An image cannot tell its address, so
the element's `title` does.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

STYLE = (
    "html{color-scheme:light dark;height:100%}body{margin:0;height:100%;box-sizing:border-box;padding:1em;"
    "font:14px/1.5 system-ui,sans-serif;"
    "display:flex;flex-direction:column;justify-content:center;align-items:center;text-align:center;color:#555;"
    "background:repeating-linear-gradient(45deg,#f4f4f4 0 12px,#ececec 12px 24px);border:1px dashed #999}"
    "p{margin:.2em;max-width:40em;overflow-wrap:anywhere;background:#f4f4f4;padding:0 .4em}b{color:#222}"
    "@media(prefers-color-scheme:dark){body{background:#222;color:#bbb}p{background:#222}b{color:#eee}}"
)
MOST_SHEETS = 40  # pages of a PDF that are drawn; each is a process of a third of a second
NAMES = {"image": "Image", "video": "Film", "audio": "Sound", "frame": "Frame", "css": "Stylesheet", "font": "Font"}


def page(heading: str, *lines: str) -> str:
    """Return a page of ours that says something; everything is escaped here."""
    said = "".join(f"<p><bdi>{html.escape(line)}</bdi></p>" for line in lines if line)
    return (
        f'<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>{html.escape(heading)}</title>'
        f'<style>{STYLE}</style></head><body><p role="status"><b>{html.escape(heading)}</b></p>{said}</body></html>'
    )


def picture(use: str) -> str:
    """Return an image that says that something is not archived; it takes any size."""
    said = f"{NAMES.get(use, 'Part')} not archived"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="135" viewBox="0 0 240 135" preserveAspectRatio="xMidYMid meet">'
        '<defs><pattern id="p" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="12" height="12" fill="#f4f4f4"/><rect width="6" height="12" fill="#e4e4e4"/></pattern></defs>'
        '<rect x=".5" y=".5" width="239" height="134" fill="url(#p)" stroke="#999" stroke-dasharray="4"/>'
        f'<text x="120" y="72" font-family="sans-serif" font-size="15" text-anchor="middle" fill="#444">{html.escape(said)}</text></svg>'
    )


def sheets(address: str, sizes: Sequence[tuple[float, float]]) -> str:
    """Return a page with the pages of a PDF as pictures, `address/1` and so on; sizes in points. The first `MOST_SHEETS` of them."""
    shown = "".join(
        f'<img src="{html.escape(address)}/{number}" alt="Page {number}" style="aspect-ratio:{width:.0f}/{height:.0f}">'
        for number, (width, height) in enumerate(sizes[:MOST_SHEETS], 1)
    )
    rest = f"<p>{len(sizes) - MOST_SHEETS} more pages; the dashboard has the file to download.</p>" if len(sizes) > MOST_SHEETS else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>PDF</title><style>body{margin:0;background:#777}'
        "img{display:block;width:min(100%,60em);margin:0 auto 8px;background:#fff}p{color:#fff}</style></head>"
        f"<body>{shown}{rest}</body></html>"
    )
