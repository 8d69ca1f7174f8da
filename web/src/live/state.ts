/** The state of the page: one object, and one function from a state and an action to the next state. */

import type { Box, Detection } from "../detect/detections";
import type { DetectorEvent } from "../detect/detector";
import type { Pixels } from "../detect/images";
import type { Prediction, Thresholds } from "../detect/postprocess";
import { turnPixels } from "../detect/turning";
import { begin, change, type History, redo, undo } from "../ink/history";
import type { Correction, Linked } from "../ink/link";
import { type Area, cutOut, type Erasing, fractionInside, isTap, rub } from "../ink/selection";
import { type Drawing, PEN_WIDTH, SIDE, type Stroke } from "../ink/strokes";
import { specification } from "../specification";
import type { Size } from "../ui/boxes";
import type { Language } from "./catalogue";
import { correctionsElsewhere, type Found, findObjects, objectAt, toFractions } from "./found";

export interface Picture {
  /** Of its file. */
  name: string;
  pixels: Pixels;
}

/** What undo and redo step through. */
export interface Content {
  drawing: Drawing;
  /** Shown instead of a drawing. */
  picture: Picture | null;
  corrections: readonly Correction[];
  /** Made by somebody else: from a link or a file, with what was drawn on it since. */
  isForeign: boolean;
}

export type Tool = "pen" | "eraser";

/** A message in place of the detector's status: a key of the catalogue, and its values. */
export interface Notice {
  key: string;
  values?: Record<string, string>;
}

export interface State {
  readonly language: Language;
  readonly history: History<Content>;
  readonly tool: Tool;
  readonly penWidth: number;
  readonly thresholds: Thresholds;
  /** What the hand that is down has done so far: a line of ink, or an eraser's path. */
  readonly stroke: Stroke | null;
  readonly erasing: Erasing | null;
  /** Counts the changes of what is to be detected; `prediction` is about `predictedRevision`. */
  readonly revision: number;
  readonly predictedRevision: number;
  readonly prediction: Prediction | null;
  /** Of the picture that `found` is about. */
  readonly size: Size;
  /** In reading order. */
  readonly found: readonly Found[];
  /** The best object that scores less than the threshold. */
  readonly nearest: Detection | null;
  /** Boxes of what is rude. They change only while the hand is up, so that no cover appears under it. */
  readonly covered: readonly Box[];
  /** The visitor has uncovered what is rude here. */
  readonly isUncovered: boolean;
  /** What somebody else has made is hidden until detection has covered what is rude in it. */
  readonly isHidden: boolean;
  /** Index into `found` of the object whose class is being chosen. */
  readonly chosen: number | null;
  readonly detector: Extract<DetectorEvent, { kind: "progress" | "ready" }>;
  /** Why the detector failed, until it has an answer again. */
  readonly error: string | null;
  readonly notice: Notice | null;
  /** A newer version of the page is on the device. */
  readonly isOutdated: boolean;
}

export type Action =
  | { kind: "draw"; stroke: Stroke | null }
  | { kind: "lift"; stroke: Stroke }
  | { kind: "undo" }
  | { kind: "redo" }
  | { kind: "clear" }
  | { kind: "open"; linked: Linked }
  | { kind: "openPicture"; picture: Picture }
  | { kind: "choose"; index: number | null }
  | { kind: "relabel"; index: number; label: string }
  | { kind: "rewrite"; index: number }
  | { kind: "uncover" }
  | { kind: "tool"; tool: Tool }
  | { kind: "penWidth"; width: number }
  | { kind: "thresholds"; thresholds: Partial<Thresholds> }
  | { kind: "language"; language: Language }
  | DetectorEvent
  | { kind: "restart" }
  | { kind: "notice"; notice: Notice }
  | { kind: "outdated" };

const EMPTY: Content = { drawing: [], picture: null, corrections: [], isForeign: false };
export const USUAL_THRESHOLDS: Thresholds = {
  score: specification.model.scoreThreshold,
  iou: specification.model.iouThreshold,
};

export function initialState(language: Language): State {
  return {
    language,
    history: begin(EMPTY),
    tool: "pen",
    penWidth: PEN_WIDTH.default,
    thresholds: USUAL_THRESHOLDS,
    stroke: null,
    erasing: null,
    revision: 0,
    predictedRevision: 0,
    prediction: null,
    size: { width: SIDE, height: SIDE },
    found: [],
    nearest: null,
    covered: [],
    isUncovered: false,
    isHidden: false,
    chosen: null,
    detector: { kind: "progress", fraction: 0 },
    error: null,
    notice: null,
    isOutdated: false,
  };
}

/** The strokes below the hand, without those that are being erased. */
export function restingInk({ history: { present }, erasing }: State): Drawing {
  return erasing ? erasing.kept : present.drawing;
}

/** All strokes on the canvas, including the one that is being drawn. */
export function inkOf(state: State): Drawing {
  const { stroke, tool } = state;
  return stroke && tool === "pen" ? [...restingInk(state), stroke] : restingInk(state);
}

/** The picture on the canvas; a new stroke takes its place. */
export function pictureOf({ history: { present }, stroke, tool }: State): Picture | null {
  return stroke && tool === "pen" ? null : present.picture;
}

export function isEmpty(state: State): boolean {
  const isDrawing = state.stroke !== null && state.tool === "pen";
  return restingInk(state).length === 0 && !isDrawing && !pictureOf(state);
}

/** Whether `found` is about an earlier state of the canvas. */
export function isStale(state: State): boolean {
  return state.predictedRevision !== state.revision && !isEmpty(state);
}

/** Whether a cover takes the place of an object's box. */
export function isCovered({ isUncovered }: State, { label }: Found): boolean {
  return !isUncovered && label === specification.censored;
}

export function update(state: State, action: Action): State {
  return derive(state, step(state, action));
}

function step(state: State, action: Action): State {
  switch (action.kind) {
    case "draw":
      return draw(state, action.stroke);
    case "lift":
      return lift(state, action.stroke);
    case "undo":
      return travel(state, undo(state.history));
    case "redo":
      return travel(state, redo(state.history));
    case "clear":
      return state.stroke || isEmpty(state) ? state : edit(state, EMPTY); // it waits for the hand, as undo does
    case "open":
      return openLinked(state, action.linked);
    case "openPicture":
      return openForeign(state, { ...EMPTY, picture: action.picture });
    case "choose":
      return { ...state, chosen: action.index };
    case "relabel":
      return relabel(state, action.index, action.label);
    case "rewrite":
      return rewrite(state, action.index);
    case "uncover":
      return { ...state, isUncovered: true };
    case "tool":
      return state.stroke ? state : { ...state, tool: action.tool, chosen: null };
    case "penWidth":
      return { ...state, penWidth: action.width };
    case "thresholds":
      return { ...state, thresholds: { ...state.thresholds, ...action.thresholds }, chosen: null };
    case "language":
      return { ...state, language: action.language };
    case "progress":
    case "ready":
      return { ...state, detector: action };
    case "failed":
      return { ...state, error: action.message };
    case "restart":
      return { ...state, error: null, detector: { kind: "progress", fraction: 0 } };
    case "predicted":
      return predicted(state, action.prediction, action.revision);
    case "notice":
      return { ...state, notice: action.notice };
    case "outdated":
      return { ...state, isOutdated: true };
  }
}

/** Update what follows from the rest. */
function derive(before: State, state: State): State {
  let next = state;
  if (isEmpty(next)) {
    // An answer that is still to come is about what was cleared.
    next = { ...next, prediction: null, predictedRevision: next.revision, isUncovered: false, isHidden: false };
  }
  const { prediction, thresholds } = next;
  const { corrections } = next.history.present;
  if (
    prediction !== before.prediction ||
    thresholds !== before.thresholds ||
    corrections !== before.history.present.corrections
  ) {
    next = prediction
      ? { ...next, ...findObjects(prediction, thresholds, corrections) }
      : { ...next, found: [], nearest: null };
  }
  if (!next.stroke) {
    const covered = next.found.filter((object) => isCovered(next, object)).map(({ box }) => box);
    const isSame = covered.length === next.covered.length && covered.every((box, index) => box === next.covered[index]);
    if (!isSame) next = { ...next, covered };
    if (next.prediction && !isStale(next)) next = { ...next, isHidden: false };
  }
  if (next.chosen !== null && next.chosen >= next.found.length) next = { ...next, chosen: null };
  return next;
}

function draw(state: State, stroke: Stroke | null): State {
  if (state.tool === "eraser") return stroke ? moveEraser(state, stroke) : cancelErasing(state);
  // A tap is not ink yet: it may be about an object.
  const isInk = stroke !== null && !isTap(stroke);
  const wasInk = state.stroke !== null && !isTap(state.stroke);
  const next = { ...state, stroke, chosen: isInk ? null : state.chosen };
  return isInk || wasInk ? { ...next, revision: state.revision + 1 } : next;
}

function cancelErasing(state: State): State {
  const isBack = state.erasing !== null && state.erasing.kept !== state.history.present.drawing;
  return { ...state, stroke: null, erasing: null, revision: state.revision + (isBack ? 1 : 0) };
}

function moveEraser(state: State, path: Stroke): State {
  const before = state.erasing ?? { kept: state.history.present.drawing, seen: 0 };
  const erasing = rub(before, path);
  const revision = erasing.kept === before.kept ? state.revision : state.revision + 1;
  return { ...state, stroke: path, erasing, revision, chosen: null };
}

function lift(state: State, stroke: Stroke): State {
  const { drawing } = state.history.present;
  const resting = { ...state, stroke: null, erasing: null };
  if (state.tool === "eraser") {
    const { kept } = moveEraser(state, stroke).erasing!;
    if (kept === drawing) return resting;
    const erased = drawing.filter((each) => !kept.includes(each));
    const { corrections, ...rest } = state.history.present;
    // Of an object that is gone; one that has lost a stroke alone keeps its label.
    const isGone = ({ box }: Correction): boolean => hasStroke(erased, box) && !hasStroke(kept, box);
    return edit(resting, { ...rest, drawing: kept, corrections: corrections.filter((each) => !isGone(each)) });
  }
  if (isTap(stroke)) {
    const index = objectAt(state.found, state.size, stroke.points[0] / SIDE, stroke.points[1] / SIDE);
    if (index !== null) return { ...resting, chosen: index === state.chosen ? null : index };
    if (state.chosen !== null) return { ...resting, chosen: null };
  }
  const before = state.history.present.picture ? EMPTY : state.history.present;
  const edited = edit(resting, { ...before, drawing: [...before.drawing, stroke] });
  // What was drawn is what the detector has, so the answer stays.
  const isKnown = state.stroke !== null && state.stroke.points === stroke.points && !isTap(stroke);
  return isKnown ? { ...edited, revision: state.revision } : edited;
}

/** Change the content, undoably. */
function edit(state: State, content: Content): State {
  const isSeen = content.drawing === state.history.present.drawing && content.picture === state.history.present.picture;
  return {
    ...state,
    history: change(state.history, content),
    revision: isSeen ? state.revision : state.revision + 1,
    chosen: null,
    notice: null,
  };
}

function travel(state: State, history: History<Content>): State {
  // A hand that is down would lose its stroke.
  if (state.stroke || history.present === state.history.present) return state;
  const travelled = { ...edit(state, history.present), history };
  return { ...travelled, isHidden: history.present.isForeign && !state.isUncovered && isStale(travelled) };
}

function openLinked(state: State, { drawing, thresholds, corrections }: Linked): State {
  const known = corrections.filter(({ label }) => specification.classes.includes(label));
  const adjusted = { ...state, thresholds: { ...USUAL_THRESHOLDS, ...thresholds } };
  return openForeign(adjusted, { ...EMPTY, drawing, corrections: known });
}

function openForeign(state: State, content: Content): State {
  const edited = edit(state, { ...content, isForeign: true });
  return { ...edited, stroke: null, erasing: null, prediction: null, isUncovered: false, isHidden: true };
}

function relabel(state: State, index: number, label: string): State {
  const { corrections, ...rest } = state.history.present;
  const box = toFractions(state.found[index].box, state.size);
  const others = correctionsElsewhere(corrections, box);
  return edit(state, { ...rest, corrections: [...others, { box, label }] });
}

/** Take the object's strokes away, to be written again. */
function rewrite(state: State, index: number): State {
  if (state.stroke) return state;
  const { present } = state.history;
  const box = toFractions(state.found[index].box, state.size);
  const drawing = cutOut(present.drawing, toArea(box));
  const corrections = correctionsElsewhere(present.corrections, box);
  return { ...edit(state, { ...present, picture: null, drawing, corrections }), tool: "pen" };
}

/** Whether a stroke lies mostly in a box. */
function hasStroke(drawing: Drawing, box: Box): boolean {
  return drawing.some((stroke) => fractionInside(stroke, toArea(box)) > 0.5);
}

/** A box in fractions of the canvas, in canvas units. */
function toArea(box: Box): Area {
  return box.map((fraction) => fraction * SIDE) as [number, number, number, number];
}

function predicted(state: State, prediction: Prediction, revision: number): State {
  // Cleared in the meantime, or a drawing that waited behind the picture that is shown.
  if (isEmpty(state) || revision < state.predictedRevision) return { ...state, error: null };
  const isMoved = revision !== state.predictedRevision;
  const upright = prediction.turned === 0 ? state : turnPicture(state, prediction.turned);
  return {
    ...upright,
    error: null,
    prediction: { ...prediction, turned: 0 },
    predictedRevision: revision,
    chosen: isMoved ? null : state.chosen,
  };
}

/** Turn the picture by 90 degrees counterclockwise, `turns` times; undo does not lead back to it as it lay. */
function turnPicture(state: State, turns: number): State {
  const { present } = state.history;
  const picture = present.picture && { ...present.picture, pixels: turnPixels(present.picture.pixels, turns) };
  return { ...state, history: { ...state.history, present: { ...present, picture } } };
}
