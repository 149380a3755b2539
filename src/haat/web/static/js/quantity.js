// How many: a minus and a plus beside the number; in the cart a change is sent by itself.

/** @param {HTMLElement} field holding one number input */
export function stepper(field) {
  const input = field.querySelector("input");
  const less = knob("−", -1);
  const plus = knob("+", 1);
  field.prepend(less);
  field.append(plus);
  input.addEventListener("change", limit);
  limit();

  function knob(sign, by) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, tabIndex: -1, ariaHidden: "true" });
    button.addEventListener("click", () => {
      input.value = Number(input.value) + by;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return button;
  }

  function limit() {
    const floor = Math.max(1, Number(input.min));
    input.value = Math.min(Math.max(floor, Number(input.value) || floor), Number(input.max) || floor);
    less.disabled = Number(input.value) <= floor;
    plus.disabled = Number(input.value) >= Number(input.max);
  }
}

for (const form of document.querySelectorAll("[data-quantity-form]")) {
  stepper(form.querySelector("[data-quantity]"));
  let wait = 0;
  form.addEventListener("change", () => {
    clearTimeout(wait);
    wait = setTimeout(() => form.requestSubmit(), 500);
  });
}
