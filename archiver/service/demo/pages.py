"""The pages that the article links to: a flaky one with everything that a page needs, and one whose host is gone.

All words are ours; the addresses are those that the article cites.
"""

from __future__ import annotations

from itertools import count
from urllib.parse import quote

from archiver.service.demo.picture import font, png
from archiver.service.demo.server import Answer, Request, page, redirect

BBC = "https://www.bbc.com/arabic/middleeast-59401649"
LOST_PATH = "/" + quote("قيمة-500-مليون-دولار-المغرب-تشتري-منظومة") + "/"
LOST = f"https://double-cross.org{LOST_PATH}"
STATIC, PICTURES = "static.files.bbci.co.uk", "ichef.bbci.co.uk"

REPORT = """<!doctype html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8">
<title>صفحة مقروءة عن زيارة وزير إلى الرباط</title>
<link rel="canonical" href="https://www.bbc.com/arabic/middleeast-59401649">
<meta property="og:url" content="https://www.bbc.com/arabic/middleeast-59401649">
<meta property="og:type" content="article">
<meta property="og:title" content="صفحة مقروءة عن زيارة وزير إلى الرباط">
<link rel="icon" href="https://static.files.bbci.co.uk/demo/icon.png" type="image/png">
<link rel="stylesheet" href="https://static.files.bbci.co.uk/demo/page.css">
</head><body><main><h1>صفحة مقروءة عن زيارة وزير إلى الرباط</h1>
<p>كتبنا هذه الصفحة للشبكة الصغيرة التي يشغلها العرض على الجهاز نفسه، فلا كلمة فيها منقولة عن أحد.</p>
<figure><img src="https://ichef.bbci.co.uk/demo/240/rabat.png" alt="شرائط ملونة"
 srcset="https://ichef.bbci.co.uk/demo/240/rabat.png 240w, https://ichef.bbci.co.uk/demo/480/rabat.png 480w" sizes="50vw"></figure>
<p>تجيب الصفحة في المرة الأولى بأنها مشغولة وتطلب ثانية من الصبر، ثم تجيب كاملة في المرة التالية.</p>
<p>وفيها إطار صغير وصورة بمقاسين وخط وأيقونة، لكي يظهر أن الحفظ يشمل ما تحتاج إليه الصفحة لتبدو كما كانت.</p>
<iframe src="/arabic/demo/map" title="خريطة"></iframe>
</main></body></html>
"""
FRAME = """<!doctype html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>خريطة صغيرة</title></head>
<body><p>إطار داخل الصفحة.</p><img src="https://ichef.bbci.co.uk/demo/map.png" alt=""></body></html>
"""
STYLE = """@import "type.css";
main { max-width: 40em; margin: auto; padding: 1em 2em; line-height: 1.8; background: url("paper.png"); }
img { max-width: 100%; }
"""
TYPE = '@font-face { font-family: "Demo Naskh"; src: url("naskh.woff2") format("woff2"); }\nbody { font-family: "Demo Naskh", serif; }\n'
VISIT = """<!doctype html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>برنامج الزيارة</title></head>
<body><h1>برنامج الزيارة</h1><p>إلى هنا يقود الرابط القصير في التغريدة. الصفحة من كتابتنا.</p></body></html>
"""
LOST_PAGE = """<!doctype html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8">
<title>بقيمة 500 مليون دولار: منظومة جديدة</title>
<link rel="stylesheet" href="/demo/page.css">
</head><body><article><h1>بقيمة 500 مليون دولار: منظومة جديدة</h1>
<p>اختفى موقع هذه الصفحة، ولم يبق منها إلا ما حفظه أرشيف الويب. النص هنا من كتابتنا وليس نص الموقع.</p>
<p>يذكر المقال الذي يستشهد بها مبلغ 500 مليون دولار ومنظومة للدفاع الجوي، وهذا ما يربط الرابط بموضعه.</p>
</article></body></html>
"""


def routes() -> dict[tuple[str, str], Answer]:
    """Return what the linked pages answer. Nothing answers for double-cross.org: its connections are refused."""
    return {
        ("www.bbc.com", "/arabic/middleeast-59401649"): _flaky(),
        ("www.bbc.com", "/arabic/demo/map"): page(FRAME),
        ("bbc.com", "/arabic/middleeast-59401649"): redirect(BBC, "301 Moved Permanently"),
        (STATIC, "/demo/page.css"): page(STYLE, media_type="text/css"),
        (STATIC, "/demo/type.css"): page(TYPE, media_type="text/css"),
        (STATIC, "/demo/naskh.woff2"): page(font("naskh"), media_type="font/woff2"),
        (STATIC, "/demo/paper.png"): page(png("paper", 32, 32, pale=True), media_type="image/png"),
        (STATIC, "/demo/icon.png"): page(png("icon", 32, 32), media_type="image/png"),
        (PICTURES, "/demo/240/rabat.png"): page(png("rabat", 240, 135), media_type="image/png"),
        (PICTURES, "/demo/480/rabat.png"): page(png("rabat", 480, 270), media_type="image/png"),
        (PICTURES, "/demo/map.png"): page(png("map", 160, 120), media_type="image/png"),
        ("www.small-web.test", "/visit"): page(VISIT),
    }


def _flaky() -> Answer:
    """Answer 503 to the first request, asking for one second of patience, and the page to all later ones."""
    requests = count()

    def answer(_request: Request) -> bytes:
        if next(requests) == 0:
            return page("<!doctype html><title>503</title><p>مشغول الآن.</p>", "503 Service Unavailable", headers=[("Retry-After", "1")])
        return page(REPORT, headers=[("ETag", '"report-1"'), ("Cache-Control", "max-age=60")])

    return answer
