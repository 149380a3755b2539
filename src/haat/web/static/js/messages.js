// A conversation: what the other one writes comes by itself while the page is looked at.

const list = document.querySelector("[data-messages]");
const EVERY = 5000; // ms
let newest = list?.dataset.newest;
if (newest) setInterval(look, EVERY);

async function look() {
  if (document.hidden) return;
  const answer = await fetch(`${list.dataset.messages}?after=${newest}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  for (const message of await answer.json()) {
    list.append(shown(message));
    newest = message.id;
  }
}

function shown(message) {
  const item = document.createElement("li");
  item.className = `panel flat stack s${message.is_mine ? " mine" : ""}`;
  const who = document.createElement("p");
  who.className = "small soft";
  const name = document.createElement("strong");
  name.textContent = message.is_mine ? list.dataset.me : list.dataset.other;
  const when = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(message.at);
  who.append(name, ` · ${when}`);
  const said = document.createElement("p");
  said.className = "said";
  said.textContent = message.text;
  item.append(who, said);
  return item;
}
