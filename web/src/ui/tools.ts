/** The drawing tools below a canvas: undo, redo, eraser, pen width, clear. */

import { PEN_WIDTH } from "../ink/strokes";
import { button, element, setText } from "./dom";
import type { Translate } from "./texts";

export type Tool = "undo" | "redo" | "erase" | "clear";

/** Keys of the whole page, as `shortcutOf` writes them. */
export const TOOL_KEYS: Readonly<Record<string, Tool>> = {
  "ctrl+z": "undo",
  "ctrl+y": "redo",
  "ctrl+shift+z": "redo",
  e: "erase",
};

export interface ToolsView {
  /** The tools that would change something. */
  enabled: Readonly<Record<Tool, boolean>>;
  isErasing: boolean;
  penWidth: number;
}

export interface ToolsActions {
  press(tool: Tool): void;
  widen(penWidth: number): void;
}

const TOOLS: readonly Tool[] = ["undo", "redo", "erase", "clear"];
const KEYS: Readonly<Record<Tool, string>> = { undo: "Control+Z", redo: "Control+Y", erase: "E", clear: "Delete" };
const ICONS: Readonly<Record<Tool, string>> = {
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
  erase: "m8 20-4-4a2 2 0 0 1 0-3l9-9a2 2 0 0 1 3 0l4 4a2 2 0 0 1 0 3l-9 9Zm0 0h12M9 9l7 7",
  clear: "M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3",
};
const SVG = "http://www.w3.org/2000/svg";

export class Tools {
  readonly #bar: HTMLElement;
  readonly #buttons: Readonly<Record<Tool, HTMLButtonElement>>;
  readonly #pen = element("input");
  readonly #nib = element("i");

  constructor(bar: HTMLElement, { press, widen }: ToolsActions) {
    this.#bar = bar;
    bar.role = "group";
    const buttons = TOOLS.map((tool) => [tool, toolButton(tool, () => press(tool))] as const);
    this.#buttons = Object.fromEntries(buttons) as Record<Tool, HTMLButtonElement>;
    Object.assign(this.#pen, { type: "range", id: "pen", min: PEN_WIDTH.min, max: PEN_WIDTH.max });
    this.#pen.oninput = () => widen(this.#pen.valueAsNumber);
    const pen = element("label", "pen");
    const place = element("span", "nib");
    place.append(this.#nib);
    pen.append(place, this.#pen);
    const { undo, redo, erase, clear } = this.#buttons;
    bar.replaceChildren(undo, redo, erase, pen, clear);
  }

  show({ enabled, isErasing, penWidth }: ToolsView, translate: Translate): void {
    this.#bar.ariaLabel = translate("common.tools");
    for (const tool of TOOLS) {
      const node = this.#buttons[tool];
      const name = translate(`common.${tool}`);
      setText(node.lastElementChild!, name);
      node.title = tool === "erase" ? translate("common.eraseHelp") : `${name} (${KEYS[tool]})`;
      node.disabled = !enabled[tool];
    }
    this.#buttons.erase.ariaPressed = String(isErasing);
    this.#pen.ariaLabel = this.#pen.title = translate("common.penWidth");
    this.#pen.value = String(penWidth);
    this.#nib.style.setProperty("--width", String(penWidth));
  }
}

function toolButton(tool: Tool, press: () => void): HTMLButtonElement {
  const node = button("", press);
  node.id = tool;
  node.setAttribute("aria-keyshortcuts", KEYS[tool]);
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.ariaHidden = "true";
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[tool]);
  icon.append(path);
  node.append(icon, element("span"));
  return node;
}
