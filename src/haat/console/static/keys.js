// The keyboard: Ctrl-K finds, and, unless somebody has turned them off, keys of one letter go to rooms and through rows.
import { open } from "./palette.js";

const PATIENCE = 1500; // ms between “g” and the letter of a room
let wentAt = 0;

const press = (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "k") return take(event, open);
  const isTyping = event.target.closest?.("input, textarea, select, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !("keys" in document.body.dataset)) return;
  const room = Date.now() - wentAt < PATIENCE && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  wentAt = event.key === "g" ? Date.now() : 0;
  if (room) return take(event, () => room.click());
  const act = { "/": open, j: () => move(1), k: () => move(-1), "?": () => document.getElementById("keys").showModal() }[event.key];
  if (act) take(event, act);
};

const take = (event, act) => {
  event.preventDefault();
  act();
};

const move = (by) => {
  const rows = [...document.querySelectorAll("main tbody tr, main .rows > li")].filter((row) => row.checkVisibility());
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (!row) return;
  const aim = row.querySelector("a, button") ?? row;
  if (aim === row) row.tabIndex = -1;
  aim.focus();
  row.scrollIntoView({ block: "nearest" });
};

if (document.body.classList.contains("inside")) {
  document.addEventListener("keydown", press);
  document.querySelector("[data-find]").addEventListener("click", (event) => take(event, open));
}
