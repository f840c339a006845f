// What a page does more than its links and forms: a step swaps the page in place, so that focus, scroll and what was unfolded stay;
// keys; progress of a search; copying the link. Without it everything is still there.
"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  let asked = 0;

  // --- a page in place of this one ---

  const unfolded = () => {
    const state = new Map();
    for (const fold of all("details[data-key]")) {
      const key = fold.dataset.key;
      state.set(key, state.get(key) || fold.open);
    }
    return state;
  };

  const focused = () => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const takes = all("a.take[href]");
    return { id: at.id, start: at.selectionStart, place: takes.indexOf(at) };
  };

  const refocus = (was) => {
    if (!was) return;
    const same = was.id && document.getElementById(was.id);
    if (same) {
      same.focus({ preventScroll: true });
      if (was.start != null && same.setSelectionRange) same.setSelectionRange(was.start, was.start);
      return;
    }
    const takes = all("a.take[href]");
    const there = was.place >= 0 ? takes[Math.min(was.place, takes.length - 1)] : null;
    (there || one("#main"))?.focus({ preventScroll: true });
  };

  const here = () => location.pathname + location.search;
  let shown = here();

  const show = (text, url, how) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (!page.querySelector("body.explorer")) { location.assign(url); return; }
    const samePath = new URL(url).pathname === location.pathname;
    const [folds, focus, left, top] = [unfolded(), focused(), scrollX, scrollY];
    if (how === "push") history.pushState(null, "", url);
    if (how === "replace") history.replaceState(null, "", url);
    shown = here();
    document.title = page.title;
    const announced = one("#said");
    page.querySelector("#said")?.replaceWith(announced);
    document.body.replaceChildren(...page.body.childNodes);
    for (const fold of all("details[data-key]")) {
      if (samePath && folds.has(fold.dataset.key)) fold.open = folds.get(fold.dataset.key);
    }
    prepare();
    if (samePath) {
      scrollTo({ left, top, behavior: "instant" });
      refocus(focus);
      announced.textContent = one(".said")?.textContent || "";
    } else {
      scrollTo({ left: 0, top: 0, behavior: "instant" });
      one("#main")?.focus({ preventScroll: true });
    }
  };

  const go = async (url, how, options) => {
    const mine = ++asked;
    try {
      const response = await fetch(url, { headers: { accept: "text/html" }, ...options });
      const kind = response.headers.get("content-type") || "";
      if (!kind.startsWith("text/html")) { location.assign(url); return; }
      const text = await response.text();
      if (mine === asked) show(text, response.url, how);
    } catch {
      location.assign(url);
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.hasAttribute("download") || link.target) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    if (link.hash) return;
    event.preventDefault();
    go(link.href, "push");
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form));
    if (form.method === "post") {
      go(form.action, "push", { method: "POST", body: fields });
    } else {
      for (const [name, value] of [...fields]) if (value === "") fields.delete(name);
      go(`${form.getAttribute("action")}?${fields}`, "push");
    }
  });

  // A link to a place on this page is no other page; that it is followed is the browser's business.
  addEventListener("popstate", () => { if (here() !== shown) go(location.href, "none"); });

  // --- parts that need the script ---

  let events = null;

  const prepare = () => {
    const copy = one("#copy");
    if (copy) {
      copy.hidden = !navigator.clipboard;
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(location.href);
        copy.textContent = "Copied";
        setTimeout(() => { copy.textContent = "Copy link"; }, 2000);
      });
    }
    const search = one(".tools #q");
    let wait;
    search?.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => {
        const fields = new URLSearchParams(new FormData(search.form));
        if (!search.value) fields.delete("q");
        go(`${search.form.getAttribute("action")}?${fields}`, "replace");
      }, 150);
    });
    one(".tools #all")?.addEventListener("change", (event) => event.target.form.requestSubmit());
    for (const field of all("input[type=file][data-into]")) {
      field.addEventListener("change", async () => {
        if (field.files.length) document.getElementById(field.dataset.into).value = await field.files[0].text();
      });
    }
    const keys = one("#keys-on");
    if (keys) {
      one("#keys-switch").hidden = false;
      keys.checked = lettersAreKeys();
      keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
    }
    watch();
  };

  // How far a search is, while it goes on.
  const watch = () => {
    events?.close();
    events = null;
    const watched = one("#watched");
    if (!watched) return;
    const here = location.href;
    events = new EventSource(watched.dataset.events);
    events.addEventListener("progress", (event) => {
      const { states, expanded, rate } = JSON.parse(event.data);
      const shown = { states, todo: states - expanded, rate };
      for (const [name, number] of Object.entries(shown)) {
        const place = one(`[data-progress=${name}]`);
        if (place) place.textContent = String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
      }
    });
    events.addEventListener("ended", () => {
      events?.close();
      events = null;
      if (location.href === here) go(here, "replace");
    });
    events.addEventListener("error", () => { events?.close(); events = null; });
  };

  // --- keys ---

  const lettersAreKeys = () => localStorage.getItem("keys") !== "off";
  const press = (selector) => { const at = one(selector); if (at) at.click(); return Boolean(at); };

  const move = (by) => {
    const takes = all("a.take[href]");
    if (!takes.length) return false;
    const at = takes.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : takes.length - 1) : Math.max(0, Math.min(takes.length - 1, at + by));
    takes[next].focus();
    return true;
  };

  const inTrace = (place) => {
    const links = all(".steps > li > a");
    if (!links.length) return false;
    const here = links.findIndex((link) => link.getAttribute("aria-current") === "step");
    const wanted = { start: 0, back: here - 1, on: here + 1, end: links.length - 1 }[place];
    if (links[wanted] && wanted !== here) links[wanted].click();
    return true;
  };

  const inGrid = (down, right) => {
    const cell = document.activeElement?.closest?.(".grid td");
    if (!cell) return false;
    const rows = [...cell.closest("tbody").rows];
    let [row, column] = [rows.indexOf(cell.parentElement), cell.cellIndex];
    for (;;) {
      row += down; column += right;
      const next = rows[row]?.cells[column];
      if (!next || column < 1) return true;
      const link = next.querySelector("a");
      if (link) { link.focus(); return true; }
    }
  };

  const keys = {
    j: () => move(1), k: () => move(-1), u: () => press("#undo"), r: () => press("#redo"),
    "[": () => inTrace("back"), "]": () => inTrace("on"), o: () => { const link = one(".branch a"); link?.focus(); return Boolean(link); },
    a: () => press("#all"), l: () => press("#ask"), y: () => press("#copy:not([hidden])"), "?": () => press(".help"),
    w: () => press("[data-view=walk]"), t: () => press("[data-view=trace]"), m: () => press("[data-view=map]"), c: () => press("[data-view=check]"),
    "/": () => { const field = one("#q, #find"); field?.focus(); field?.select(); return Boolean(field); },
  };
  const named = {
    ArrowDown: () => inGrid(1, 0) || (document.activeElement?.matches("a.take") && move(1)),
    ArrowUp: () => inGrid(-1, 0) || (document.activeElement?.matches("a.take") && move(-1)),
    ArrowRight: () => inGrid(0, 1), ArrowLeft: () => inGrid(0, -1),
    Home: () => document.activeElement?.closest(".steps, .choices, body > main") && inTrace("start"),
    End: () => document.activeElement?.closest(".steps, .choices, body > main") && inTrace("end"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    if (at.matches?.("input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape") at.blur();
      return;
    }
    const letter = event.key.length === 1;
    if (letter && !lettersAreKeys()) return;
    const digit = /^[1-9]$/.test(event.key) && all("a.take[aria-keyshortcuts]").find((link) => link.getAttribute("aria-keyshortcuts") === event.key);
    if (digit) { event.preventDefault(); digit.click(); return; }
    const does = letter ? keys[event.key] : named[event.key];
    if (does?.()) event.preventDefault();
  });

  prepare();
})();
