/** The page's view: `render` shows a state, and only what has changed since the one before. */

import type { Box } from "../detect/detections";
import { reading } from "../detect/reading_order";
import { specification } from "../specification";
import { objectBoxes, type Size, showBoxes, showCovers } from "../ui/boxes";
import { setText } from "../ui/dom";
import { type ClassStyle, type FoundObject, type NamedScore, type PercentBox, percent } from "../ui/objects";
import { readingTools, showReading } from "../ui/reading";
import { remark } from "../ui/remark";
import { fixPanel, showFix, showObjects } from "../ui/result";
import type { Translate } from "../ui/texts";
import { Tools, type ToolsActions } from "../ui/tools";
import { Canvas } from "./canvas";
import { LANGUAGES, type Language, translators } from "./catalogue";
import { type Found, pictureArea, toFractions } from "./found";
import { type Action, isCovered, isEmpty, isStale, pictureOf, restingInk, type State } from "./state";

/** The page's element with this ID; throws if it is missing. */
export function byId<T extends Element>(id: string, kind: new () => T): T {
  const node = document.getElementById(id);
  if (!(node instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return node;
}

export class View {
  readonly #dispatch: (action: Action) => void;
  readonly #canvas: Canvas;
  readonly #tools: Tools;
  readonly #boxes = byId("boxes", HTMLElement);
  readonly #covers = byId("covers", HTMLElement);
  readonly #fix = byId("fix", HTMLElement);
  readonly #more = byId("more", HTMLDetailsElement);
  /** What is shown. */
  #state: State | null = null;

  constructor(dispatch: (action: Action) => void, toolsActions: ToolsActions) {
    this.#dispatch = dispatch;
    this.#tools = new Tools(byId("tools", HTMLElement), toolsActions);
    this.#canvas = new Canvas(byId("canvas", HTMLElement), () => this.#state && this.#showBoxes(this.#state));
    const languages = Object.entries(LANGUAGES).map(([language, name]) => new Option(name, language));
    byId("language", HTMLSelectElement).append(...languages);
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
    if (has("found", "language", "chosen", "isUncovered")) {
      this.#showBoxes(state);
      this.#showList(state);
    }
    if (has("covered", "language")) this.#showCovers(state);
    if (has("chosen", "language", "found")) this.#showFix(state, before);
    if (has("prediction", "found", "language", "detector")) this.#showInput(state);
    if (!state.stroke && !isStale(state)) setText(byId("remark", HTMLElement), remarkOf(state, translate));
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
    const { history, tool, penWidth, thresholds, language } = state;
    const empty = isEmpty(state);
    byId("hint", HTMLElement).hidden = !empty;
    byId("canvas", HTMLElement).classList.toggle("hidden", state.isHidden);
    byId("canvas", HTMLElement).dataset.tool = tool;
    byId("canvas", HTMLElement).classList.toggle("has-picture", pictureOf(state) !== null);
    byId("reading-tools", HTMLElement).hidden = reading(state.found) === "";
    for (const id of ["save", "json"]) byId(id, HTMLButtonElement).disabled = empty || state.isHidden;
    byId("share", HTMLButtonElement).disabled = empty || history.present.picture !== null;
    const isErasing = tool === "eraser";
    const enabled = {
      undo: history.past.length > 0,
      redo: history.future.length > 0,
      erase: isErasing || history.present.drawing.length > 0,
      clear: !empty,
    };
    this.#tools.show({ enabled, isErasing, penWidth }, translators[language]);
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
    showBoxes(this.#boxes, objectBoxes(foundObjects(state), state.chosen));
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
    const index = state.chosen;
    const list = byId("objects", HTMLElement);
    if (index === null) {
      showFix(this.#fix, null, list, before?.chosen ?? 0);
      return;
    }
    const object = foundObjects(state)[index];
    const hasStrokes = state.history.present.picture === null;
    const panel = fixPanel(object, classStyles(state.language), translators[state.language], {
      label: (label) => this.#dispatch({ kind: "relabel", index, label }),
      rewrite: hasStrokes ? () => this.#dispatch({ kind: "rewrite", index }) : null,
      close: () => this.#dispatch({ kind: "choose", index: null }),
    });
    showFix(this.#fix, panel, list, index);
    this.#fix.classList.toggle("above", object.box[1] + object.box[3] > 100);
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

export function toPercent(box: Box, size: Size): PercentBox {
  return toFractions(box, size).map((fraction) => 100 * fraction) as PercentBox;
}

/** The objects as both pages show them. */
export function foundObjects(state: State): FoundObject[] {
  const { found, size, language } = state;
  return found.map((object) => ({
    ...classStyle(object.label, language),
    box: toPercent(object.box, size),
    top: object.top.map((score) => named(score, language)),
    doubtful: object.doubtful,
    corrected: object.corrected,
    covered: isCovered(state, object),
  }));
}

function remarkOf(state: State, translate: Translate): string {
  if (isEmpty(state) || !state.prediction) return "";
  const nearest = (state.nearest?.top ?? []).map((score) => named(score, state.language));
  const missed = nearest.length > 0 && nearest[0].score >= specification.doubt.missedScore ? nearest[0] : null;
  return remark(foundObjects(state), { missed, nearest }, translate);
}

function named({ label, score }: Found["top"][number], language: Language): NamedScore {
  return { label, score, name: nameOf(label, language) };
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
  if (notice) return translate(notice.key, notice.values);
  if (error !== null) return "";
  if (detector.kind === "progress") return translate("live.loading", { progress: percent(detector.fraction) });
  return translate("live.ready", { threads: translate("live.threads", { count: detector.threads }) });
}

/** Long numbers get smaller type, so the canvas below never moves. */
function sizeFor(text: string): string {
  const lines = text.split("\n");
  const longest = Math.max(...lines.map((line) => line.length));
  if (lines.length === 1 && longest <= 15) return "large";
  return lines.length <= 2 && longest <= 31 ? "medium" : "small";
}
