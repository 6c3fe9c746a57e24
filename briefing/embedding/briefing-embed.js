// <briefing-embed src=".../fragment.html">: a briefing, or a part of it, inside another page.
// Attributes: src; one of section="ID", figure="FACT", chart="ID"; theme="light|dark|auto".
// What stands inside the element, a link to the briefing, is seen without script and when anything is wrong.
// A fragment that holds more than text, drawings and links is refused as a whole: defence in depth, for the shadow
// root keeps styles apart and nothing else.
(() => {
  "use strict";
  const ELEMENTS = new Set(("a aside article b bdi blockquote br caption cite code data details div em figcaption figure " +
    "h1 h2 h3 header hr i img li nav ol p section span strong summary table tbody td tfoot th " +
    "thead time tr ul wbr circle clipPath defs desc ellipse g line path polygon polyline rect svg text title tspan")
    .split(" "));
  const ATTRIBUTE = /^(?!on)[a-z][a-z\d_:-]*$/i;
  const ADDRESS = /^(xlink:)?href$/i;
  const LOADS = /src|^((form)?action|poster|background|data|manifest|ping|is|slot|part|style)$/i;
  const STYLE = /url\((?!\s*["']?\s*(data:|#))|@import|image-set|\bsrc\(|\\(0000[4-7]|0{0,3}[4-7].(?![\da-f])|[g-z])/i;
  const LABEL = "aria-label";

  const refuse = (what) => { throw new Error(`refused, it holds ${what}`); };

  const check = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (!ELEMENTS.has(one.localName)) refuse(`<${one.localName}>`);
      for (const { name, value } of one.attributes) {
        const image = one.localName === "img" && name === "src" && /^data:image\/(png|jpeg|webp|gif);/.test(value);
        if (!ATTRIBUTE.test(name) || (LOADS.test(name) && !image)) refuse(name);
        if (ADDRESS.test(name) && !(one.localName === "a" ? /^(https?:|mailto:|#)/i : /^#/).test(value)) refuse(value);
        if (STYLE.test(value) && !/^data-(?!style)|^(?:title|alt|value|aria-.*|href|src)$/.test(name)) refuse(name);
      }
    }
  };

  const make = (tag, given) => Object.assign(document.createElement(tag), given);
  const place = (root, id) => root.querySelector("#" + CSS.escape(id));

  // Leaves in a notice what it says of one fact; false where it told of others alone.
  const tellsOf = (notice, fact) => {
    const told = [...notice.querySelectorAll("tbody > tr, .bf-items > li")];
    const others = told.filter((one) => !one.querySelector(`data[data-fact=${CSS.escape(fact)}]`));
    others.forEach((one) => one.remove());
    for (const one of notice.querySelectorAll(".bf-table-frame, .bf-items")) if (!one.querySelector("td, li")) one.remove();
    return !told.length || others.length < told.length;
  };

  // Only what is asked for, with what no figure may be without: marking, notices, sources, date.
  const cut = (root, wanted, page) => {
    const text = root.querySelector(".bf-text");
    const prefix = root.id.replace(/edition$/, "");
    const [kind, id] = wanted;
    const part = kind === "figure" ? root.querySelector(`.bf-big data[data-fact=${CSS.escape(id)}]`)?.closest(".bf-tile")
      : place(root, `${prefix}${kind === "chart" ? "chart-of" : kind}-${id}`);
    if (!part) throw new Error(`there is no ${wanted.join(" ")}`);
    const kept = [...root.querySelectorAll(".bf-masthead-marking, .bf-text > .bf-callout")]
      .filter((one) => kind !== "figure" || tellsOf(one, id));
    const tiles = make("ul", { className: "bf-tiles" });
    if (kind === "figure") tiles.append(part);
    const calls = [part, ...kept].flatMap((one) => [...one.querySelectorAll("a.bf-call")]);
    const cited = new Set(calls.map((one) => one.hash));
    const list = root.querySelector(".bf-references");
    for (const one of [...(list?.children ?? [])]) if (!cited.has("#" + one.id)) one.remove();
    const said = [".bf-title", ".bf-dateline"].map((one) => root.querySelector(one)?.textContent).join(", ");
    const origin = make("p");
    origin.append(make("a", { href: page, textContent: said }));
    text.replaceChildren(...kept, kind === "figure" ? tiles : part, ...(list && cited.size ? [list] : []), origin);
    root.replaceChildren(text);
    for (const one of root.querySelectorAll('a[href^="#"]')) {
      if (!place(root, one.hash.slice(1))) one.remove();
    }
  };

  // Letters hold for a document, not for a shadow root.
  const lend = (rule) => {
    const said = (name) => rule.style.getPropertyValue(name);
    const data = /base64,([^)"']+)/.exec(said("src"));
    if (!data) return;
    const bytes = Uint8Array.from(atob(data[1]), (one) => one.charCodeAt(0));
    const given = { weight: said("font-weight"), style: said("font-style"), unicodeRange: said("unicode-range") };
    document.fonts.add(new FontFace(said("font-family").replace(/["']/g, ""), bytes, given));
  };

  const lent = new Set();
  const sheet = (text, theme) => {
    const made = new CSSStyleSheet();
    made.replaceSync(text);
    for (let n = made.cssRules.length - 1; n >= 0; n--) {
      const rule = made.cssRules[n];
      if (rule instanceof CSSFontFaceRule && !lent.has(rule.cssText)) { lent.add(rule.cssText); lend(rule); }
      if (theme !== "auto" && /prefers-color-scheme:\s*dark/.test(rule.media?.mediaText)) {
        if (theme === "dark") rule.media.mediaText = "screen"; else made.deleteRule(n);
      }
    }
    return made;
  };

  class BriefingEmbed extends HTMLElement {
    static observedAttributes = ["src", "section", "figure", "chart", "theme"];
    #turn = 0;
    #title;
    #shadow = this.attachShadow({ mode: "open" });

    connectedCallback() { this.#load(); }
    attributeChangedCallback() { if (this.isConnected) this.#load(); }

    async #load() {
      const turn = ++this.#turn;
      if (this.getAttribute(LABEL) === this.#title) this.removeAttribute(LABEL);
      this.#shadow.replaceChildren(make("slot"));
      try {
        const src = this.getAttribute("src");
        const url = new URL(src ?? "", document.baseURI);
        if (!src || !/^http/.test(url.protocol)) throw new Error("no src");
        const answer = await fetch(url, { credentials: "same-origin" });
        if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
        // A policy of the page would complain of every style that is parsed: they are set in other ways.
        let rules = "";
        const text = (await answer.text()).replace(/<style[^>]*>([^]*?)<\/style>/, (_, inner) => { rules = inner; return ""; })
          .replaceAll(' style="', ' data-style="');
        if (turn === this.#turn) this.#show(new DOMParser().parseFromString(text, "text/html"), rules, url);
      } catch (error) {
        console.warn("briefing-embed:", error.message);
      }
    }

    #show(found, rules, url) {
      const root = found.querySelector(".bf-fragment");
      if (!root) refuse("none");
      if (STYLE.test(rules)) refuse("a loading style");
      if (found.head.children.length || found.body.children.length > 1) refuse("more");
      check(found.body);
      const wanted = ["section", "figure", "chart"].map((one) => [one, this.getAttribute(one)]).find((one) => one[1]);
      const title = root.querySelector(".bf-title")?.textContent ?? "";
      if (wanted) cut(root, wanted, new URL("briefing.html", url).href);
      const scheme = getComputedStyle(this).colorScheme;
      const own = /dark/.test(scheme) ? (/light/.test(scheme) ? "auto" : "dark") : "light";
      this.#shadow.adoptedStyleSheets = [sheet(":host { display: block }", "auto"), sheet(rules, this.getAttribute("theme") ?? own)];
      for (const one of root.querySelectorAll("[data-style]")) one.style.cssText = one.dataset.style;
      const set = (name, value) => this.hasAttribute(name) || this.setAttribute(name, value);
      set("role", "region");
      set(LABEL, this.#title = title);
      this.#shadow.replaceChildren(document.adoptNode(root));
      root.addEventListener("click", (event) => this.#follow(event));
    }

    // A link inside a shadow root finds no place there by itself.
    #follow(event) {
      const link = event.target.closest?.('a[href^="#"]');
      const end = link && this.#shadow.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!end || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      end.tabIndex = -1;
      end.focus({ preventScroll: true });
      end.scrollIntoView({ block: "nearest" });
    }
  }
  if (!customElements.get("briefing-embed")) customElements.define("briefing-embed", BriefingEmbed);
})();
