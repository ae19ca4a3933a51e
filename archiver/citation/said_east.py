"""Posts quoted in a sentence, as `said`, where sentences are built otherwise: Arabic, Persian, Hebrew, Turkish, Hindi, and the Far East.

    وكتب أحمد علي على تويتر: "…"      山田太郎氏はX（旧ツイッター）で「…」と投稿した。
    李明在推特上写道：“…”               김철수 의원은 트위터에 “…”라고 썼다.

A name has no capitals there, and often no blank behind it, so it is told by what must stand around it: verb and preposition, a title or the
topic's particle. Network, verb and marks are asked for; the words are at least a clause long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from archiver.article.article import Article
from archiver.citation.attribution import Attribution
from archiver.citation.saying import pattern

NAMED = {
    "x": "تويتر إكس اكس توییتر توئیتر ایکس טוויטר אקס ツイッター 推特 트위터 엑스 ट्विटर एक्स X Twitter",
    "facebook": "فيسبوك فیسبوک פייסבוק フェイスブック 脸书 臉書 페이스북 फेसबुक Facebook",
    "instagram": "إنستغرام انستغرام إنستجرام اینستاگرام אינסטגרם インスタグラム 인스타그램 इंस्टाग्राम Instagram",
    "telegram": "تلغرام تيليغرام تليغرام تلگرام טלגרם 텔레그램 Telegram",
}
NETWORKS = {name: platform for platform, names in NAMED.items() for name in names.split()}
NETWORK = "(?:" + "|".join(sorted(NETWORKS, key=len, reverse=True)) + ")"
SHOWN = re.compile(NETWORK)
TWEETS = ("تغريد", "غرد", "غرّد", "توییت", "توئیت", "צייצ", "צייץ", "ציוץ", "ट्वीट")
WORDS = r"(?P<words>[^\n“”\"«»„״]{25,600})"
LONG = r"[^\n“”\"「」]{12,400}"

LETTERS = frozenset("وكقغأنعدصذشرفیپگכצאפהוışğİŞकहलब「在은는이가")  # one of them stands in all that is looked for

ARABIC_VERB = "(?:و|ف)?(?:كتب|قال|غر[َّ]{0,2}د|أضاف|نشر|أعلن|عل[َّ]{0,2}ق|دو[َّ]{0,2}ن|أكد|صر[َّ]{0,2}ح|ذكر|أوضح|اعتبر|شد[َّ]{0,2}د|رد[َّ]{0,2})ت?"
ARABIC_WHERE = (
    "(?:و|ف)?(?:على|عبر|في|من خلال) (?:(?:حساب|صفحة|حسابه|حسابها|صفحته|صفحتها)(?: (?:الرسمي|الشخصي)ة?)? (?:على|في|عبر) )?"
    '(?:(?:منصة|موقع|شبكة|تطبيق)(?: التواصل(?: الاجتماعي)?)? )?["“«(]?' + NETWORK + '["”»)]?'
)
ARABIC_TWEET = "في (?:(?:سلسلة|إحدى|عدة) )?(?:تغريدة|تغريدات|تغريدته|تغريدتها)"
ARABIC_POST = "في (?:منشور|تدوينة|رسالة|بيان|تعليق)(?: (?:له|لها|نشره|نشرها|مقتضب|مطول))? "
PERSIAN_VERB = "(?:نوشت|نوشته است|نوشته بود|گفت|اعلام کرد|تاکید کرد|تأکید کرد|اظهار کرد|آورده است)"
HEBREW_VERB = "ו?(?:כתב|כתבה|צייץ|צייצה|אמר|אמרה|פרסם|פרסמה|הגיב|הגיבה|ציין|ציינה|הוסיף|הוסיפה)"
TURKISH_VERB = (
    "(?:dedi|diye yazdı|yazdı|ifadelerini kullandı|ifadesini kullandı|ifadelerine yer verdi|açıklamasını yaptı|diye konuştu|diyerek"
    "|mesajını paylaştı|notunu paylaştı|değerlendirmesinde bulundu|şeklinde)"
)


NAME = r"(?P<name>[^\W\d_]+(?: [^\W\d_]+){0,5}?)"
OPENED = r" {0,2}[“\"«„״]"
REST = r"[^\n:“”\"«».]{0,40}"
ARABIC_MEDIUM = rf"(?:(?:{ARABIC_POST})?{ARABIC_WHERE}|{ARABIC_TWEET}(?:(?: [^\W\d_]+){{0,3}}? {ARABIC_WHERE})?)"


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile the shapes, when they are needed first, each with the characters of which one stands in all that it finds."""
    verb_first = rf"(?<!\w){ARABIC_VERB} (?:{NAME} )?{ARABIC_MEDIUM}{REST}[:،,]{OPENED}{WORDS}"
    medium_first = rf"(?: [^\W\d_]+){{0,3}}?،? {ARABIC_VERB}(?: {NAME}(?=[:،,]| قائل))?{REST}[:،,]{OPENED}{WORDS}"
    persian = rf"(?:{NETWORK}|تو[یئ]یتی|توئیتی)[^\n:«»\".]{{0,30}}?{PERSIAN_VERB}(?: که)?[:؛،]?{OPENED}{WORDS}"
    hebrew = rf"ב(?:חשבו(?:ן|נו|נה|נם) |עמוד[והם]? |פוסט |ציוץ |רשת )?(?:ה\w+ )?(?:ב|ה)?-?{NETWORK}{REST}[:,]{OPENED}{WORDS}"
    turkish = rf"{NETWORK}(?:['’]\w{{1,5}})?(?: \w+){{0,8}}[,:]?{OPENED}{WORDS}[”\"»],? {{0,2}}{TURKISH_VERB}"
    hindi = r"[^\n:\"“”‘’']{0,40}(?:लिखा|कहा|किया|बताया)(?: कि| है)?[:,–-]? {0,2}[“\"‘'](?P<words>[^\n“”\"‘’']{25,600})"
    japanese = (
        r"(?P<name>[\u3005\u30a0-\u30ff\u3400-\u9fff・]{2,16}?)(?:氏|さん|議員|大統領|首相|元首相|選手|知事|市長|監督|大臣|教授|代表)(?:は|が|も)"
        rf"[^\n「」。]{{0,30}}?(?<![A-Za-z]){NETWORK}(?![A-Za-z])[^\n「」。]{{0,20}}?「(?P<words>{LONG})」"
        r"(?:など)?と(?:投稿|ツイート|書き込|つぶや|発信|綴|述べ|コメント|訴え|報告|発表)"
    )
    chinese = (
        r"(?P<name>[\u3400-\u9fff·]{2,12}?)(?:[周星期昨今当日天]{1,3}[一二三四五六日]?)?在(?:其|他的|她的|个人|個人)?"
        rf"{NETWORK}(?:平台|帳號|账号)?上?(?:写道|寫道|表示|发文称|發文稱|发文|發文|称|稱|说|說|发帖称)[：:，,]?\s?[“「\"](?P<words>{LONG})[”」\"]"
    )
    korean = (
        r"(?P<name>[\uac00-\ud7af]{2,5})(?:\s(?:대통령|의원|총리|장관|대표|씨|감독|선수|전 대통령))?(?:은|는|이|가)\s[^\n“”\".]{0,25}?"
        rf"{NETWORK}[^\n“”\"]{{0,15}}?\s[“\"](?P<words>{LONG})[”\"](?:이?라고|며|고)"
    )
    return (
        ("وكقغأنعدصذشرف", pattern(verb_first)),
        ("وفع", pattern(rf"(?<!\w)(?:و|ف)?{ARABIC_MEDIUM}{medium_first}")),
        ("یکپگ", pattern(rf"(?<!\w)(?:در|توسط) [^\n:«»\".]{{0,40}}?{persian}")),
        ("כצאפהו", pattern(rf"(?<!\w){HEBREW_VERB} (?:{NAME} )?{hebrew}")),
        ("צ", pattern(rf"(?<!\w)ו?(?:צייץ|צייצה)(?: {NAME})?{REST}[:,]{OPENED}{WORDS}")),
        ("ıışğİŞ", pattern(rf"(?<!\w){turkish}")),
        ("कहलब", pattern(rf"(?:{NETWORK} पर|ट्वीट){hindi}")),
        ("「", pattern(japanese)),
        ("在", pattern(chinese)),
        ("은는이가", pattern(korean)),
    )


def said_in_the_east(article: Article) -> Iterator[Attribution]:
    """Yield the posts that sentences in these languages quote, in no order; `handle` and `day` are None, as the author is of most."""
    text, signs = article.text, article.signs
    if signs.isdisjoint(LETTERS) or not any(word in text for word in (*NETWORKS, *TWEETS)):
        return
    for wanted, shape in _shapes():
        for found in shape.finditer(text) if not signs.isdisjoint(wanted) else ():
            named = SHOWN.search(text, found.start(), found.start("words"))
            author = found["name"] if "name" in shape.groupindex else None
            start = found.start("name") if author else found.start()
            yield Attribution(
                start, found.start("words") - 1, author, None, None, found.span("words"), NETWORKS[named[0]] if named else "x"
            )
