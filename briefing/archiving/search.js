// The search of an archive: titles and facts of every year, newest first. What it finds it shows as text alone.
// The form names the years, the way to the site's folder and the words to be said.
(() => {
  "use strict";
  const MOST = 100;
  const ADDRESS = /^\d{4}-\d\d-\d\d\/(?:[A-Za-z0-9_][\w.-]*)?$/;
  const form = document.getElementById("search");
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const found = document.getElementById("found");
  const list = document.getElementById("editions");
  const { base, years, counted, first, none, busy, missing, since } = form.dataset;
  const shards = new Map();
  let asked = 0;

  // Case, accents, apostrophes, unseen signs, kinds of dash and the marks between thousands do not matter.
  const ALIKE = { ß: "ss", ł: "l", ø: "o", đ: "d", ı: "i", æ: "ae", œ: "oe", ς: "σ", "−": "-" };
  const folded = (text) => text.replace(/(?<=\d)[,.'’\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, "").normalize("NFKD").toLowerCase()
    .replace(/[\p{M}\p{Cf}\u0640'’ʼ`]/gu, "").replace(/\p{Pd}/gu, "-").replace(/[ßłøđıæœς−]/g, (one) => ALIKE[one]);
  const number = (one) => (typeof one === "number" ? one.toLocaleString(document.documentElement.lang) : one);
  const filled = (text, ...given) => given.reduce((said, one) => said.replace("{}", () => number(one)), text);

  const load = async (year) => {
    const answer = await fetch(`${base}search/${year}.json`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const { editions, facts } = await answer.json();
    const told = editions.map(([date, text, title, day, entry]) => {
      return { id: "", text: title, more: day, runs: null, date, said: text, entry, key: folded(`${title} ${text} ${day}`) };
    });
    return [...told, ...facts.map(([id, text, more, runs]) => {
      const [date, said, , , entry] = editions[runs[runs.length - 1]];
      const from = editions[runs[0]];
      return { id, text, more, date, said, entry, from: from[0] === date ? "" : from[1], key: folded(`${text} ${more}`) };
    })].sort((one, other) => (one.date < other.date ? 1 : one.date > other.date ? -1 : 0));
  };

  const shard = (year) => {
    if (!shards.has(year)) {
      shards.set(year, load(year));
      shards.get(year).catch(() => shards.delete(year));
    }
    return shards.get(year);
  };

  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });

  const shown = (one) => {
    const item = document.createElement("li");
    const link = make("a", "bf-found-text", one.text);
    link.href = ADDRESS.test(one.entry) ? `${base}${one.entry}${one.id ? `#fact-${encodeURIComponent(one.id)}` : ""}` : base;
    const said = one.from ? `${one.said}, ${filled(since, one.from)}` : one.said;
    item.append(link, make("span", "bf-found-more", [said, one.more].filter(Boolean).join(" · ")));
    return item;
  };

  const search = async () => {
    const mine = ++asked;
    const words = folded(input.value).split(/\s+/).filter(Boolean);
    found.replaceChildren();
    list.hidden = words.length > 0;
    status.textContent = words.length ? busy : "";
    history.replaceState(null, "", words.length ? `#search=${encodeURIComponent(input.value)}` : location.pathname);
    let count = 0;
    for (const year of words.length ? years.split(" ").filter(Boolean) : []) {
      let all;
      try { all = await shard(year); } catch { status.textContent = missing; return; }
      if (mine !== asked) return;
      const hits = all.filter((one) => words.every((word) => one.key.includes(word)));
      found.append(...hits.slice(0, Math.max(MOST - count, 0)).map(shown));
      count += hits.length;
    }
    if (words.length) status.textContent = count > MOST ? filled(first, MOST, count) : count ? filled(counted, count) : none;
  };

  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(search, 150); };
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); search(); });
  input.addEventListener("input", soon);
  const linked = () => {
    if (!location.hash.startsWith("#search=")) return;
    try { input.value = decodeURIComponent(location.hash.slice(8)); } catch { return; }
    search();
  };
  addEventListener("hashchange", linked);
  form.hidden = false;
  linked();
})();
