// Nodes that persist while their text changes, as a live region needs to be announced.

function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function add(parent, name, className, text = "") {
  const made = parent.appendChild(document.createElement(name));
  made.className = className;
  made.textContent = text;
  return made;
}

const perCent = (score) => (score > 0 && score < 0.005 ? "<1%" : `${Math.round(100 * score)}%`);

function showObject(list, { label, top, colour, textColour, line }) {
  const row = add(list, "li", "");
  const chip = add(row, "span", "chip", label);
  chip.style.setProperty("--colour", colour);
  chip.style.setProperty("--text", textColour);
  chip.style.setProperty("--line", line);
  for (const entry of top) {
    const cell = add(row, "span", "class");
    add(cell, "b", "", entry.label);
    cell.append(` ${perCent(entry.score)}`);
    add(add(cell, "span", "bar"), "i", "").style.width = `${100 * entry.score}%`;
  }
}

export default function ({ parentElement, data }) {
  const node = (id) => parentElement.querySelector(`#${id}`);
  say(node("reading"), data.reading);
  say(node("remark"), data.remark);
  say(node("status"), data.status);
  const objects = node("objects");
  objects.replaceChildren();
  objects.hidden = data.objects.length === 0;
  for (const each of data.objects) showObject(objects, each);
  const leftOut = node("left-out");
  leftOut.replaceChildren();
  leftOut.hidden = data.leftOut.length === 0;
  for (const { text, why } of data.leftOut) add(add(leftOut, "li", ""), "b", "", text).after(` – ${why}`);
}
