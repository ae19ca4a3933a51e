"""Look: what an open page shows, by a script of ours in an isolated world: the page's scripts cannot replace what is called, nor see it.

What is seen of a page is its document with what no markup of it says: shadow roots, closed ones too, as declarative ones (`template
shadowrootmode`), and style sheets that scripts put together, each as a `style` marked `data-archiver`. Its text is in the order of the flat
tree, where an element's shadow stands in its place (`innerText` leaves shadows out).

**Shadow roots.** `getHTML` writes those that it is handed. The open ones are found by walking, the closed ones by the browser's protocol,
which tells the whole document for it: asked for only where an element of the page's own making has no open one.

**Sheets from scripts**: adopted ones, and those of empty `style` elements that rules were put into (how most libraries of styles work). In
the markup they belong behind what is there, so for a moment a comment stands at the place, in the same turn of the page's loop.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from archiver.fetch.browser.cdp import Refused, Session

TEXT = 4 << 20  # code units
DOM = 24 << 20
# Elements that may have a shadow which scripts do not show to others: defined by the page, and without an open one.
DARK = """() => {
  const dark = tree => Array.from(tree.querySelectorAll('*')).some(
    one => one.shadowRoot ? dark(one.shadowRoot) : one.localName.includes('-') && one.matches(':defined'));
  return dark(document);
}"""
SHOWN = """(most, ...closed) => {
  document.getElementById('autoconsent-prehide')?.remove();  // a sheet of ours, which hides banners until one is declined
  const pictures = Array.from(document.images), shown = pictures.filter(one => one.complete && one.naturalWidth > 0);
  const kind = document.doctype, root = document.documentElement;
  const shadows = new Map(closed.map(one => [one.host, one]));
  const deep = new Set();  // elements with a shadow or a slot in them: their words are not all their own
  const late = root && document.adoptedStyleSheets.length ? [[document, document.adoptedStyleSheets]] : [];
  const walk = tree => {
    for (const one of tree.querySelectorAll('*')) {
      const shadow = one.shadowRoot || shadows.get(one);
      if (shadow) {
        shadows.set(one, shadow);
        if (shadow.adoptedStyleSheets.length) late.push([shadow, shadow.adoptedStyleSheets]);
        walk(shadow);
      }
      if (one.localName === 'style' && !one.textContent.trim() && one.sheet && one.sheet.cssRules.length) late.push([one, [one.sheet]]);
      if (shadow || (one.localName === 'slot' && tree !== document))
        for (let up = one; up && !deep.has(up); up = up.parentElement) deep.add(up);
    }
  };
  walk(document);

  const words = one => {
    const style = getComputedStyle(one);
    if (style.display === 'none') return '';
    if (one.localName === 'br') return '\\n';
    let said = '';
    if (!deep.has(one)) said = one.innerText || '';
    else {
      const given = one.localName === 'slot' ? one.assignedNodes() : [];
      for (const node of shadows.has(one) ? shadows.get(one).childNodes : given.length ? given : one.childNodes) {
        if (node.nodeType === Node.ELEMENT_NODE) said += words(node);
        else if (node.nodeType === Node.TEXT_NODE && style.visibility === 'visible') said += node.data.replace(/\\s+/g, ' ');
      }
    }
    return /^(inline|contents)/.test(style.display) ? said : '\\n' + said + '\\n';
  };
  const body = document.body || root;
  let text = body ? body.innerText || '' : '';
  try {
    if (shadows.size) text = words(body).replace(/[ \\t]*\\n(?: (?=\\S))?/g, '\\n').replace(/\\n{3,}/g, '\\n\\n').trim();
  } catch (tooDeep) { }

  const inside = () => {
    const shell = root.cloneNode(false).outerHTML, end = `</${root.localName}>`;
    if (document.contentType !== 'text/html' || !root.getHTML || !shell.endsWith(end)) return root.outerHTML;
    return shell.slice(0, -end.length) + root.getHTML({shadowRoots: Array.from(shadows.values())}) + end;
  };
  // Where a sheet that is in no markup belongs, a comment stands for a moment: no style, no script, no policy is touched by one.
  const marks = late.map(([place, sheets]) => {
    const mark = document.createComment('archiver-' + Math.random().toString(36).slice(2));
    place.localName === 'style' ? place.after(mark) : (place === document ? body : place).append(mark);
    const rules = sheet => Array.from(sheet.cssRules, rule => rule.cssText).join('\\n');
    const css = Array.from(sheets).filter(one => !one.disabled)
      .map(one => one.media.length ? `@media ${one.media.mediaText} {${rules(one)}}` : rules(one));
    return [mark, css.join('\\n').replace(/<\\/style/gi, '<\\\\/style')];
  });
  let dom = root ? inside() : '';
  for (const [mark, css] of marks) {
    dom = dom.replace(`<!--${mark.data}-->`, () => `<style data-archiver="from script">${css}</style>`);
    mark.remove();
  }

  let flat = null;
  try {
    if (shadows.size) {
      const made = new DOMParser().parseFromString(dom, 'text/html');
      const open = tree => tree.querySelectorAll('template[shadowrootmode]').forEach(one => {
        open(one.content);
        const plain = made.createElement('div');
        plain.append(one.content);
        one.replaceWith(plain);
      });
      open(made);
      flat = made.documentElement.outerHTML.slice(0, most[1]);
    }
  } catch (refused) { }
  return {
    title: document.title, url: location.href, contentType: document.contentType, text: text.slice(0, most[0]), flat,
    dom: ((kind ? new XMLSerializer().serializeToString(kind) + '\\n' : '') + dom).slice(0, most[1]),
    shadows: {open: shadows.size - closed.length, closed: closed.length, styles: marks.length},
    images: {total: pictures.length, loaded: shown.length}, frames: frames.length,
    height: (document.scrollingElement || root || {}).scrollHeight || 0,
  };
}"""


class World:
    """The main frame's isolated world; made anew where a navigation has ended it."""

    def __init__(self, page: Session) -> None:
        self.page = page

    async def run(self, function: str, argument: str) -> Any:
        """Call a function with a JSON argument and return its value. Refused where the document goes away meanwhile."""
        return await self.page.evaluate(f"({function})({argument})", contextId=await self._context())

    async def run_on(self, function: str, argument: Any, objects: Sequence[str]) -> Any:
        """Call a function with a value and with objects of this world, and return its value. Refused."""
        given = [{"value": argument}, *({"objectId": one} for one in objects)]
        said = await self.page.call(
            "Runtime.callFunctionOn",
            functionDeclaration=function,
            executionContextId=await self._context(),
            arguments=given,
            returnByValue=True,
        )
        if "exceptionDetails" in said:
            raise Refused(str(said["exceptionDetails"].get("exception", {}).get("description", "it threw"))[:500])
        return said["result"].get("value")

    async def closed(self) -> list[str]:
        """Return the page's closed shadow roots as objects of this world. Refused."""
        context = await self._context()
        try:
            said = await self.page.call("DOM.getDocument", depth=-1, pierce=True)
            found = [self.page.call("DOM.resolveNode", backendNodeId=one, executionContextId=context) for one in _closed(said["root"])]
            return [(await one)["object"]["objectId"] for one in found]
        finally:
            self.page.tell("DOM.disable")  # else every later change of the page is told

    async def _context(self) -> int:
        made = await self.page.call("Page.createIsolatedWorld", frameId=self.page.target, worldName="archiver")
        return int(made["executionContextId"])


def _closed(node: dict[str, Any]) -> Iterator[int]:
    """Yield the closed shadow roots of a document; frames are documents of their own."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        waiting += [*one.get("shadowRoots", ()), *one.get("children", ())]
        if one.get("shadowRootType") == "closed":
            yield one["backendNodeId"]


async def shown(world: World) -> dict[str, Any]:
    """Return what the page shows: title, text, DOM as it stands, pictures that loaded.

    `flat` is the DOM with shadow roots as plain elements, for readers that do not know them; None where there are none.
    """
    closed: list[str] = []
    with contextlib.suppress(Refused):
        closed = await world.closed() if await world.run(DARK, "") else []
    found: dict[str, Any] = await world.run_on(SHOWN, [TEXT, DOM], closed)
    return found
