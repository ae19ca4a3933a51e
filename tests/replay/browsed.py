"""A page that is empty until its scripts have run, the web behind it, and what a reader saw: words and pictures, each told apart.

Every word comes by another way: read and posted in four encodings, coded in three, put to another site, from a frame of another site.
Two posts go to one address, and only what was posted tells their answers apart.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from ssl import SSLContext

import brotli

from archiver.service.demo.picture import png
from archiver.service.demo.server import Answer, LoopbackServer, Request, page

URL = "https://app.test/"
SHELL = """<!doctype html><html lang=ar dir=rtl><meta charset=utf-8><title>Shell</title><link rel=stylesheet href=/s.css>
<body><noscript>Switch scripts on</noscript><div id=root></div><script src=/app.js></script>"""
APP = """
const root = document.getElementById('root')
const put = (id, text) => { const one = document.createElement('p'); one.id = id; one.textContent = text; root.append(one) }
const words = (id, ...asked) => fetch(...asked).then(a => a.text()).then(text => put(id, text), error => put(id, String(error)))
const posted = (id, url, body, type) => words(id, url, {method: 'POST', body, headers: type ? {'content-type': type} : {}})
const JSON_ = 'application/json', FORM = 'application/x-www-form-urlencoded'
const form = new FormData(); form.append('name', 'value'); form.append('other', 'ü b')
const all = [
  fetch('/data?b=2&a=1').then(a => a.json()).then(said => { document.title = said.title; put('data', said.words) }),
  posted('search1', '/search', JSON.stringify({query: 'café', page: 1.5, all: true, tags: ['a', 'b'], none: null}), JSON_),
  posted('search2', '/search', JSON.stringify({query: 'مقال', page: 2.0, deep: {all: false}}), JSON_),
  posted('form', '/form?z=1', 'b=two+words&a=%C3%A9', FORM), posted('multipart', '/form', form),
  posted('text', '/text', 'plain words'), posted('bytes', '/bytes', new Uint8Array([0, 255, 13, 10, 0, 128])),
  words('put', 'https://third.test/put', {method: 'PUT', body: 'put', headers: {'x-mine': '1'}}),
  words('gzip', '/gzip.txt'), words('br', '/br.txt'), words('deflate', '/deflate.txt'),
]
Promise.all(all).then(() => {
  const picture = (id, url) => { const one = document.createElement('img'); one.id = id; one.src = url; one.style = 'display:block'; root.append(one) }
  picture('first', '/first.png')
  const seen = new IntersectionObserver(found => found.forEach(one => {
    if (!one.isIntersecting) return
    seen.unobserve(one.target); one.target.src = one.target.dataset.late
  }))
  for (let n = 0; n < 4; n++) {
    const one = document.createElement('img'); one.id = 'late' + n; one.dataset.late = '/late' + n + '.png'
    one.style = 'display:block;margin-top:900px;min-width:1px;min-height:1px'; root.append(one); seen.observe(one)
  }
  const frame = document.createElement('iframe'); frame.src = 'https://third.test/frame'; root.prepend(frame)
})
"""
INNER = """<!doctype html><meta charset=utf-8><title>Frame</title><p id=framed>framed words</p><img id=inner src=/inner.png>"""
PICTURES = {"first": 11, **{f"late{n}": 20 + n for n in range(4)}}
WORDS = {
    "data": "كلمات جاءت بها الشيفرة",
    "search1": "found for café",
    "search2": "found for مقال",
    "form": "form: b=two+words&a=%C3%A9",
    "multipart": "form: several parts",
    "text": "told: plain words",
    "bytes": "six bytes",
    "put": "put away",
    "gzip": "unpacked words",
    "br": "unbrotlied words",
    "deflate": "undeflated words",
}
FRAMED = {"framed": "framed words"}, {"inner": 31}
LOOK = """(() => {
  if (!document.getElementById('%s')) return null
  const found = [{}, {}]
  for (const one of document.querySelectorAll('p[id]')) found[0][one.id] = one.textContent
  for (const one of document.images) if (one.complete && one.naturalWidth) found[1][one.id] = one.naturalWidth
  const late = [...document.images].find(one => !found[1][one.id])
  if (late) late.scrollIntoView()
  return Object.keys(found[0]).length >= %d && Object.keys(found[1]).length >= %d && found
})()"""
CORS = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Allow-Headers", "x-mine")]


def web(tls: SSLContext) -> LoopbackServer:
    """Return the web, not yet running."""
    said = json.dumps({"title": "Played page", "words": WORDS["data"]})
    routes: dict[tuple[str, str], Answer | Callable[[Request], Answer]] = {
        ("app.test", "/"): _coded(SHELL, "text/html; charset=utf-8", "gzip", gzip.compress),
        ("app.test", "/app.js"): _coded(APP, "text/javascript; charset=utf-8", "br", brotli.compress),
        ("app.test", "/s.css"): page(b"p { color: rgb(1, 2, 3) }", media_type="text/css"),
        ("app.test", "/data?b=2&a=1"): page(said, media_type="application/json"),
        ("app.test", "/search"): lambda request: _text("search1" if "café" in json.loads(request.body)["query"] else "search2"),
        ("app.test", "/form?z=1"): lambda request: page(b"form: " + request.body, media_type="text/plain"),
        ("app.test", "/form"): _text("multipart"),
        ("app.test", "/text"): lambda request: page(b"told: " + request.body, media_type="text/plain"),
        ("app.test", "/bytes"): _text("bytes"),
        ("app.test", "/gzip.txt"): _coded(WORDS["gzip"], "text/plain", "gzip", gzip.compress),
        ("app.test", "/br.txt"): _coded(WORDS["br"], "text/plain", "br", brotli.compress),
        ("app.test", "/deflate.txt"): _coded(WORDS["deflate"], "text/plain", "deflate", zlib.compress),
        ("third.test", "/put"): lambda request: page(b"" if request.method == "OPTIONS" else WORDS["put"].encode(), headers=CORS),
        ("third.test", "/frame"): page(INNER),
        ("third.test", "/inner.png"): page(png("inner", 31, 9), media_type="image/png"),
    }
    routes |= {("app.test", f"/{name}.png"): page(png(name, width, 9), media_type="image/png") for name, width in PICTURES.items()}
    return LoopbackServer(routes, tls=tls)


def _text(name: str) -> bytes:
    return page(WORDS[name].encode(), media_type="text/plain; charset=utf-8")


def _coded(body: str, media_type: str, coding: str, press: Callable[[bytes], bytes]) -> bytes:
    return page(press(body.encode()), media_type=media_type, headers=[("Content-Encoding", coding)])
