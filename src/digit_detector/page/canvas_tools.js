// Undo, Redo and Clear for the drawing canvas, whose own toolbar appears only on hover and lies where a phone's tap
// would erase the drawing. The canvas takes no commands from Python, so these buttons press its hidden ones: no round
// trip, its undo history stays whole, and it reports the changed drawing as after a stroke.

const COMMANDS = { undo: "Undo", redo: "Redo", clear: "Reset canvas & history" };

// The drawing always has the same number of pixels; only its size on the screen follows the visitor's width.
const style = new CSSStyleSheet();
style.replaceSync(`
  :host { --side: 400px; }
  @media (max-width: 800px) { :host { --side: 320px; } }
  .dc-container, .dc-container .canvas-container, .dc-container canvas {
    width: var(--side) !important;
    height: var(--side) !important;
  }
  .dc-toolbar { display: none !important; }
`);

function findCanvas(key) {
  for (const element of document.querySelectorAll(`.st-key-${key} *`)) {
    if (element.shadowRoot?.querySelector(".dc-toolbar")) return element.shadowRoot;
  }
  return null;
}

export default function ({ parentElement, data }) {
  let frame = 0;
  const styleOnceThere = () => {
    const canvas = findCanvas(data.canvas);
    if (canvas === null) frame = requestAnimationFrame(styleOnceThere);
    else if (!canvas.adoptedStyleSheets.includes(style)) canvas.adoptedStyleSheets.push(style);
  };
  styleOnceThere();
  for (const [id, label] of Object.entries(COMMANDS)) {
    parentElement.querySelector(`#${id}`).onclick = () =>
      findCanvas(data.canvas)?.querySelector(`.dc-toolbar [aria-label="${label}"]`).click();
  }
  return () => cancelAnimationFrame(frame);
}
