"""Posts that an article quotes without their address: every way that networks, editors and styles sign them, in their languages."""

from __future__ import annotations

import pytest

from archiver.article.read import read
from archiver.citation.citation import Claims
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS

PROSE = "<p>" + "Some words of prose stand here so that the page has a body, and more of them follow in this very paragraph. " * 2 + "</p>"
WORDS = "We will not stop until every one of them is home again and safe."
SIGNED = [
    ("en bq", f"<blockquote><p>{WORDS}</p><p>— Jane Doe (@janedoe) July 20, 2022</p></blockquote>", "janedoe"),
    ("en bq br", f"<blockquote>{WORDS}<br>— Jane Doe (@janedoe) <a href='https://t.co/abc'>July 20, 2022</a></blockquote>", "janedoe"),
    ("en p", f"<p>“{WORDS}” — Jane Doe (@janedoe), July 20, 2022</p>", "janedoe"),
    (
        "de",
        "<blockquote><p>Wir werden nicht aufhören, bis alle wieder zu Hause sind.</p>— Jane Doe (@janedoe) 20. Juli 2022</blockquote>",
        "janedoe",
    ),
    (
        "fr",
        "<blockquote><p>Nous n'arrêterons pas tant qu'ils ne seront pas rentrés.</p>— Jane Doe (@janedoe) 20 juillet 2022</blockquote>",
        "janedoe",
    ),
    (
        "es",
        "<blockquote><p>No pararemos hasta que todos estén en casa otra vez.</p>— Jane Doe (@janedoe) 20 de julio de 2022</blockquote>",
        "janedoe",
    ),
    (
        "ja",
        "<blockquote><p>全員が帰ってくるまで、私たちは決してあきらめません。</p>— 山田太郎 (@yamada) 2022年7月20日</blockquote>",
        "yamada",
    ),
    ("ru", "<blockquote><p>Мы не остановимся, пока все они не вернутся домой.</p>— Иван (@ivan) 20 июля 2022 г.</blockquote>", "ivan"),
    ("tr", "<blockquote><p>Hepsi evlerine dönene kadar durmayacağız arkadaşlar.</p>— Ali (@ali) 20 Temmuz 2022</blockquote>", "ali"),
    ("ar", "<blockquote><p>لن نتوقف حتى يعود كل واحد منهم إلى بيته سالما معافى.</p>— أحمد (@ahmad) ٢٠ يوليو ٢٠٢٢</blockquote>", "ahmad"),
    ("hi", "<blockquote><p>जब तक सब घर नहीं लौट आते हम नहीं रुकेंगे भाइयों।</p>— राम (@ram) 20 जुलाई 2022</blockquote>", "ram"),
    (
        "ko",
        "<blockquote><p>모두가 집으로 돌아올 때까지 우리는 멈추지 않을 것입니다.</p>— 김철수 (@kim) 2022년 7월 20일</blockquote>",
        "kim",
    ),
    ("th", "<blockquote><p>เราจะไม่หยุดจนกว่าทุกคนจะกลับบ้านอย่างปลอดภัย</p>— สมชาย (@somchai) 20 กรกฎาคม 2022</blockquote>", "somchai"),
    ("pl", "<blockquote><p>Nie przestaniemy, dopóki wszyscy nie wrócą do domu.</p>— Jan (@jan) 20 lipca 2022</blockquote>", "jan"),
    ("dash missing", f"<blockquote><p>{WORDS}</p>Jane Doe (@janedoe) July 20, 2022</blockquote>", "janedoe"),
    ("two dashes", f"<blockquote><p>{WORDS}</p>-- Jane Doe (@janedoe) July 20, 2022</blockquote>", "janedoe"),
    ("UI copy", f"<p>Jane Doe</p><p>@janedoe</p><p>{WORDS}</p><p>1:22 PM · Jul 20, 2022 · Twitter for iPhone</p>", "janedoe"),
    ("UI copy2", f"<blockquote><p>Jane Doe @janedoe</p><p>{WORDS}</p><p>10:15 AM · Jul 20, 2022</p></blockquote>", "janedoe"),
    ("UI de", f"<p>Jane Doe<br>@janedoe</p><p>{WORDS}</p><p>1:22 nachm. · 20. Juli 2022</p>", "janedoe"),
    ("UI es", f"<p>Jane Doe<br>@janedoe</p><p>{WORDS}</p><p>1:22 p. m. · 20 jul. 2022</p>", "janedoe"),
    ("UI fr", f"<p>Jane Doe<br>@janedoe</p><p>{WORDS}</p><p>1:22 PM · 20 juil. 2022</p>", "janedoe"),
    ("UI ja", "<p>山田<br>@yamada</p><p>全員が帰ってくるまで、私たちは決してあきらめません。</p><p>午後1:22 · 2022年7月20日</p>", "yamada"),
    ("@h tweeted", f"<p>@janedoe tweeted: “{WORDS}”</p>", "janedoe"),
    ("Name (@h) tweeted", f"<p>Jane Doe (@janedoe) tweeted on Wednesday: “{WORDS}”</p>", "janedoe"),
    ("wrote on X", f"<p>Jane Doe (@janedoe) wrote on X: “{WORDS}”</p>", "janedoe"),
    ("in a tweet", f"<p>“{WORDS}”, Jane Doe wrote on Twitter on July 20, 2022.</p>", "Jane Doe"),
    ("In a post on X", f"<p>In a post on X, Jane Doe said: “{WORDS}”</p>", "Jane Doe"),
    ("tweeted quote after", f"<p>“{WORDS}” Jane Doe tweeted.</p>", "Jane Doe"),
    ("cited academic", f"<p>Jane Doe (@janedoe), “{WORDS},” Twitter, July 20, 2022.</p>", "janedoe"),
    ("APA", f"<p>Doe, J. [@janedoe]. (2022, July 20). <i>{WORDS}</i> [Tweet]. Twitter.</p>", "janedoe"),
    ("MLA", f"<p>@janedoe. “{WORDS}” <i>Twitter</i>, 20 July 2022, 1:22 p.m.</p>", "janedoe"),
    ("IG", f"<blockquote><p>{WORDS}</p><p>A post shared by Jane Doe (@janedoe) on Jul 20, 2022 at 6:11am PDT</p></blockquote>", "janedoe"),
    ("IG es", f"<blockquote><p>{WORDS}</p><p>Una publicación compartida de Jane Doe (@janedoe)</p></blockquote>", "janedoe"),
    ("IG de", f"<blockquote><p>{WORDS}</p><p>Ein Beitrag geteilt von Jane Doe (@janedoe)</p></blockquote>", "janedoe"),
    ("IG fr", f"<blockquote><p>{WORDS}</p><p>Une publication partagée par Jane Doe (@janedoe)</p></blockquote>", "janedoe"),
    ("IG pt", f"<blockquote><p>{WORDS}</p><p>Uma publicação compartilhada por Jane Doe (@janedoe)</p></blockquote>", "janedoe"),
    ("IG ja", f"<blockquote><p>{WORDS}</p><p>Jane Doe(@janedoe)がシェアした投稿</p></blockquote>", "janedoe"),
    ("IG ru", f"<blockquote><p>{WORDS}</p><p>Публикация от Jane Doe (@janedoe)</p></blockquote>", "janedoe"),
    ("IG ar", f"<blockquote><p>{WORDS}</p><p>تمت مشاركة منشور بواسطة Jane Doe (@janedoe)</p></blockquote>", "janedoe"),
    ("IG tr", f"<blockquote><p>{WORDS}</p><p>Jane Doe (@janedoe)'in paylaştığı bir gönderi</p></blockquote>", "janedoe"),
    (
        "FB",
        f"<blockquote><p>{WORDS}</p>Posted by <a href='https://www.facebook.com/x'>The Page</a> on Wednesday, July 20, 2022</blockquote>",
        "The Page",
    ),
    ("Bsky", f"<blockquote><p>{WORDS}</p>— Jane Doe (@jane.bsky.social) July 20, 2023 at 6:11 PM</blockquote>", "jane.bsky.social"),
    ("TikTok", f"<blockquote><section>@janedoe {WORDS} #fyp ♬ original sound - Jane</section></blockquote>", "janedoe"),
    ("ar said", '<p>وكتب أحمد علي على تويتر: "لن نتوقف حتى يعود كل واحد منهم إلى بيته سالما معافى".</p>', "أحمد علي"),
    (
        "fr said",
        "<p>Jeanne Dupont a écrit sur X : «&nbsp;Nous n'arrêterons pas tant qu'ils ne seront pas rentrés&nbsp;».</p>",
        "Jeanne Dupont",
    ),
    ("de said", "<p>Jana Meier schrieb auf Twitter: „Wir werden nicht aufhören, bis alle wieder zu Hause sind.“</p>", "Jana Meier"),
    ("es said", "<p>Ana Ruiz escribió en su cuenta de Twitter: “No pararemos hasta que todos estén en casa otra vez”.</p>", "Ana Ruiz"),
    ("ja said", "<p>山田太郎氏はツイッターで「全員が帰ってくるまで、私たちは決してあきらめません」と投稿した。</p>", "山田"),
    ("ru said", "<p>Иван Петров написал в Твиттере: «Мы не остановимся, пока все они не вернутся домой».</p>", "Иван Петров"),
    ("hashtag only quote", f"<blockquote><p>@janedoe: {WORDS}</p></blockquote>", "janedoe"),
    ("RT", f"<blockquote><p>RT @janedoe: {WORDS}</p></blockquote>", "janedoe"),
    ("dated bare", f"<blockquote><p>{WORDS}</p><p>@janedoe, July 20, 2022</p></blockquote>", "janedoe"),
    (
        "via attribution span",
        f"<blockquote><p>{WORDS}</p><footer>— Jane Doe (@janedoe) <time>20 July 2022</time></footer></blockquote>",
        "janedoe",
    ),
    (
        "profile link",
        f"<blockquote><p>{WORDS}</p>— Jane Doe (<a href='https://twitter.com/janedoe'>@janedoe</a>) July 20, 2022</blockquote>",
        "janedoe",
    ),
]
UNSIGNED = [
    "<p>Follow Jane Doe (@janedoe) on Twitter.</p>",
    "<p>By Jane Doe (@janedoe) July 20, 2022</p>",
    "<p>Photo: Jane Doe (@janedoe)</p>",
    f"<p>Jane Doe said on Tuesday: “{WORDS}”</p>",
    "<p>Contact @janedoe for more, July 20, 2022.</p>",
]


def mentioned(markup: str) -> list[Claims]:
    page = f"<!doctype html><html lang=en><body><article><h1>Head</h1>{PROSE}{markup}{PROSE}</article></body></html>"
    article = read(page.encode(), source="a.html", media_type="text/html", url="https://news.example/2022/07/story")
    return [one.claims for one in extract(article, PLATFORMS) if one.kind == "mention"]


@pytest.mark.parametrize(("markup", "whose"), [pytest.param(markup, whose, id=name) for name, markup, whose in SIGNED])
def test_every_signature(markup: str, whose: str):
    (claims,) = mentioned(markup)
    assert whose == claims.handle or whose in (claims.author or "")
    assert claims.text


@pytest.mark.parametrize("markup", UNSIGNED)
def test_what_quotes_no_post(markup: str):
    assert mentioned(markup) == []
