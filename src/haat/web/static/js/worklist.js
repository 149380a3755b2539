// Keys for lists of work: j and k go down and up, o opens.

const rows = [...document.querySelectorAll("[data-worklist] > [data-row]")];
if (rows.length) {
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "j") stand(1);
    else if (event.key === "k") stand(-1);
    else if (event.key === "o") here()?.querySelector("a.title")?.click();
  });
}

function here() {
  return rows.find((row) => "here" in row.dataset);
}

function stand(step) {
  const at = rows.indexOf(here());
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  if (at >= 0) delete rows[at].dataset.here;
  next.dataset.here = "";
  next.querySelector("a.title").focus();
}
