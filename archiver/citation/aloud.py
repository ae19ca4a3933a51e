"""Aloud: players that read the article itself to its reader. They are embedded in it, and no source of it.

They are told by the address, where services and sites that make speech of text name it, or by the words right before the player.
"""

from __future__ import annotations

import re

from archiver.article.document import Document, Element

ADDRESS = re.compile(
    r"(?<![a-z])tts(?![a-z])|ttsart|text-?to-?speech|read-?aloud|article[-_]?audio|audio[-_]?article|beyondwords\.io|speechkit\.io"
    r"|trinityaudio\.ai|remixd\.com|bottalk\.io|readspeaker\.com|ad-auris\.com|instaread\.co",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"(?<!\w)(?:listen to (?:this|the) (?:article|story)|(?:artikel|beitrag) (?:an)?hören|(?:artikel|beitrag)? ?vorlesen(?: lassen)?"
    r"|escuch(?:ar?|e) (?:este|el|esta|la) (?:artículo|noticia|nota)|écoute[rz] (?:l.|cet )article"
    r"|(?:ouça|ouvir) (?:este|o|esta|a) (?:artigo|notícia|matéria)"
    r"|ascolta (?:l.|questo )articolo|beluister dit artikel|lyt til (?:artiklen|artikkelen)|lyssna på artikeln|posłuchaj artykułu"
    r"|(?:прослушать|послушать) (?:статью|новость)|استمع (?:إلى|الى|ل)(?:لمقال| المقال| الخبر)|この記事を聴く|기사 듣기)"
    r"\W*(?:\(?[0-9: ,]+(?:min|мин)?\.?\)?)?\s*\Z",
    re.IGNORECASE,
)
BEFORE = 60  # characters that are looked at


def reads_aloud(document: Document, element: Element, url: str | None) -> bool:
    """Tell whether a player reads the article that it stands in."""
    spot = document.span(element)[0]
    return ADDRESS.search(url or "") is not None or WORDS.search(document.text[max(0, spot - BEFORE) : spot]) is not None
