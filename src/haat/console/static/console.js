// Keeps what is live on a page as it is now: a run that is under way, the wall. Without it, a link does.

const step = async () => {
  const live = document.getElementById("live");
  if (!live?.dataset.live) return;
  await new Promise((resolve) => setTimeout(resolve, Number(live.dataset.live)));
  if (!document.hidden) await renew(live).catch(() => {}); // The console itself may be away for a moment.
  step();
};

const renew = async (live) => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) return location.reload();
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  // Whoever has the focus in it, or has marked some of it, is not disturbed.
  const isInUse = live.contains(document.activeElement) || !(getSelection()?.isCollapsed ?? true);
  if (fresh && (!isInUse || !fresh.dataset.live)) live.replaceWith(fresh);
};

step();
