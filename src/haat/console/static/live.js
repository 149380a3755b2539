// Keeps what is live on a page as it is now: a run that is under way, the wall, a log. Without it, a link does.

const step = async () => {
  const live = document.getElementById("live");
  if (!live?.dataset.live) return;
  await new Promise((resolve) => setTimeout(resolve, Number(live.dataset.live)));
  if (!document.hidden) await renew(live).then(() => tell(true), () => tell(false));
  step();
};

const renew = async (live) => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) return location.reload();
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  // Whoever has marked some of it is not disturbed.
  const isInUse = live.contains(getSelection()?.anchorNode) && !getSelection().isCollapsed;
  if (fresh && !fresh.dataset.live) live.replaceWith(fresh);
  else if (fresh && !isInUse) settle(live, fresh);
};

// Only what differs is touched: nothing flickers, and whoever has the focus keeps it.
const settle = (old, fresh) => {
  if (old.isEqualNode(fresh)) return;
  const isAlike = old.nodeName === fresh.nodeName && old.childNodes.length === fresh.childNodes.length;
  if (!isAlike || !old.childNodes.length) {
    if (!old.contains(document.activeElement)) old.replaceWith(fresh);
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  const others = [...fresh.childNodes];
  [...old.childNodes].forEach((node, number) => settle(node, others[number]));
};

const tell = (isAnswered) => {
  document.getElementById("old").hidden = isAnswered; // The console itself may be away for a moment.
};

step();
