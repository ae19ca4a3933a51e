"""The stylesheet of a card: no address in it, both colour schemes, sides named by the direction of the text (`inline-start`)."""

from __future__ import annotations

STYLE = """\
:root {
  color-scheme: light dark;
  --ground: #eef0f3; --card: #fff; --ink: #14171a; --dim: #55606b; --line: #d7dce2; --mark: #175c9c;
  --face: #dbe6f0; --inner: #f7f8fa; --warn: #8a4b00; --bar: #cfe1f2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1215; --card: #191d21; --ink: #e8eaec; --dim: #a0abb5; --line: #343b43; --mark: #86bcec;
    --face: #2b3a48; --inner: #20252a; --warn: #f0b46a; --bar: #28435b;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  background: var(--ground); color: var(--ink); padding: 24px 16px; -webkit-text-size-adjust: 100%;
  font: 17px/1.5 "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans CJK JP", system-ui, "Segoe UI", sans-serif;
}
main { max-width: 600px; margin: 0 auto; }
article {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 18px 20px;
  overflow-wrap: anywhere; text-align: start;
}
article > * + * { margin-block-start: 12px; }
article article { background: var(--inner); padding: 12px 14px; font-size: 15px; border-radius: 10px; }
article article > * + * { margin-block-start: 8px; }
.answers { color: var(--dim); font-size: 14px; }
.answers + article { margin-block-start: 6px; margin-block-end: 18px; }
header { display: flex; gap: 12px; align-items: center; }
header p { display: flex; flex-direction: column; line-height: 1.35; min-width: 0; flex: 1; }
.face {
  flex: none; width: 44px; height: 44px; border-radius: 50%;
  background: var(--face); display: grid; place-items: center; font-weight: 600;
}
article article .face { width: 30px; height: 30px; font-size: 13px; }
.network {
  flex: none; align-self: flex-start; color: var(--dim); border: 1px solid var(--line); border-radius: 99px;
  font-size: 13px; padding: 1px 10px;
}
.name { font-weight: 600; }
.handle, .when, .address, .reason { color: var(--dim); font-size: 15px; }
article article .handle, article article .when { font-size: 13px; }
.name, .handle { align-self: flex-start; max-width: 100%; }
.text, blockquote { white-space: pre-wrap; unicode-bidi: plaintext; text-align: start; font-size: 1.06em; line-height: 1.65; }
blockquote { border-inline-start: 3px solid var(--line); padding-inline-start: 14px; }
.url, .tag { color: var(--mark); unicode-bidi: isolate; }
.media { display: grid; gap: 6px; }
.n2, .n3, .n4 { grid-template-columns: 1fr 1fr; }
.n3 figure:first-child { grid-column: 1 / -1; }
figure { min-width: 0; display: flex; flex-direction: column; }
img, video { display: block; width: 100%; max-height: 620px; object-fit: contain; background: var(--inner); border-radius: 10px; }
.n2 img, .n3 img, .n4 img { flex: 1; object-fit: cover; max-height: 300px; }
audio { width: 100%; }
figcaption { color: var(--dim); font-size: 13px; line-height: 1.45; padding: 6px 4px 0; }
.alt { display: block; unicode-bidi: plaintext; text-align: start; }
.lost { border: 1px dashed var(--line); border-radius: 10px; padding: 16px; background: var(--inner); justify-content: center; }
.lost figcaption { padding: 0; text-align: center; font-size: 15px; }
.lost .alt { text-align: center; font-size: 13px; }
.lost img + figcaption { padding-block-start: 10px; }
.poll ul { list-style: none; padding: 0; display: grid; gap: 6px; }
.poll li {
  position: relative; display: flex; gap: 10px; justify-content: space-between; padding: 7px 12px;
  border: 1px solid var(--line); border-radius: 8px; overflow: hidden;
}
.poll li > * { position: relative; }
.poll .bar { position: absolute; inset-block: 0; inset-inline-start: 0; background: var(--bar); }
.poll .share { color: var(--dim); flex: none; font-variant-numeric: tabular-nums; }
.poll .when { margin-block-start: 8px; }
.when bdi { display: inline-block; }
.edited { color: var(--warn); font-weight: 600; }
.address { font-size: 13px; }
.missing { color: var(--warn); font-size: 15px; }
.fate { color: var(--warn); font-size: 15px; padding: 0 6px 12px; }
.gone h1 { font-size: 1.15em; color: var(--warn); }
.said { border-block-start: 1px solid var(--line); padding-block-start: 12px; color: var(--dim); font-size: 15px; }
footer { color: var(--dim); font-size: 13px; padding: 12px 6px; overflow-wrap: anywhere; }
"""
