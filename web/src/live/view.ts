/** The page's view: `render` shows a state, and only what has changed since the one before. */

import type { Box } from "../detect/detections";
import { reading } from "../detect/reading_order";
import { PEN_WIDTH } from "../ink/strokes";
import { specification } from "../specification";
import { type ShownBox, showBoxes, showCovers } from "../ui/boxes";
import { setText } from "../ui/dom";
import { type ClassStyle, type FoundObject, type NamedScore, type PercentBox, percent } from "../ui/objects";
import { readingTools, showReading } from "../ui/reading";
import { fixPanel, showObjects } from "../ui/result";
import type { Translate } from "../ui/texts";
import { Canvas } from "./canvas";
import { LANGUAGES, type Language, translators } from "./catalogue";
import { type Found, pictureArea, type Size } from "./found";
import { type Action, isEmpty, isStale, pictureOf, restingInk, type State } from "./state";

/** The page's element with this ID; throws if it is missing. */
export function byId<T extends Element>(id: string, kind: new () => T): T {
  const node = document.getElementById(id);
  if (!(node instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return node;
}

export class View {
  readonly #dispatch: (action: Action) => void;
  readonly #canvas: Canvas;
  readonly #boxes = byId("boxes", HTMLElement);
  readonly #covers = byId("covers", HTMLElement);
  readonly #fix = byId("fix", HTMLElement);
  readonly #more = byId("more", HTMLDetailsElement);
  /** What is shown. */
  #state: State | null = null;

  constructor(dispatch: (action: Action) => void) {
    this.#dispatch = dispatch;
    this.#canvas = new Canvas(byId("canvas", HTMLElement), () => this.#state && this.#showBoxes(this.#state));
    const languages = Object.entries(LANGUAGES).map(([language, name]) => new Option(name, language));
    byId("language", HTMLSelectElement).append(...languages);
    Object.assign(byId("pen", HTMLInputElement), { min: PEN_WIDTH.min, max: PEN_WIDTH.max });
    this.#more.addEventListener("toggle", () => this.#state && this.#showInput(this.#state));
  }

  render(state: State): void {
    const before = this.#state;
    this.#state = state;
    const has = (...keys: (keyof State)[]): boolean => !before || keys.some((key) => before[key] !== state[key]);
    const translate = translators[state.language];
    if (has("language")) this.#showTexts(state.language);
    const line = state.tool === "pen" ? state.stroke : null;
    this.#canvas.show(restingInk(state), pictureOf(state)?.pixels ?? null, line);
    this.#showTools(state);
    setText(byId("status", HTMLElement), statusOf(state, translate));
    this.#showError(state, translate);
    byId("outdated", HTMLElement).hidden = !state.isOutdated;
    this.#boxes.classList.toggle("stale", isStale(state));
    if (has("found", "language", "chosen")) {
      this.#showBoxes(state);
      this.#showList(state);
    }
    if (has("covered", "language")) this.#showCovers(state);
    if (has("chosen", "language", "found")) this.#showFix(state, before);
    if (has("prediction", "found", "language", "detector")) this.#showInput(state);
  }

  /** Fill in the texts of the elements that name them. */
  #showTexts(language: Language): void {
    const translate = translators[language];
    document.documentElement.lang = language;
    document.title = translate("live.title");
    for (const node of document.querySelectorAll<HTMLElement>("[data-text]")) {
      node.textContent = translate(node.dataset.text!);
    }
    for (const node of document.querySelectorAll<HTMLElement>("[data-label]")) {
      node.ariaLabel = node.title = translate(node.dataset.label!);
    }
    byId("language", HTMLSelectElement).value = language;
    const tools = readingTools(translate, language, () => reading(this.#state?.found ?? []));
    tools.id = "reading-tools";
    byId("reading-tools", HTMLElement).replaceWith(tools);
  }

  #showTools(state: State): void {
    const { history, tool, penWidth, thresholds } = state;
    const empty = isEmpty(state);
    byId("hint", HTMLElement).hidden = !empty;
    byId("canvas", HTMLElement).classList.toggle("hidden", state.isHidden);
    byId("canvas", HTMLElement).dataset.tool = tool;
    byId("canvas", HTMLElement).classList.toggle("has-picture", pictureOf(state) !== null);
    byId("reading-tools", HTMLElement).hidden = reading(state.found) === "";
    for (const id of ["clear", "save", "json"]) byId(id, HTMLButtonElement).disabled = empty;
    byId("share", HTMLButtonElement).disabled = empty || history.present.picture !== null;
    byId("undo", HTMLButtonElement).disabled = history.past.length === 0;
    byId("redo", HTMLButtonElement).disabled = history.future.length === 0;
    const eraser = byId("eraser", HTMLButtonElement);
    eraser.ariaPressed = String(tool === "eraser");
    eraser.disabled = tool === "pen" && history.present.drawing.length === 0;
    byId("pen", HTMLInputElement).value = String(penWidth);
    byId("nib", HTMLElement).style.setProperty("--width", String(penWidth));
    for (const [name, value] of Object.entries(thresholds)) {
      byId(name, HTMLInputElement).value = String(value);
      byId(`${name}-value`, HTMLOutputElement).value = percent(value);
    }
  }

  #showError({ error }: State, translate: Translate): void {
    const box = byId("error", HTMLElement);
    box.hidden = error === null;
    setText(box.querySelector("p")!, error === null ? "" : translate("live.failed", { message: error }));
  }

  #showBoxes(state: State): void {
    const [x0, y0, x1, y1] = pictureArea(state.size).map((value) => 100 * value);
    for (const layer of [this.#boxes, this.#covers]) {
      Object.assign(layer.style, { left: `${x0}%`, top: `${y0}%`, right: `${100 - x1}%`, bottom: `${100 - y1}%` });
    }
    showBoxes(this.#boxes, shownBoxes(state));
  }

  #showCovers({ covered, size, language }: State): void {
    const boxes = covered.map((box) => toPercent(box, size));
    const text = translators[language]("common.covered");
    showCovers(this.#covers, boxes, size, text, () => this.#dispatch({ kind: "uncover" }));
  }

  #showList(state: State): void {
    const translate = translators[state.language];
    const objects = foundObjects(state);
    const text = reading(state.found);
    const output = byId("reading", HTMLOutputElement);
    showReading(output, text, objects, translate, (index) =>
      this.#dispatch({ kind: "relabel", index, label: objects[index].top[1].label }),
    );
    output.dataset.size = sizeFor(text);
    showObjects(byId("objects", HTMLElement), objects, state.chosen, translate, (index) =>
      this.#dispatch({ kind: "choose", index: index === this.#state?.chosen ? null : index }),
    );
  }

  /** Show the choice of a class over the half of the canvas that the object leaves free. */
  #showFix(state: State, before: State | null): void {
    const object = state.chosen === null ? undefined : foundObjects(state)[state.chosen];
    if (!object || state.chosen === null) {
      const hadFocus = this.#fix.contains(document.activeElement);
      this.#fix.replaceChildren();
      if (hadFocus) listButton(before?.chosen ?? 0)?.focus();
      return;
    }
    const index = state.chosen;
    const hasStrokes = state.history.present.picture === null;
    const panel = fixPanel(object, classStyles(state.language), translators[state.language], {
      label: (label) => this.#dispatch({ kind: "relabel", index, label }),
      rewrite: hasStrokes ? () => this.#dispatch({ kind: "rewrite", index }) : null,
      close: () => this.#dispatch({ kind: "choose", index: null }),
    });
    this.#fix.replaceChildren(panel);
    this.#fix.classList.toggle("above", object.box[1] + object.box[3] > 100);
    // From the keyboard, the choice goes on here.
    if (document.activeElement === listButton(index)) panel.querySelector<HTMLElement>("[aria-pressed=true]")?.focus();
  }

  /** Show what detection took, and the network's input if the settings are open. */
  #showInput({ prediction, found, detector, language }: State): void {
    if (!prediction) return;
    const milliseconds = prediction.milliseconds.toFixed(0);
    const threads = detector.kind === "ready" ? detector.threads : 1;
    const translate = translators[language];
    const device = translate("live.threads", { count: threads });
    const facts = translate("common.status", { count: found.length, milliseconds, device });
    setText(byId("facts", HTMLElement), facts);
    if (!this.#more.open) return;
    const side = specification.model.inputSize;
    const canvas = byId("input", HTMLCanvasElement);
    canvas.width = canvas.height = side;
    const picture = new ImageData(side, side);
    prediction.views[0].letterbox.input.forEach((ink, index) => {
      const shade = 255 * (1 - ink);
      picture.data.set([shade, shade, shade, 255], 4 * index);
    });
    canvas.getContext("2d")!.putImageData(picture, 0, 0);
  }
}

/** The boxes with their tags, the best object first. */
export function shownBoxes(state: State): ShownBox[] {
  const { found, chosen, size, language } = state;
  const byScore = [...found].sort((a, b) => b.score - a.score);
  return byScore.map((object) => {
    const style = classStyle(object.label, language);
    const text = `${style.name} ${object.corrected ? "✓" : percent(object.score)}`;
    return { ...style, box: toPercent(object.box, size), text, chosen: object === found[chosen ?? -1] };
  });
}

export function toPercent(box: Box, { width, height }: Size): PercentBox {
  return box.map((value, side) => (100 * value) / (side % 2 ? height : width)) as PercentBox;
}

function foundObjects({ found, size, language }: State): FoundObject[] {
  const named = ({ label, score }: Found["top"][number]): NamedScore => ({
    label,
    score,
    name: nameOf(label, language),
  });
  return found.map(({ label, box, top, doubtful, corrected }) => ({
    ...classStyle(label, language),
    box: toPercent(box, size),
    top: top.map(named),
    doubtful,
    corrected,
  }));
}

function classStyles(language: Language): ClassStyle[] {
  return specification.classes.map((label) => classStyle(label, language));
}

function classStyle(label: string, language: Language): ClassStyle {
  const { box, text, line } = specification.colours[label];
  return { label, name: nameOf(label, language), colour: box, textColour: text, line };
}

/** The word for a class. */
function nameOf(label: string, language: Language): string {
  return specification.digits.includes(label) ? label : translators[language](`common.class.${label}`);
}

/** A message takes the place of the detector's status until the next change of the canvas. */
function statusOf({ notice, detector, error }: State, translate: Translate): string {
  if (notice) return translate(`live.${notice.key}`, notice.values);
  if (error !== null) return "";
  if (detector.kind === "loading") return translate("live.loading", { progress: percent(detector.fraction) });
  return translate("live.ready", { threads: translate("live.threads", { count: detector.threads }) });
}

/** Long numbers get smaller type, so the canvas below never moves. */
function sizeFor(text: string): string {
  const lines = text.split("\n");
  const longest = Math.max(...lines.map((line) => line.length));
  if (lines.length === 1 && longest <= 15) return "large";
  return lines.length <= 2 && longest <= 31 ? "medium" : "small";
}

function listButton(index: number): HTMLElement | null {
  return document.querySelector<HTMLElement>(`#objects li:nth-child(${index + 1}) > button`);
}
