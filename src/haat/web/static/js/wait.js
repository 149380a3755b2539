// A page that waits for news looks for it, and shows itself again only when there is some.

const waiting = document.querySelector("[data-wait]");
const look = async () => {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.ok && !(await answer.text()).includes("data-wait")) return location.reload();
  } catch {
    // No connection is no news.
  }
  setTimeout(look, waiting.dataset.wait * 1000);
};
setTimeout(look, waiting.dataset.wait * 1000);
