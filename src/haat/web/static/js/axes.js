// Variants that differ in several things ("Size · Colour") are chosen one thing at a time. The list of all of them stays in the
// form, out of sight, and is what is sent.

/** @param {HTMLElement} field holding radios or a select named "variant"; data-axes names what they differ in */
export function axes(field) {
  const names = field.dataset.axes.split(" · ");
  const variants = [...field.querySelectorAll("input[name=variant], select[name=variant] option")].map((control) => ({
    control,
    values: control.dataset.label.split(" · "),
    isThere: !control.disabled,
  }));
  if (names.length < 2 || variants.some((variant) => variant.values.length !== names.length)) return;

  const groups = names.map(group);
  field.hidden = true;
  field.after(...groups);
  show(chosen());

  function group(name, axis) {
    const box = Object.assign(document.createElement("fieldset"), { className: "field" });
    const pills = Object.assign(document.createElement("div"), { className: "pills" });
    box.append(Object.assign(document.createElement("legend"), { textContent: name }), pills);
    const values = new Set(variants.map((variant) => variant.values[axis]));
    pills.append(...[...values].map((value) => pill(axis, value)));
    return box;
  }

  function pill(axis, value) {
    const label = Object.assign(document.createElement("label"), { className: "pill" });
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: `axis-${axis}`, value });
    radio.setAttribute("form", "");
    radio.addEventListener("change", () => choose(axis, value));
    label.append(radio, Object.assign(document.createElement("span"), { textContent: value }));
    return label;
  }

  /** The variant with this value that shares most with the chosen one, and can be had if any can. */
  function choose(axis, value) {
    const now = chosen().values;
    const shared = (variant) => variant.values.filter((one, i) => one === now[i]).length;
    const possible = variants.filter((variant) => variant.values[axis] === value && variant.isThere);
    if (possible.length === 0) return show(chosen());
    const best = possible.reduce((a, b) => (shared(b) > shared(a) ? b : a));
    if (best.control.type === "radio") best.control.checked = true;
    else best.control.selected = true;
    show(best);
    best.control.closest("select, input").dispatchEvent(new Event("change", { bubbles: true }));
  }

  function chosen() {
    return variants.find(({ control }) => control.checked || control.selected) ?? variants[0];
  }

  function show(variant) {
    groups.forEach((box, axis) => {
      for (const radio of box.querySelectorAll("input")) {
        radio.checked = radio.value === variant.values[axis];
        const fits = (other) => other.isThere && other.values.every((one, i) => one === (i === axis ? radio.value : variant.values[i]));
        radio.parentElement.classList.toggle("out", !variants.some(fits));
        radio.disabled = !variants.some((other) => other.isThere && other.values[axis] === radio.value);
      }
    });
  }
}
