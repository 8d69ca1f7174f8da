// Buttons, keys and boxes for the drawing canvas. Its own toolbar appears only on hover and lies where a phone's tap
// would erase the drawing; it takes no commands from Python. So it is hidden, and these buttons press its hidden ones:
// no round trip, its undo history stays whole, and it reports the changed drawing as after a stroke. What it cannot do,
// since it never undoes what it began with, goes to Python as a command, and so does Clear, which Python can undo.

const HIDDEN = { undo: "Undo", redo: "Redo" };
const SHORTCUTS = { "ctrl+z": "undo", "ctrl+y": "redo", "ctrl+shift+z": "redo", delete: "clear" };

// The drawing always has the same number of pixels; only its size on the screen follows the visitor's.
const style = new CSSStyleSheet();
style.replaceSync(`
  :host { --side: min(460px, 100vw - 2rem, max(240px, 100dvh - 11.5rem)); }
  .dc-container, .dc-container .canvas-container, .dc-container canvas {
    width: var(--side) !important;
    height: var(--side) !important;
  }
  .dc-toolbar { display: none !important; }
  .boxes { position: absolute; inset: 0; z-index: 15; overflow: hidden; pointer-events: none;
           font: 600 0.8125rem/1.25rem var(--st-font, sans-serif); }
  .box { position: absolute; box-sizing: border-box; border: 2px var(--line) var(--colour); }
  .box.left-out { border: 1px dashed #5f666d; }
  .tag { position: absolute; padding: 0 0.3rem; white-space: nowrap; background: var(--colour); color: var(--text); }
  .tag.left-out { background: #ffffffd9; color: #4a5056; font-weight: 400; }
  .cover { position: absolute; margin: 0; padding: 0; border: 0; pointer-events: auto; cursor: pointer;
           background: repeating-linear-gradient(-45deg, #b9bdc2 0 8px, #aaaeb4 8px 16px); color: #16191d;
           font: inherit; }
  .cover:focus-visible { outline: 3px solid #16191d; outline-offset: -4px; }
`);

function findCanvas(key) {
  for (const element of document.querySelectorAll(`.st-key-${key} *`)) {
    if (element.shadowRoot?.querySelector(".dc-toolbar")) return element.shadowRoot;
  }
  return null;
}

function dress(canvas) {
  if (canvas.adoptedStyleSheets.includes(style)) return;
  canvas.adoptedStyleSheets.push(style);
  const surface = canvas.querySelector(".upper-canvas");
  surface.setAttribute("role", "img");
  surface.setAttribute("aria-label", "Canvas: draw here with a mouse, a pen or a finger");
}

function element(name, className, box, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  const [x0, y0, x1, y1] = box;
  Object.assign(made.style, { left: `${x0}%`, top: `${y0}%`, width: `${x1 - x0}%`, height: `${y1 - y0}%` });
  return made;
}

// Above its box, below it or inside: the first place on the canvas that no other tag has taken.
function place(tag, box, taken, size) {
  const width = (100 * tag.offsetWidth) / size;
  const height = (100 * tag.offsetHeight) / size;
  const left = Math.max(Math.min(box[0], 100 - width), 0);
  const places = [box[1] - height, box[3], box[1]].map((top) => [left, top, left + width, top + height]);
  const inside = places.filter(([, top, , bottom]) => top >= 0 && bottom <= 100);
  const apart = (a, b) => a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3];
  const free = inside.filter((one) => taken.every((other) => apart(one, other)));
  const chosen = [...free, ...inside, ...places][0];
  taken.push(chosen);
  Object.assign(tag.style, { left: `${chosen[0]}%`, top: `${chosen[1]}%`, width: "auto", height: "auto" });
}

function showBoxes(canvas, boxes, onShow) {
  const container = canvas.querySelector(".dc-container");
  const layer = container.querySelector(".boxes") ?? container.appendChild(document.createElement("div"));
  layer.className = "boxes";
  layer.replaceChildren();
  const taken = [];
  for (const { box, text, colour, textColour, line, covered, leftOut } of boxes) {
    if (covered) {
      const cover = element("button", "cover", covered, "Covered: tap to show");
      cover.type = "button";
      cover.onclick = onShow;
      layer.append(cover);
      continue;
    }
    const kind = leftOut ? "left-out" : "";
    const frame = element("div", `box ${kind}`, box, "");
    const tag = element("div", `tag ${kind}`, box, text);
    for (const node of [frame, tag]) {
      node.ariaHidden = "true"; // the list beside the canvas says the same in words
      node.style.setProperty("--colour", colour);
      node.style.setProperty("--text", textColour);
      node.style.setProperty("--line", line);
      layer.append(node);
    }
    tag.style.width = tag.style.height = "auto";
    place(tag, box, taken, layer.clientWidth);
  }
}

let listening = null;

function listen(press) {
  document.removeEventListener("keydown", listening);
  listening = (event) => {
    if (document.querySelector(".st-key-correction")) return; // its boxes are what the keys are for
    const focused = event.composedPath()[0];
    if (focused.isContentEditable || focused.matches?.("input:not([type=range]), textarea")) return;
    const control = event.ctrlKey || event.metaKey ? "ctrl+" : "";
    const name = SHORTCUTS[control + (event.shiftKey ? "shift+" : "") + event.key.toLowerCase()];
    if (name === undefined) return;
    event.preventDefault();
    press(name);
  };
  document.addEventListener("keydown", listening);
}

export default function ({ parentElement, data, setTriggerValue }) {
  const command = (name, value = null) => setTriggerValue("command", { name, value });
  let frame = 0;
  const whenThere = () => {
    const canvas = findCanvas(data.canvas);
    if (canvas === null) {
      frame = requestAnimationFrame(whenThere);
      return;
    }
    dress(canvas);
    showBoxes(canvas, data.boxes, () => command("show"));
  };
  whenThere();

  const press = (name) => {
    const button = findCanvas(data.canvas)?.querySelector(`.dc-toolbar [aria-label="${HIDDEN[name]}"]`);
    if (name === "clear" || button?.disabled) command(name);
    else button?.click();
  };
  for (const button of parentElement.querySelectorAll("button")) button.onclick = () => press(button.id);
  listen(press);

  const pen = parentElement.querySelector("#pen");
  const dot = parentElement.querySelector("circle");
  [pen.min, pen.max] = data.pens;
  pen.value = data.pen;
  dot.setAttribute("r", data.pen / 2);
  pen.oninput = () => dot.setAttribute("r", pen.value / 2);
  pen.onchange = () => command("pen", Number(pen.value));

  return () => {
    cancelAnimationFrame(frame);
    document.removeEventListener("keydown", listening);
  };
}
