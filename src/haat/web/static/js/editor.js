// The editor of a listing shows at once what the market will show, and asks before typed words are left behind.

const form = document.querySelector("[data-editor]");
const card = form.querySelector("[data-preview] .card");
let changed = false;

form.addEventListener("input", () => {
  changed = true;
  showTitle();
  showPrice();
});
form.addEventListener("change", (event) => {
  if (event.target.name === "photos") showPhotos(event.target);
});
form.addEventListener("submit", () => (changed = false));
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

for (const place of form.querySelectorAll("[data-add]")) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", addRow);
}

/** One more empty row, like the last one but under names of its own. */
function addRow() {
  const last = [...form.querySelectorAll("[data-variant]")].at(-1);
  const was = last.querySelector("[name=row]").value;
  const numbers = [...form.querySelectorAll("[name=row]")].map((row) => Number(/^n(\d+)$/.exec(row.value)?.[1] ?? -1));
  const now = `n${Math.max(...numbers) + 1}`;
  const row = last.cloneNode(true);
  for (const part of row.querySelectorAll(".off, .hint, .wrong")) part.remove();
  for (const part of row.querySelectorAll("[id], [for], [name]")) {
    for (const name of ["id", "for", "name"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(was, now));
    }
  }
  for (const input of row.querySelectorAll(".input")) {
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  row.querySelector("[name=row]").value = now;
  last.after(row);
  row.querySelector(".input").focus();
}

function showTitle() {
  const words = form.elements.title.value.trim();
  if (words) card.querySelector("h3 a").textContent = words;
}

/** The lowest price, written as the server wrote the one before. */
function showPrice() {
  const typed = [...form.querySelectorAll("[data-variant]")]
    .filter((row) => !row.querySelector(".off :checked"))
    .map((row) => row.querySelector("input[name$='-price']").value.trim().replace(",", "."))
    .filter((text) => /^\d+(\.\d+)?$/.test(text))
    .map(Number);
  const shown = [...card.querySelector(".price").childNodes].findLast((node) => node.nodeType === Node.TEXT_NODE);
  if (!typed.length || !shown) return;
  shown.textContent = shown.textContent.replace(/\d[\d.,\s]*/, withDecimals(Math.min(...typed), shown.textContent));
}

function withDecimals(price, like) {
  const decimals = /[.,](\d{2,3})\D*$/.exec(like)?.[1].length ?? 0;
  return price.toLocaleString(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** What was chosen to be uploaded, before it is. */
function showPhotos(input) {
  input.parentElement.querySelector(".photo-grid")?.remove();
  const grid = document.createElement("ol");
  grid.className = "photo-grid";
  for (const file of input.files) {
    const reader = new FileReader();
    const item = document.createElement("li");
    const frame = document.createElement("div");
    const picture = new Image();
    frame.className = "photo-frame";
    picture.alt = file.name;
    reader.addEventListener("load", () => (picture.src = reader.result));
    reader.readAsDataURL(file);
    frame.append(picture);
    item.append(frame);
    grid.append(item);
  }
  input.after(grid);
}
