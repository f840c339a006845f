"use strict";
// The filter of requirements; without it they are folded by operation.
const form = document.getElementById("filter");
const groups = [...document.querySelectorAll("details.group")];
const rules = groups.flatMap((group) =>
  [...group.querySelectorAll("li")].map((item) => ({ group, item, text: (group.querySelector(".name").textContent + "/" + item.textContent).toLowerCase() })));
function apply() {
  const data = new FormData(form);
  const words = data.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  const verdicts = new Set(data.getAll("verdict"));
  const narrowed = words.length > 0 || verdicts.size < form.querySelectorAll("[name=verdict]").length;
  let shown = 0;
  const full = new Set();
  for (const { group, item, text } of rules) {
    const fits = verdicts.has(item.dataset.verdict) && words.every((word) => text.includes(word));
    item.hidden = !fits;
    if (fits) { shown += 1; full.add(group); }
  }
  for (const group of groups) {
    group.hidden = !full.has(group);
    group.open = narrowed && full.has(group);
  }
  document.getElementById("shown").textContent = narrowed ? `${shown} of ${rules.length} requirements` : "";
}
form.hidden = false;
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
// A link to a finding opens it; paper shows findings unfolded.
function open_target() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener("hashchange", open_target);
open_target();
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open]):not(.script)")];
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => { for (const details of folded) details.open = false; });
