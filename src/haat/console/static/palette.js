// Find anything: what the page behind “Find” answers, without leaving this one.

const palette = document.getElementById("palette");
const form = palette?.querySelector("form");
const found = palette?.querySelector("[data-found]");
let asked = 0;

export const open = () => {
  if (palette.open) return;
  palette.showModal();
  form.q.select();
  look();
};

const look = async () => {
  const mine = ++asked;
  const answer = await fetch(`/find?${new URLSearchParams(new FormData(form))}`).catch(() => null);
  if (answer?.redirected) return location.reload();
  if (!answer?.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  found.replaceChildren(...page.querySelector("main [data-found]").childNodes);
};

const steer = (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const stops = [form.q, ...found.querySelectorAll("a")];
  stops[(stops.indexOf(document.activeElement) + by + stops.length) % stops.length].focus();
};

const go = (event) => {
  const first = found.querySelector("a");
  if (!first) return;
  event.preventDefault();
  first.click();
};

form?.addEventListener("input", look);
form?.addEventListener("submit", go);
palette?.addEventListener("keydown", steer);
palette?.addEventListener("click", (event) => event.target === palette && palette.close());
