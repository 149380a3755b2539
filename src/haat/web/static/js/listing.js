// The page of one listing: pictures that follow the strip, a price that follows the choice.

import { axes } from "./axes.js";
import { stepper } from "./quantity.js";

for (const gallery of document.querySelectorAll("[data-gallery]")) strip(gallery);
for (const field of document.querySelectorAll("[data-axes]")) axes(field);
for (const field of document.querySelectorAll("[data-quantity]")) stepper(field);
for (const form of document.querySelectorAll("[data-variants]")) variants(form);

/** Clicking the strip slides without a jump of the page; the strip marks the picture in view. */
function strip(gallery) {
  const slides = gallery.querySelector(".slides");
  const links = [...gallery.querySelectorAll(".strip a")];
  if (links.length === 0) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  const mark = (place) => links.forEach((link, i) => (i === place ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  links.forEach((link, place) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      slides.scrollTo({ left: slides.children[place].offsetLeft - slides.offsetLeft, behavior });
    }),
  );
  const watch = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => mark([...slides.children].indexOf(entry.target))),
    { root: slides, threshold: 0.6 },
  );
  for (const slide of slides.children) watch.observe(slide);
  mark(0);
}

/** The price, the number left and the largest quantity follow the chosen variant. */
function variants(form) {
  const price = form.querySelector("[data-price]");
  const left = form.querySelector("[data-stock-words]");
  const quantity = form.querySelector("input[name=quantity]");
  const chosen = () => form.querySelector("input[name=variant]:checked, select[name=variant] option:checked");

  form.addEventListener("change", (event) => {
    if (event.target.name !== "variant" || !chosen()) return;
    const { price: now, was, stock } = chosen().dataset;
    price.replaceChildren(now);
    if (was) price.append(Object.assign(document.createElement("s"), { textContent: was }));
    if (quantity) {
      quantity.max = stock;
      quantity.dispatchEvent(new Event("change"));
    }
    if (left) {
      left.hidden = Number(stock) > 3;
      left.querySelector(".badge").lastChild.textContent = left.dataset.few;
    }
  });
}
