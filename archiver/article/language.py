"""Tell a text's language where it is certain, by its script and its commonest words; None where it is not.

Statistics over letters always answer something. The words that hold a language's sentences together do not lie: a text in which a tenth of
the words are `the of and to in` is English. So a script that one language uses decides alone, and a script that many use is decided by such
words, with a share, several of them, and a lead over the next language; short or mixed texts get no answer. The lead is counted in the
words that only one of the two has: Spanish and Catalan share half of their commonest, and neither would lead.

A language that is not among these cannot be heard: a text in it sounds like a neighbour. So whoever says that a text is Albanian, or
Norwegian, is believed (`is_known`), and whoever says that it is English where English has no part in it is not (`is_denied`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

SAMPLE = 6_000  # characters looked at
ADDRESS = re.compile(r"[:.@](?:(?<=:)//|(?<=\w[.@])\w)")  # "com" is a word of Portuguese
WORD = re.compile(r"[^\W\d_]+")
MARKED_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u0903\u093a-\u094f\u0962\u0963])+")  # the vowel signs of Devanagari are marks, no letters
DEVANAGARI = re.compile(r"[\u0900-\u097f]")
NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}  # of ASCII
# ISO 639 codes by script as Unicode names it; han without kana is Chinese, kana are Japanese.
SCRIPTS = {
    "ARABIC": "ar fa ur ckb",
    "HEBREW": "he yi",
    "CYRILLIC": "ru uk bg",
    "DEVANAGARI": "hi mr",
    "LATIN": "en fr es de it pt nl tr pl sv id ro cs ca",
    "GREEK": "el",
    "THAI": "th",
    "HANGUL": "ko",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "ORIYA": "or",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "CJK": "zh",
}
COMMON = {
    "ar": "في من على إلى أن التي الذي عن هذا هذه مع ما كان لا قد بين بعد كما ذلك إن أو",
    "fa": "در و به از که این را با است برای آن یک خود تا بر هم نیز می شد",
    "ur": "کے میں کی ہے اور سے کا کو نے یہ پر کہ ہیں اس نہیں بھی",
    "ckb": "لە و بە بۆ کە ئەو لەسەر ئەم دەکات بوو",
    "he": "של את על לא זה הוא עם כי היא גם או אל אבל כל יותר",
    "yi": "און פון אין איז די דער צו דאָס האָט מיט",
    "hi": "के में की है और से का को ने पर यह कि हैं एक भी",
    "mr": "आहे आणि या च्या ते हे होते नाही असे मध्ये",
    "ru": "в и не на что с по как это из к для его но за от",
    "uk": "в і не на що з до як це та у за його але від",
    "bg": "на и в за се от да с че е по са не като",
    "en": "the of and to in a is that for on it was with as by at from are this be i you have not",
    "fr": "de la le et les des en un du une que est pour dans qui par sur au pas plus",
    "es": "de la que el en y los se del las un por con una para su es al lo como",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als",
    "it": "di che la il e in un per una è del non con della i le si da al sono",
    "pt": "de que a o e do da em um para com não uma os no se na por mais as",
    "nl": "de van het een en in is dat op te zijn met voor die niet aan er om ook",
    "tr": "ve bir bu için ile de da olarak çok daha olan gibi en ne sonra kadar",
    "pl": "w i na z do nie się że to jest o jak po od za przez oraz ale",
    "sv": "och i att det som en på är av för med den till inte har de ett om",
    "id": "yang dan di dengan untuk ini dari dalam itu tidak pada akan ke juga",
    "ro": "de și în a la cu pe din că nu o pentru este mai care un",
    "cs": "a v se na je že s z do to o k i ve pro za by jako",
    "ca": "de la i que el en a les els per un amb una del es no al més",
}  # fmt: skip
WORDS = {language: frozenset(words.split()) for language, words in COMMON.items()}
KNOWN = frozenset(" ".join(SCRIPTS.values()).split()) | {"ja"}
ENOUGH_LETTERS = 40
SOME = 4  # common words
SHARE = 0.08  # of the words that must be common words of the language
DISTINCT = 3  # of them
LEAD = 1.5  # times those of the next language, words of both apart
NEXT_TO_NONE, PROSE = 0.02, 60  # the share of its common words that denies a language, of so many words
LINE = 80  # characters of what is prose: lists of names and results have few common words in any language


def language_of(text: str) -> str | None:
    """Return the language of a text as an ISO 639 code, or None where it is not certain."""
    sample = text[:SAMPLE]
    if ADDRESS.search(sample):
        sample = " ".join(token for token in sample.split() if token.isalpha() or not ADDRESS.search(token))
    sample = sample.replace("\u0640", "")  # tatweel stretches words in PDF dumps
    words = _words(sample)
    scripts = _scripts("".join(words))
    if not scripts or scripts.total() < ENOUGH_LETTERS:
        return None
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > 0.2 * scripts.total():
        return "ja"
    script, letters = scripts.most_common(1)[0]
    if letters < 0.6 * scripts.total():
        return None
    languages = SCRIPTS.get(script, "").split()
    if len(languages) == 1:
        return languages[0]
    return _by_words(words if letters == scripts.total() else [word for word in words if _script(word[0]) == script], languages)


def is_known(language: str) -> bool:
    """Tell whether a language, as BCP 47, is one that can be heard."""
    return language.split("-", maxsplit=1)[0] in KNOWN


def is_denied(text: str, language: str) -> bool:
    """Tell whether text is certainly not in a language, as BCP 47: its prose has next to none of the commonest words."""
    common = WORDS.get(language.split("-", maxsplit=1)[0])
    words = _words("\n".join(line for line in text[:SAMPLE].split("\n") if len(line) >= LINE))
    return common is not None and len(words) >= PROSE and _count(Counter(words), common) < NEXT_TO_NONE * len(words)


def _words(text: str) -> list[str]:
    """Return the words of a text in lower case: what letters make up."""
    if text.isascii():
        return text.lower().translate(NO_LETTERS).split()
    word = MARKED_WORD if DEVANAGARI.search(text) else WORD
    return "\n".join(word.findall(text)).lower().split("\n")


def _scripts(letters: str) -> Counter[str]:
    """Return how many letters are of which script."""
    scripts: Counter[str] = Counter()
    for letter, count in {"a": len(letters)}.items() if letters.isascii() else Counter(letters).items():
        scripts[_script(letter)] += count
    return scripts


def _by_words(words: list[str], languages: list[str]) -> str | None:
    """Return the language whose common words are common among `words`, and those of no other nearly so."""
    said = Counter(words)
    enough = max(SOME, SHARE * len(words))
    heard = [one for one in languages if _count(said, WORDS[one]) >= enough and len(WORDS[one].intersection(said)) >= DISTINCT]
    return next((one for one in heard if all(_leads(said, one, other) for other in languages if other != one)), None)


def _leads(said: Counter[str], one: str, other: str) -> bool:
    """Tell whether the words of one language lead those of another, words of both apart."""
    mine = _count(said, WORDS[one] - WORDS[other])
    return mine > 0 and mine >= LEAD * _count(said, WORDS[other] - WORDS[one])


def _count(said: Counter[str], common: frozenset[str]) -> int:
    return sum([said[word] for word in common if word in said])


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """Return the script of a letter as its Unicode name says it, as ARABIC, LATIN, CJK."""
    return unicodedata.name(letter, "?").split(maxsplit=1)[0].split("-")[0]
