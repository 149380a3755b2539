// On a phone the menu of a room is a strip: where one is stands in sight.

const here = document.querySelector(".room-nav [aria-current]");
if (here) {
  const strip = here.closest("ul");
  strip.scrollLeft = here.offsetLeft - strip.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
}
