// Buttons that put a text of the page on the clipboard.

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    const words = button.querySelector("[data-copied]");
    words.textContent = words.dataset.copied;
  });
}
