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
  const isList = ["TBODY", "UL", "OL"].includes(old.nodeName);
  const isAlike = old.nodeName === fresh.nodeName && (isList || old.childNodes.length === fresh.childNodes.length);
  if (!isAlike || !old.childNodes.length) return isFree(old) && old.replaceWith(fresh);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  if (isList) settleRows(old, [...old.children], [...fresh.children]);
  else settleEach([...old.childNodes], [...fresh.childNodes]);
};

const settleEach = (before, now) => before.forEach((node, number) => settle(node, now[number]));

// Rows that are as they were stay; what stands between two of them now takes the place of what stood there.
const settleRows = (list, before, now) => {
  let done = 0;
  let waiting = [];
  const close = (end) => {
    const gone = before.slice(done, end);
    if (gone.length === waiting.length) settleEach(gone, waiting);
    else {
      waiting.forEach((row) => list.insertBefore(row, before[end] ?? null));
      gone.filter(isFree).forEach((row) => row.remove());
    }
    waiting = [];
    done = end + 1;
  };
  for (const row of now) {
    const place = before.findIndex((one, number) => number >= done && one.isEqualNode(row));
    if (place < 0) waiting.push(row);
    else close(place);
  }
  close(before.length);
};

const isFree = (node) => !node.contains(document.activeElement);

const tell = (isAnswered) => {
  document.getElementById("old").hidden = isAnswered; // The console itself may be away for a moment.
};

step();
