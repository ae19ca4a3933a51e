"""Pairs of what an article claims of a post and the post as captured, made from a seed: what must be forgiven, and what must not.

Five kinds, forty of each, over ten languages: `same`; `escaped` (entities once or twice, short links, typographer's quotation marks);
`damaged` (what PDF dumps of laid-out pages did to the customer's article: lines broken, runs of a right-to-left line in reverse order with
the border inside a word, stretched letters, presentation forms, digits and emoji lost); `changed` (one word of it another, gone, or new);
`other` (the same words under another's handle). The last two are damaged or escaped as well, every second time: a changed word must be seen
through the damage.
"""

from __future__ import annotations

import html
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.citation.citation import Claims
from archiver.citation.platform import Post

KINDS = {"same": "match", "escaped": "match", "damaged": "match", "changed": "edited", "other": "different_author"}
EACH = 40
TEXTS: dict[str, tuple[str, ...]] = {
    "ar": (
        "بعد زيارة رئيس الحكومة ووزير الخارجية وصل قائد الأركان إلى الميناء القديم مع 12 ضابطًا 🇲🇦 https://example.org/visit?a=1",
        'لعبت المدينة دورًا كبيرًا في تطوير العلاقات بين الطرفين منذ سنة 2020، وهذا ما قاله "السفير" أمس #ميناء',
        "تقول الصحيفة إن السفينة غادرت الرصيف فجرًا & لم تعد، والبحث عنها مستمر منذ يومين 🚢❗",
        "ارتفع سعر الوقود بنسبة 5% في أسبوع واحد فقط، فيما بقيت أجور العمال كما كانت قبل الأزمة",
    ),
    "he": (
        "שתי מעבורות הגיעו לרציף הישן בשעה 12:30 אחרי לילה ארוך של ערפל כבד 🌫️ https://example.org/harbour",
        'ראש העיר אמר "לא נסגור את הנמל" למרות ההתנגדות של עובדי הרציפים והדייגים',
        "מחיר הדגים עלה בחודש האחרון, & הסוחרים בשוק מתלוננים על המחסור בסירות",
        "התחזית לסוף השבוע: רוחות חזקות מצפון וגשם קל לאורך כל החוף #מזג",
    ),
    "fa": (
        "دو کشتی در مه صبحگاهی به اسکله رسیدند و مسافران پس از 3 ساعت پیاده شدند 🚢",
        "فرماندار گفت «بندر بسته نمی‌شود» و از مردم خواست آرام باشند https://example.org/port",
        "قیمت ماهی در بازار دو برابر شد & ماهیگیران از کمبود سوخت گله دارند",
        "هوای آخر هفته بارانی است و باد شدیدی از شمال می‌وزد #هوا",
    ),
    "en": (
        "Two ferries & one pier: the first officer filed a report at 12:30 about fog in the harbour 🚢 https://example.org/ferries?a=1&b=2",
        'The mayor said "we will not close the port", whatever the dock workers and the fishermen think of it #harbour',
        "Fuel rose by 5% in a single week, while the wages of the crews stayed where they were before the crisis",
        "Don't wait: the last boat leaves before the storm, and nobody knows when the next one will sail",
    ),
    "fr": (
        "Deux bacs & une jetée : l'officier a signalé du brouillard à 12 h 30 dans l'ancien port 🌫️ https://example.org/bacs",
        "Le maire a déclaré « nous ne fermerons pas le port », malgré la colère des pêcheurs",
        "Le prix du carburant a augmenté de 5% en une semaine, les salaires n'ont pas bougé",
        "La dernière traversée part avant la tempête, personne ne sait quand aura lieu la suivante #port",
    ),
    "ru": (
        "Два парома & один причал: помощник капитана доложил о тумане в гавани в 12:30 🚢 https://example.org/paromy",
        "Мэр заявил: «порт мы не закроем», несмотря на недовольство рыбаков и докеров",
        "Топливо подорожало на 5% за неделю, а зарплаты экипажей остались прежними",
        "Последний рейс уходит до шторма, когда будет следующий, никто не знает #порт",
    ),
    "tr": (
        "İki feribot & bir iskele: subay saat 12:30'da eski limandaki sisi bildirdi 🌫️ https://example.org/feribot",
        'Belediye başkanı "limanı kapatmayacağız" dedi, balıkçılar ise öfkeli',
        "Yakıt bir haftada %5 arttı, mürettebatın ücretleri ise aynı kaldı",
        "Son sefer fırtınadan önce kalkıyor, sonrakinin ne zaman olacağını kimse bilmiyor #liman",
    ),
    "ja": (
        "霧の朝、二隻のフェリーが古い港に着いた。乗客は12時30分に下船した 🚢 https://example.org/minato",
        "市長は「港は閉鎖しない」と述べたが、漁師たちは納得していない",
        "燃料の価格は一週間で5%上がったが、乗組員の給料は変わらなかった",
        "最後の船は嵐の前に出る。次の便がいつになるかは誰も知らない #港",
    ),
    "hi": (
        "घने कोहरे में दो नावें पुराने घाट पर पहुँचीं और 12 यात्री सुरक्षित उतर गए 🚢 https://example.org/ghat",
        'महापौर ने कहा "बंदरगाह बंद नहीं होगा" लेकिन मछुआरे नाराज़ हैं',
        "ईंधन का दाम एक हफ़्ते में 5% बढ़ गया & मज़दूरी वही रही",
        "आख़िरी नाव तूफ़ान से पहले जाएगी, अगली कब जाएगी कोई नहीं जानता #घाट",
    ),
    "de": (
        "Zwei Fähren & ein Anleger: der Erste Offizier meldete um 12:30 Uhr Nebel im alten Hafen 🌫️ https://example.org/faehren",
        "Der Bürgermeister sagte „wir schließen den Hafen nicht“, die Fischer sind empört",
        "Treibstoff wurde in einer Woche um 5% teurer, die Löhne der Besatzungen blieben gleich",
        "Die letzte Überfahrt beginnt vor dem Sturm, wann die nächste folgt, weiß niemand #hafen",
    ),
}  # fmt: skip
STRANGERS = {
    "ar": "شاطئ", "he": "ספינה", "fa": "ساحل", "en": "lighthouse", "fr": "phare", "ru": "маяк", "tr": "fener", "ja": "灯台", "hi": "दीपस्तंभ",
    "de": "Leuchtturm",
}  # fmt: skip
LETTERS = {
    "ar": "بجدرسعفقلمن", "he": "בגדהחלמנקרש", "fa": "بجدرسعفقلمن", "en": "bdglmnprst", "fr": "bdglmnprst", "ru": "бвгдлмнпрст", "tr": "bdglmnprst",
    "ja": "あかさたなはまやらわ", "hi": "कगचजटडतदनपबमर", "de": "bdglmnprst",
}  # fmt: skip
WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u064b-\u0652\u0900-\u0963])+")
LINK = re.compile(r"https?://\S+")
EMOJI = re.compile("[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?")
LIGATURES = {"ffi": "ﬃ", "fi": "ﬁ", "fl": "ﬂ"}


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair, of which kind it is, in which language, and the verdict that is right."""

    kind: str
    lang: str
    claims: Claims
    post: Post

    @property
    def verdict(self) -> str:
        """The only right answer."""
        return KINDS[self.kind]


def pairs(seed: int) -> Iterator[Pair]:
    """Yield two hundred pairs; the same seed makes the same ones."""
    chance = random.Random(seed)
    for kind in KINDS:
        for number in range(EACH):
            lang = list(TEXTS)[number % len(TEXTS)]
            text = TEXTS[lang][number // len(TEXTS) % len(TEXTS[lang])]
            yield _pair(chance, kind, lang, text)


def _pair(chance: random.Random, kind: str, lang: str, text: str) -> Pair:
    written, handle, digits = text, "harbour_log", True
    if kind == "changed":
        written = _changed(chance, written, lang)
        digits = re.findall("[0-9]+", written) == re.findall("[0-9]+", text)  # a number that was changed and then lost cannot be seen
    if kind == "other":
        handle = chance.choice(("pier_log", "harbour_1og", "harbour_log_", "HarbourLogs"))
    if kind == "escaped" or (kind in ("changed", "other") and chance.random() < 0.25):
        written = _escaped(chance, written)
    elif kind == "damaged" or (kind in ("changed", "other") and chance.random() < 0.34):
        written = _damaged(chance, written, lang, digits=digits)
    elif kind == "same":
        handle = chance.choice((handle, handle.upper()))
    post = Post("x", "1", "https://x.com/harbour_log/status/1", handle="harbour_log", text=text, lang=lang, created="2022-07-20T07:04:42Z")
    return Pair(kind, lang, Claims(handle=handle, text=written, lang=lang, date="2022-07-20"), post)


def _escaped(chance: random.Random, text: str) -> str:
    text = LINK.sub(lambda _: f"https://t.co/{chance.choice('abcdefgh')}Q7rsMqPR{chance.randrange(10)}", text)
    if chance.random() < 0.5:
        text = text.replace('"', chance.choice("“”„")).replace("'", "’")
    for _ in range(chance.choice((1, 1, 2))):
        text = html.escape(text, quote=chance.random() < 0.5)
    return text + chance.choice(("", " pic.twitter.com/eeBERzE2Dr"))


def _damaged(chance: random.Random, text: str, lang: str, *, digits: bool = True) -> str:
    text = LINK.sub(lambda found: chance.choice((found[0], "https://t.co/Q7rsMqPRZr", found[0].removeprefix("https://")[:14] + "…")), text)
    text = EMOJI.sub(lambda _: chance.choice(("", "??", "?", " ")), text)
    if lang in ("ar", "he", "fa"):
        return _laid_out(chance, text, stretch=lang != "he", digits=digits)
    text = "\n".join(_lines(chance, text))
    if lang in ("en", "de", "fr") and chance.random() < 0.5:
        for plain, ligature in LIGATURES.items():
            text = text.replace(plain, ligature)
    if lang not in ("ja", "hi"):
        long = [found for found in WORD.finditer(text) if len(found[0]) > 7 and found[0].isalpha() and found[0].isascii()]
        if long and chance.random() < 0.6:  # a word parted at a line's end
            at = chance.choice(long).start() + 4
            text = f"{text[:at]}{chance.choice(('-', chr(0xAD)))}\n{text[at:]}"
    return text.replace(" ", chance.choice((" ", "  ", "\u00a0"))) + chance.choice(("", " \u200b", "\ufeff"))


def _laid_out(chance: random.Random, text: str, *, stretch: bool, digits: bool) -> str:
    """Do to right-to-left text what the dump of a page did: lines; in some, two runs in reverse order, parted inside a word."""
    lines = []
    for line in _lines(chance, text):
        words = [found for found in WORD.finditer(line) if len(found[0]) > 3 and _is_rtl(found[0])]
        plain = not re.search(r"[0-9A-Za-z#%:.]", line)
        if words and plain and chance.random() < 0.7:
            found = chance.choice(words)
            at = found.start() + chance.randrange(1, len(found[0]) - 1)
            if not unicodedata.combining(line[at]):
                line = f"{line[at:]} {line[:at]}"  # noqa: PLW2901 - the line as it came out
        if stretch and chance.random() < 0.5:
            line = re.sub(r"(?<=[بتثسشصضطظعغفقكلمنهي])(?=[اآأبتثجحخسشعفقكلمنهوي])", lambda _: chance.choice(("", "ـ", "ــ")), line)  # noqa: PLW2901
        lines.append(line)
    text = "\n".join(lines)
    if digits and chance.random() < 0.4:  # a font that kept its digits to itself; those of links are of another font
        lost = chance.choice(("", "\ue010\ue011"))
        text = re.sub(r"(?<![!-~])[0-9:]*[0-9](?![!-$&-~])", lost, text)
    return text


def _lines(chance: random.Random, text: str) -> list[str]:
    words, lines = text.split(" "), []
    while words:
        size = chance.randrange(4, 9)
        lines.append(" ".join(words[:size]))
        words = words[size:]
    return lines


def _changed(chance: random.Random, text: str, lang: str) -> str:
    """Return a text with one word another, one letter off, gone, new, or changed with its neighbour; never one of a link."""
    links = [found.span() for found in LINK.finditer(text)]
    words = [
        found for found in WORD.finditer(text)
        if len(found[0]) > 2 and not re.search(r"\d", found[0]) and not any(start <= found.start() < end for start, end in links)
        and text[found.start() - 1 : found.start()] not in ("'", "\u200c") and text[found.end() : found.end() + 1] not in ("'", "\u200c")
    ]  # fmt: skip
    found = chance.choice(words)
    way = chance.choice(("another", "letter", "gone", "new", "swapped", "number"))
    numbers = [
        one for one in re.finditer(r"(?<![0-9])[0-9]+(?![0-9])", text) if not any(start <= one.start() < end for start, end in links)
    ]
    if way == "number" and numbers:
        one = chance.choice(numbers)
        return f"{text[: one.start()]}{int(one[0]) + chance.randrange(1, 40)}{text[one.end() :]}"
    if way == "letter":
        at = chance.randrange(found.start(), found.end())
        return text[:at] + chance.choice([one for one in LETTERS[lang] if one != text[at].lower()]) + text[at + 1 :]
    follower = next((one for one in words if one.start() == found.end() + 1), None)
    if way == "swapped" and follower is not None and found[0].lower() != follower[0].lower():
        return f"{text[: found.start()]}{follower[0]} {found[0]}{text[follower.end() :]}"
    if way == "gone" and lang != "ja":
        return text[: found.start()] + text[found.end() :]
    if way == "new":
        return f"{text[: found.start()]}{STRANGERS[lang]} {text[found.start() :]}"
    return text[: found.start()] + STRANGERS[lang] + text[found.end() :]


def _is_rtl(word: str) -> bool:
    return unicodedata.bidirectional(word[0]) in ("R", "AL")
