// On every page. Each part makes something better that works without it.

suggestions();
menus();
themeSwitch();
focusErrors();
confirmations();
sendOnce();

/** Words are suggested to those who go to the search. */
function suggestions() {
  for (const form of document.querySelectorAll("form[data-suggest]")) {
    form.addEventListener("focusin", async () => (await import("./suggest.js")).suggest(form), { once: true });
  }
}

/** Menus close on Escape and when the person goes elsewhere. */
function menus() {
  const open = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

/** Light or dark, kept in this browser. */
function themeSwitch() {
  const button = document.querySelector("[data-theme-switch]");
  if (!button) return;
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => {
    const words = button.querySelector("span");
    words.textContent = isDark() ? words.dataset.light : words.dataset.dark;
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, isDark() ? "#sun" : "#moon"));
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}

/** A form that came back starts at what is wrong. */
function focusErrors() {
  document.querySelector("[data-focus]")?.focus();
}

/** A second thought before what cannot be taken back. */
function confirmations() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-confirm]");
    if (button && !confirm(button.dataset.confirm)) event.preventDefault();
  });
}

/** A form is sent once, however often the button is pressed. */
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
    }
  });
}
