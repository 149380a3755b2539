// Words to search for, offered while typing. Asks the form's data-suggest address for a list of {text, href}.

/** @param {HTMLFormElement} form with one search input */
export function suggest(form) {
  const input = form.querySelector("input[type=search]");
  const list = form.appendChild(Object.assign(document.createElement("ul"), { className: "suggestions", hidden: true }));
  list.id = `${input.id}-suggestions`;
  list.role = "listbox";
  list.ariaLabel = input.placeholder;
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.ariaExpanded = "false";
  input.setAttribute("aria-controls", list.id);

  const seen = new Map();
  let at = -1;
  let wait = 0;

  input.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { close(); event.preventDefault(); }
    if (list.hidden) return;
    if (event.key === "ArrowDown") { mark(at + 1); event.preventDefault(); }
    if (event.key === "ArrowUp") { mark(at - 1); event.preventDefault(); }
    if (event.key === "Enter" && at >= 0) { list.children[at].firstChild.click(); event.preventDefault(); }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  if (input.value !== input.defaultValue) ask();

  async function ask() {
    const words = input.value.trim();
    if (words.length < 2) return close();
    if (!seen.has(words)) {
      try {
        const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`, { headers: { accept: "application/json" } });
        if (!answer.ok) return close();
        seen.set(words, await answer.json());
      } catch {
        return close();
      }
    }
    if (input.value.trim() === words && form.contains(document.activeElement)) show(seen.get(words));
  }

  function show(offers) {
    at = -1;
    list.replaceChildren(...offers.slice(0, 8).map(row));
    list.hidden = offers.length === 0;
    input.ariaExpanded = String(!list.hidden);
    input.removeAttribute("aria-activedescendant");
  }

  function row(offer, place) {
    const item = Object.assign(document.createElement("li"), { id: `${list.id}-${place}` });
    item.role = "option";
    item.ariaSelected = "false";
    item.append(Object.assign(document.createElement("a"), { href: offer.href, textContent: offer.text, tabIndex: -1 }));
    return item;
  }

  function mark(place) {
    if (at >= 0) list.children[at].ariaSelected = "false";
    at = (place + list.children.length + 1) % (list.children.length + 1);
    if (at === list.children.length) at = -1;
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    list.children[at].ariaSelected = "true";
    input.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function close() {
    list.hidden = true;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  }
}
