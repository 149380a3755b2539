// Costs follow the country and the way of sending without leaving the page; the button stays for those without scripts.

const form = document.querySelector("[data-checkout]");

form.addEventListener("change", (event) => {
  if (event.target.name === "country" || event.target.name.startsWith("ship.")) refresh();
});

async function refresh() {
  const sent = new FormData(form);
  for (const name of [...sent.keys()]) if (name.startsWith("card_")) sent.delete(name);
  sent.set("step", "costs");
  form.ariaBusy = "true";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["ways", "costs", "pay"]) take(page, id);
    form.elements.total.value = page.querySelector("input[name=total]").value;
  } catch {
    form.querySelector(".scriptless").classList.remove("scriptless");
  } finally {
    form.ariaBusy = "false";
  }
}

/** Put the new part in place of the old one and keep the person where they were. */
function take(page, id) {
  const old = document.getElementById(id);
  const fresh = page.getElementById(id);
  const at = document.activeElement;
  const focused = old.contains(at) && at.name ? `[name="${CSS.escape(at.name)}"]${at.type === "radio" ? ":checked" : ""}` : null;
  old.replaceWith(document.adoptNode(fresh));
  if (focused) fresh.querySelector(focused)?.focus();
}
