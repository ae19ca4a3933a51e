"""The stylesheet of a card: no address in it, both colour schemes, sides named by the direction of the text (`inline-start`)."""

from __future__ import annotations

STYLE = """\
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --card: #fff; --ink: #14171a; --dim: #5b6670; --line: #d9dee3; --mark: #1a66a8; --face: #dce6ef; --warn: #8a4b00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #111417; --card: #1a1e22; --ink: #e8eaec; --dim: #9aa5af;
    --line: #333a41; --mark: #7fb8ea; --face: #2b3a48; --warn: #f0b46a;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  background: var(--ground); color: var(--ink); padding: 24px 16px;
  font: 17px/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic",
    "Noto Sans Hebrew", "Noto Sans CJK SC", sans-serif;
}
main { max-width: 600px; margin: 0 auto; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; overflow-wrap: anywhere; }
article > * + * { margin-block-start: 12px; }
article article { padding: 12px 14px; font-size: 15px; }
header { display: flex; gap: 12px; align-items: center; }
header p { display: flex; flex-direction: column; line-height: 1.35; min-width: 0; }
.face {
  flex: none; width: 44px; height: 44px; border-radius: 50%;
  background: var(--face); display: grid; place-items: center; font-weight: 600;
}
article article .face { width: 28px; height: 28px; font-size: 13px; }
.name { font-weight: 600; }
.handle, .when, .address, .reason { color: var(--dim); font-size: 15px; }
.handle { direction: ltr; }
.name, .handle { align-self: flex-start; }
.text, blockquote { white-space: pre-wrap; unicode-bidi: plaintext; text-align: start; font-size: 1.06em; line-height: 1.6; }
blockquote { border-inline-start: 3px solid var(--line); padding-inline-start: 14px; }
.url, .tag { color: var(--mark); unicode-bidi: plaintext; }
.media { display: grid; gap: 4px; border-radius: 10px; overflow: hidden; }
.n2, .n3, .n4 { grid-template-columns: 1fr 1fr; }
.n3 figure:first-child { grid-column: 1 / -1; }
figure { min-width: 0; }
img, video { display: block; width: 100%; max-height: 620px; object-fit: contain; background: var(--ground); }
.lost {
  background: var(--ground); border: 1px dashed var(--line); border-radius: 10px; padding: 18px; color: var(--dim);
  font-size: 15px; display: grid; place-content: center; text-align: center;
}
.address { font-size: 13px; direction: ltr; text-align: start; }
[dir="rtl"] .address { text-align: end; }
.missing { color: var(--warn); font-size: 15px; }
.gone h1 { font-size: 1.15em; color: var(--warn); }
.said { border-block-start: 1px solid var(--line); padding-block-start: 12px; color: var(--dim); font-size: 15px; }
footer { color: var(--dim); font-size: 13px; padding: 12px 4px; overflow-wrap: anywhere; }
"""
