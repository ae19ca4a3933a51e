// What the pages can do besides: walk through the citations by keyboard, and light up what belongs together. Without it nothing is missing.
"use strict";
(() => {
  const entries = [...document.querySelectorAll("[data-entry]")];
  const keys = document.querySelector(".keys");
  if (keys && entries.length) keys.hidden = false;

  const belonging = (number) => [
    ...document.querySelectorAll(`[data-entry="${number}"], [data-cite="${number}"], [data-cites~="${number}"]`),
  ];
  let lit = [];
  const light = (number) => {
    for (const element of lit) element.classList.remove("lit");
    lit = number ? belonging(number) : [];
    for (const element of lit) element.classList.add("lit");
  };
  const numberAt = (target) => {
    const element = target instanceof Element ? target.closest("[data-cite], [data-cites], [data-entry]") : null;
    if (!element) return "";
    const data = element.dataset;
    return data.cite || data.entry || data.cites.split(" ").pop();
  };
  document.addEventListener("pointerover", (event) => light(numberAt(event.target) || current));
  document.addEventListener("focusin", (event) => light(numberAt(event.target) || current));

  let current = "";
  const within = (entry) => entry.closest("details:not([open])") === null;
  const walk = (step) => {
    const shown = entries.filter(within);
    if (!shown.length) return;
    const at = shown.findIndex((entry) => entry.dataset.entry === current);
    const next = shown[at < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + step))];
    current = next.dataset.entry;
    const chip = document.querySelector(`.text [data-cite="${current}"], .sheet [data-cite="${current}"]`);
    const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    if (chip) chip.scrollIntoView({ block: "center", behavior: smooth });
    next.scrollIntoView({ block: "nearest", behavior: "auto" });
    next.querySelector("h3 a").focus({ preventScroll: true });
    light(current);
  };
  const follow = (relation) => {
    const link = document.querySelector(`a[rel="${relation}"]`);
    if (link) link.click();
  };

  document.addEventListener("click", (event) => {
    const mark = event.target instanceof Element ? event.target.closest("mark[data-cites]") : null;
    if (!mark || String(getSelection())) return;
    current = numberAt(mark);
    const entry = document.getElementById(`citation-${current}`);
    if (entry) {
      entry.scrollIntoView({ block: "nearest" });
      entry.querySelector("h3 a").focus({ preventScroll: true });
      light(current);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
    const step = { j: 1, k: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && event.target.closest(".scroll, .head, video")) return;
    if (step && entries.length) {
      walk(step);
      event.preventDefault();
    } else if (step) {
      follow(step > 0 ? "next" : "prev");
    } else if (event.key === "/") {
      const field = document.querySelector("form[role=search] input");
      if (field) {
        field.focus();
        event.preventDefault();
      }
    }
  });
  if (location.hash.startsWith("#citation-")) {
    current = location.hash.slice("#citation-".length);
    light(current);
  }
})();
