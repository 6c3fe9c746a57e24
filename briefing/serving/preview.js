// Shows the page as it is now, where the reader was, and what is wrong with the files.
"use strict";

const overlay = document.createElement("div");
const inside = overlay.attachShadow({ mode: "open" });
const style = document.createElement("style");
style.textContent = `
  :host { all: initial; position: fixed; inset: auto 0 0 0; z-index: 2147483647; color-scheme: light dark;
    font: 14px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
  section { background: Canvas; color: CanvasText; border-top: 4px solid #9a6700; max-height: 45vh; overflow: auto;
    padding: .75rem 1rem; box-shadow: 0 -2px 16px #0005; }
  section.failed { border-color: #c62828; }
  h2 { font: 600 14px/1.4 system-ui, sans-serif; margin: 0 3rem .5rem 0; }
  ul { list-style: none; margin: 0; padding: 0; }
  li { padding: .35rem 0; border-top: 1px solid #8885; white-space: pre-wrap; overflow-wrap: anywhere; }
  li.error::before { content: "■ "; color: #c62828; }
  li.warning::before { content: "■ "; color: #9a6700; }
  small { display: block; font-size: 13px; opacity: .85; padding-left: 1.2em; }
  button { position: absolute; top: .5rem; right: .75rem; font: 14px/1.4 system-ui, sans-serif; padding: .2rem .7rem;
    color: CanvasText; background: Canvas; border: 1px solid #808080; border-radius: 3px; cursor: pointer; }
  button:hover { border-color: CanvasText; }
  button:focus-visible { outline: 2px solid #9a6700; outline-offset: 1px; }
`;
inside.append(style);
document.documentElement.append(overlay);
let folded = false;

// The page can be scrolled until its end stands above the panel.
new ResizeObserver(() => {
  document.documentElement.style.paddingBottom = `${overlay.getBoundingClientRect().height}px`;
}).observe(overlay);

function show(seen) {
  inside.querySelector("section")?.remove();
  if (seen.problems.length === 0) return;
  const box = document.createElement("section");
  box.setAttribute("role", seen.failed ? "alert" : "status");
  box.className = seen.failed ? "failed" : "";
  const errors = seen.problems.filter((one) => one.severity === "error").length;
  const warnings = seen.problems.length - errors;
  const counts = [[errors, "error"], [warnings, "warning"]].filter(([n]) => n)
    .map(([n, word]) => `${n} ${word}${n === 1 ? "" : "s"}`).join(", ");
  const heading = document.createElement("h2");
  heading.textContent = seen.failed ? `${counts}. The page is the last one that was good.` : counts;
  const list = document.createElement("ul");
  for (const one of seen.problems) {
    const item = document.createElement("li");
    item.className = one.severity;
    item.textContent = one.text;
    if (one.hint) {
      const hint = document.createElement("small");
      hint.textContent = one.hint;
      item.append(hint);
    }
    list.append(item);
  }
  const button = document.createElement("button");
  const fold = () => {
    list.hidden = folded;
    button.textContent = folded ? "Show" : "Hide";
    button.setAttribute("aria-expanded", String(!folded));
  };
  folded = folded && !seen.failed;
  button.addEventListener("click", () => { folded = !folded; fold(); });
  fold();
  box.append(heading, button, list);
  inside.append(box);
}

// A place in the page is the way to a node from the nearest element above it that has an id.
function placeOf(node, offset) {
  const way = [];
  while (node && node !== document.body && !(node.id)) {
    way.unshift([...node.parentNode.childNodes].indexOf(node));
    node = node.parentNode;
  }
  return node ? { id: node === document.body ? "" : node.id, way, offset } : null;
}

function nodeAt(place) {
  let node = place.id ? document.getElementById(place.id) : document.body;
  for (const step of place.way) node = node?.childNodes[step];
  return node ?? null;
}

function selected() {
  const now = document.getSelection();
  if (!now || now.rangeCount === 0 || !document.body.contains(now.anchorNode)) return null;
  return [placeOf(now.anchorNode, now.anchorOffset), placeOf(now.focusNode, now.focusOffset)];
}

function select(places) {
  const ends = (places ?? []).map((one) => one && [nodeAt(one), one.offset]);
  if (ends.length !== 2 || ends.some((one) => !one?.[0])) return;
  const length = (node) => node.nodeType === Node.TEXT_NODE ? node.length : node.childNodes.length;
  const [[anchor, from], [focus, to]] = ends;
  document.getSelection().setBaseAndExtent(
    anchor, Math.min(from, length(anchor)), focus, Math.min(to, length(focus)));
}

// What stands at the top of the window stays there, whatever grows above it.
function topmost() {
  const ids = [...document.body.querySelectorAll("[id]")].filter((one) => one.getClientRects().length);
  const above = ids.filter((one) => one.getBoundingClientRect().top <= 1).pop();
  return above ? [above.id, above.getBoundingClientRect().top] : null;
}

function put(page) {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  const [x, y, top, places] = [window.scrollX, window.scrollY, topmost(), selected()];
  document.title = fresh.title;
  for (const name of ["lang", "dir", "class"]) {
    document.documentElement.setAttribute(name, fresh.documentElement.getAttribute(name) ?? "");
  }
  const open = [...document.body.querySelectorAll("details")].map((one) => one.open);
  const [styles, anew] = [document, fresh].map((one) => [...one.head.querySelectorAll("style")]);
  const text = (several) => several.map((one) => one.textContent).join("\n");
  if (text(styles) !== text(anew)) {  // with them come the letters, which take longest
    styles.forEach((one) => one.remove());
    document.head.append(...anew);
  }
  document.body.replaceWith(document.adoptNode(fresh.body));
  [...document.body.querySelectorAll("details")].forEach((one, n) => { one.open = open[n] ?? one.open; });
  const anchor = top && document.getElementById(top[0]);
  const down = anchor ? window.scrollY + anchor.getBoundingClientRect().top - top[1] : y;
  window.scrollTo({ left: x, top: down, behavior: "instant" });
  select(places);
}

let page = null;
const events = new EventSource("/-/events");
events.addEventListener("message", async () => {
  const seen = await (await fetch("/-/seen")).json();
  if (seen.page !== page) put(seen.page);
  page = seen.page;
  show(seen);
  document.documentElement.dataset.preview = String(seen.number);
});
