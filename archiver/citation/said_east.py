"""Posts quoted in a sentence, as `said`, in Japanese, Chinese and Korean: who, on which network, and the words in the script's own marks.

    山田太郎氏はX（旧ツイッター）で「…」と投稿した。      李明在推特上写道：“…”      김철수 의원은 트위터에 “…”라고 썼다.

Nothing parts words there, so the name is told by what must stand behind it: a title or the topic's particle and the network. Verb and
marks are asked for as well; the words are at least a clause long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.article.article import Article
from archiver.citation.attribution import Attribution

NETWORKS = {
    "ツイッター": "x", "フェイスブック": "facebook", "インスタグラム": "instagram", "推特": "x", "脸书": "facebook", "臉書": "facebook",
    "트위터": "x", "엑스": "x", "페이스북": "facebook", "인스타그램": "instagram", "텔레그램": "telegram", "X": "x",
}  # fmt: skip
JAPANESE = re.compile(
    r"(?P<name>[\u3005\u30a0-\u30ff\u3400-\u9fff・]{2,16}?)(?:氏|さん|議員|大統領|首相|元首相|選手|知事|市長|監督|大臣|教授|代表)(?:は|が|も)"
    r"[^\n「」。]{0,30}?(?P<network>(?<![A-Za-z])X(?![A-Za-z])|ツイッター|フェイスブック|インスタグラム)[^\n「」。]{0,20}?「"
    r"(?P<words>[^「」\n]{12,400})」(?:など)?と(?:投稿|ツイート|書き込|つぶや|発信|綴|述べ|コメント|訴え|報告|発表)"
)
CHINESE = re.compile(
    r"(?P<name>[\u3400-\u9fff·]{2,12}?)(?:[周星期昨今当日天]{1,3}[一二三四五六日]?)?在(?:其|他的|她的|个人|個人)?"
    r"(?P<network>推特|脸书|臉書|X)(?:平台|帳號|账号)?上?(?:写道|寫道|表示|发文称|發文稱|发文|發文|称|稱|说|說|发帖称)[：:，,]?\s?"
    r"[“「\"](?P<words>[^“”「」\"\n]{12,400})[”」\"]"
)
KOREAN = re.compile(
    r"(?P<name>[\uac00-\ud7af]{2,5})(?:\s(?:대통령|의원|총리|장관|대표|씨|감독|선수|전 대통령))?(?:은|는|이|가)\s[^\n“”\".]{0,25}?"
    r"(?P<network>트위터|엑스|페이스북|인스타그램|텔레그램|X)[^\n“”\"]{0,15}?\s[“\"](?P<words>[^“”\"\n]{12,400})[”\"](?:이?라고|며|고)"
)
SIGNS = {JAPANESE: "「", CHINESE: "在", KOREAN: "은는이가"}  # one of them stands in all that the pattern finds


def said_in_the_east(article: Article) -> Iterator[Attribution]:
    """Yield the posts that sentences in these languages quote, in no order; `handle` and `day` are None."""
    text = article.text
    patterns = [pattern for pattern, signs in SIGNS.items() if not article.signs.isdisjoint(signs)]
    if not patterns or not (any(word in text for word in NETWORKS if word != "X") or any(f"X{sign}" in text for sign in "（でに上平")):
        return
    for pattern in patterns:
        for found in pattern.finditer(text):
            spans = found.start("name"), found.start("words")
            yield Attribution(*spans, found["name"], None, None, found.span("words"), NETWORKS[found["network"]])
