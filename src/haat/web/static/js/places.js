// Towns offered while their name is typed, as the field's own list; without scripts the name is typed whole.

for (const input of document.querySelectorAll("[data-places]")) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-places`;
  input.after(list);
  input.setAttribute("list", list.id);
  let wait = 0;
  input.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(() => offer(input, list), 150);
  });
}

async function offer(input, list) {
  const typed = input.value;
  const answer = await fetch(`/places/suggest?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || input.value !== typed) return;
  list.replaceChildren(...(await answer.json()).map((name) => Object.assign(document.createElement("option"), { value: name })));
}
