import { expect, test } from "vitest";

import type { Box } from "../src/detect/detections";
import type { Prediction } from "../src/detect/postprocess";
import { type Drawing, SIDE, type Stroke } from "../src/ink/strokes";
import { type Action, initialState, inkOf, isStale, type State, update } from "../src/live/state";
import { specification } from "../src/specification";

const { inputSize } = specification.model;
const { classes } = specification;

function stroke(...places: [number, number][]): Stroke {
  return { width: 14, points: places.flatMap(([x, y]) => [x, y, 1]) };
}

const left = stroke([60, 100], [60, 200]);
const right = stroke([300, 100], [300, 200]);

/** A prediction for a square picture: objects with a box in canvas units and scores by class. */
function predictionOf(...objects: { box: Box; scores: Record<string, number> }[]): Prediction {
  const rows = objects.map(({ box, scores }) => [
    ...box.map((value) => (value * inputSize) / SIDE),
    1,
    ...classes.map((label) => scores[label] ?? 0),
  ]);
  const [width, height] = [inputSize, inputSize];
  const region: Box = [0, 0, width, height];
  const letterbox = { input: new Float32Array(width * height), scale: 1, padX: 0, padY: 0, width, height, region };
  return { views: [{ outputs: Float32Array.from(rows.flat()), letterbox }], turned: 0, milliseconds: 1 };
}

const seven = { box: [40, 80, 80, 220] as Box, scores: { "7": 0.9, "1": 0.05 } };
const one = { box: [280, 80, 320, 220] as Box, scores: { "1": 0.6, "7": 0.35 } };
const rude = { box: [200, 80, 250, 220] as Box, scores: { censored: 0.9 } };

function run(state: State, ...actions: Action[]): State {
  return actions.reduce(update, state);
}

function draw(...drawing: Drawing): Action[] {
  return drawing.flatMap((each): Action[] => [
    { kind: "draw", stroke: each },
    { kind: "lift", stroke: each },
  ]);
}

function answer(state: State, ...objects: Parameters<typeof predictionOf>): State {
  return run(state, { kind: "predicted", prediction: predictionOf(...objects), revision: state.revision });
}

const empty = initialState("en");
/** A 7 at the left and a doubtful 1 at the right. */
const answered = answer(run(empty, ...draw(right, left)), one, seven);

function labels(state: State): string[] {
  return state.found.map(({ label }) => label);
}

test("objects are in reading order, doubtful ones are marked", () => {
  expect(labels(answered)).toEqual(["7", "1"]);
  expect(answered.found.map(({ doubtful }) => doubtful)).toEqual([false, true]);
  expect(isStale(answered)).toBe(false);
});

test("the best object below the threshold is kept apart", () => {
  const faint = { box: [150, 80, 190, 220] as Box, scores: { "4": 0.1 } };
  const state = answer(run(empty, ...draw(left)), seven, faint);
  expect([labels(state), state.nearest?.label]).toEqual([["7"], "4"]);
  expect(run(state, { kind: "thresholds", thresholds: { score: 0.05 } }).nearest).toBe(null);
});

test("an answer that comes late does not replace a newer one", () => {
  const late = { kind: "predicted", prediction: predictionOf(one), revision: answered.revision - 1 } as const;
  expect(labels(run(answered, late))).toEqual(["7", "1"]);
});

test("a stroke keeps its answer when the hand lifts", () => {
  const down = run(answered, { kind: "draw", stroke: stroke([150, 100], [150, 200]) });
  expect(isStale(down)).toBe(true);
  const known = answer(down, one, seven);
  const { points } = known.stroke!;
  expect(isStale(run(known, { kind: "lift", stroke: { width: 14, points } }))).toBe(false);
});

test("a cancelled stroke leaves nothing behind", () => {
  const cancelled = run(answered, { kind: "draw", stroke: stroke([9, 9], [99, 99]) }, { kind: "draw", stroke: null });
  expect(inkOf(cancelled)).toEqual([right, left]);
  expect(cancelled.history).toBe(answered.history);
});

test("a tap on an object chooses it, and a second tap does not draw a dot either", () => {
  const tap = draw(stroke([60, 150]));
  const chosen = run(answered, ...tap);
  expect(chosen.chosen).toBe(0);
  expect(run(chosen, ...tap).chosen).toBe(null);
  expect(inkOf(run(chosen, ...tap))).toEqual([right, left]);
});

test("a tap beside all objects is a dot", () => {
  expect(inkOf(run(answered, ...draw(stroke([150, 300]))))).toHaveLength(3);
});

test("of two boxes a tap chooses the smaller one", () => {
  const state = answer(run(empty, ...draw(left)), seven, { box: [10, 20, 390, 390], scores: { "0": 0.95 } });
  const index = run(state, ...draw(stroke([60, 150]))).chosen!;
  expect(state.found[index].label).toBe("7");
});

test("writing again takes away the object's strokes alone, undoably", () => {
  const again = run(answered, { kind: "rewrite", index: 0 });
  expect(inkOf(again)).toEqual([right]);
  expect(again.tool).toBe("pen");
  expect(isStale(again)).toBe(true);
  expect(inkOf(run(again, { kind: "undo" }))).toEqual([right, left]);
});

test("a chosen label holds while other ink is added, and can be undone", () => {
  const corrected = run(answered, { kind: "relabel", index: 1, label: "7" });
  expect(labels(corrected)).toEqual(["7", "7"]);
  expect(corrected.found[1]).toMatchObject({ corrected: true, doubtful: false, score: 1 });
  expect(corrected.found[1].top.map(({ label }) => label)).toEqual(["7", "1", expect.anything()]);
  expect(isStale(corrected)).toBe(false); // nothing new to detect
  const more = answer(run(corrected, ...draw(stroke([150, 300], [200, 300]))), one, seven);
  expect(labels(more)).toEqual(["7", "7"]);
  expect(labels(run(corrected, { kind: "undo" }))).toEqual(["7", "1"]);
  expect(labels(run(corrected, { kind: "undo" }, { kind: "redo" }))).toEqual(["7", "7"]);
});

test("a corrected object that is written again is detected again", () => {
  const corrected = run(answered, { kind: "relabel", index: 1, label: "7" }, { kind: "rewrite", index: 1 });
  expect(labels(answer(run(corrected, ...draw(right)), one, seven))).toEqual(["7", "1"]);
});

test("the eraser removes the strokes that it touches, in one step", () => {
  const erasing = run(
    answered,
    { kind: "tool", tool: "eraser" },
    { kind: "draw", stroke: stroke([20, 150], [380, 150]) },
  );
  expect(inkOf(erasing)).toEqual([]);
  const erased = run(erasing, { kind: "lift", stroke: erasing.stroke! });
  expect(inkOf(erased)).toEqual([]);
  expect(inkOf(run(erased, { kind: "undo" }))).toEqual([right, left]);
});

test("an erased object's label does not name what is written in its place", () => {
  const corrected = run(answered, { kind: "relabel", index: 0, label: "1" }, { kind: "relabel", index: 1, label: "4" });
  const path = stroke([20, 150], [100, 150]); // through the left one
  const erased = run(
    corrected,
    { kind: "tool", tool: "eraser" },
    { kind: "draw", stroke: path },
    { kind: "lift", stroke: path },
    { kind: "tool", tool: "pen" },
  );
  expect(labels(answer(run(erased, ...draw(left)), one, seven))).toEqual(["7", "4"]);
  expect(labels(answer(run(erased, { kind: "undo" }), one, seven))).toEqual(["1", "4"]);
});

test("an object that loses a stroke alone keeps its label", () => {
  const bar = stroke([45, 150], [75, 150]);
  const crossed = answer(run(empty, ...draw(left, bar)), seven);
  const corrected = run(crossed, { kind: "relabel", index: 0, label: "1" }, { kind: "tool", tool: "eraser" });
  const path = stroke([75, 140], [75, 160]); // across the bar's end
  const erased = run(corrected, { kind: "draw", stroke: path }, { kind: "lift", stroke: path });
  expect(inkOf(erased)).toEqual([left]);
  expect(labels(answer(erased, seven))).toEqual(["1"]);
});

test("an eraser that misses is no step", () => {
  const missed = run(answered, { kind: "tool", tool: "eraser" }, ...draw(stroke([150, 300], [160, 300])));
  expect(missed.history).toBe(answered.history);
});

test("clear can be undone", () => {
  const cleared = run(answered, { kind: "clear" });
  expect([inkOf(cleared), cleared.found]).toEqual([[], []]);
  expect(inkOf(run(cleared, { kind: "undo" }))).toEqual([right, left]);
});

test("clearing an empty canvas is no step", () => {
  const undone = run(answered, { kind: "undo" }, { kind: "undo" });
  expect(inkOf(run(undone, { kind: "clear" }, { kind: "redo" }, { kind: "redo" }))).toEqual([right, left]);
});

test.each<Action>([
  { kind: "undo" },
  { kind: "clear" },
  { kind: "rewrite", index: 0 },
  { kind: "tool", tool: "eraser" },
  { kind: "tool", tool: "pen" },
])("$kind waits for the hand", (action) => {
  for (const tool of ["pen", "eraser"] as const) {
    const moving = { kind: "draw", stroke: stroke([200, 100], [200, 200]) } as const;
    const down = run(answered, { kind: "tool", tool }, moving);
    const after = run(down, action);
    expect([after.history, after.tool, after.stroke]).toEqual([answered.history, tool, down.stroke]);
  }
});

test("covers appear only while the hand is up, and return with a new drawing", () => {
  const down = run(empty, { kind: "draw", stroke: left });
  const found = answer(down, rude);
  expect(found.covered).toEqual([]);
  const up = run(found, { kind: "lift", stroke: found.stroke! });
  expect(up.covered).toHaveLength(1);
  const uncovered = run(up, { kind: "uncover" });
  expect(uncovered.covered).toEqual([]);
  const next = answer(run(uncovered, { kind: "clear" }, ...draw(left)), rude);
  expect(next.covered).toHaveLength(1);
});

test("a shared drawing is hidden until it is answered", () => {
  const linked = { drawing: [left], thresholds: { score: 0.7 }, corrections: [] };
  const opened = run(answered, { kind: "open", linked });
  expect([opened.isHidden, opened.found, opened.thresholds.score]).toEqual([true, [], 0.7]);
  const shown = answer(opened, seven);
  expect(shown.isHidden).toBe(false);
  expect(inkOf(run(shown, { kind: "undo" }))).toEqual([right, left]);
});

test("what somebody else has drawn is hidden whenever it comes back, until it is answered", () => {
  const linked = { drawing: [left], thresholds: {}, corrections: [] };
  const shown = answer(run(empty, { kind: "open", linked }), rude);
  expect(shown.covered).toHaveLength(1);
  for (const steps of [
    [{ kind: "undo" }, { kind: "redo" }],
    [{ kind: "clear" }, { kind: "undo" }],
  ] as Action[][]) {
    const back = run(shown, ...steps);
    expect([inkOf(back), back.isHidden]).toEqual([[left], true]);
    expect(run(back, { kind: "penWidth", width: 9 }).isHidden).toBe(true);
    expect(answer(back, rude)).toMatchObject({ isHidden: false, covered: shown.covered });
  }
  const relabelled = run(shown, { kind: "relabel", index: 0, label: "1" }, { kind: "undo" }, { kind: "undo" });
  expect(run(relabelled, { kind: "redo" }, { kind: "redo" }).isHidden).toBe(true); // the second changes a label alone
  const own = answer(run(empty, ...draw(left)), rude);
  expect(run(own, { kind: "clear" }, { kind: "undo" }).isHidden).toBe(false);
});

test("covers stay the same while nothing else is found", () => {
  const shown = answer(run(empty, ...draw(left)), rude);
  expect(run(shown, { kind: "choose", index: 0 }).covered).toBe(shown.covered);
});

test("a picture takes the drawing's place, and a stroke takes the picture's", () => {
  const pixels = { data: new Uint8ClampedArray(8), width: 2, height: 1 };
  const opened = run(answered, { kind: "openPicture", picture: { name: "a.png", pixels } });
  expect(inkOf(opened)).toEqual([]);
  expect(opened.history.present.picture?.name).toBe("a.png");
  const drawn = run(opened, ...draw(left));
  expect([inkOf(drawn), drawn.history.present.picture]).toEqual([[left], null]);
  expect(run(drawn, { kind: "undo" }).history.present.picture?.name).toBe("a.png");
});

test("a picture that lies on its side is shown upright, as it was read, and undo does not turn it back", () => {
  const pixels = { data: Uint8ClampedArray.of(1, 1, 1, 1, 2, 2, 2, 2), width: 2, height: 1 };
  const opened = run(answered, { kind: "openPicture", picture: { name: "a.png", pixels } });
  const prediction = { ...predictionOf(seven), turned: 2 };
  const turned = run(opened, { kind: "predicted", prediction, revision: opened.revision });
  expect(turned.history.present.picture?.pixels.data).toEqual(Uint8ClampedArray.of(2, 2, 2, 2, 1, 1, 1, 1));
  expect(turned.found).toEqual(answer(opened, seven).found);
  expect(isStale(turned)).toBe(false);
  expect(turned.history.past).toEqual(opened.history.past);
});

test("a threshold needs no new prediction", () => {
  const strict = run(answered, { kind: "thresholds", thresholds: { score: 0.8 } });
  expect(labels(strict)).toEqual(["7"]);
  expect(isStale(strict)).toBe(false);
});

test("an answer to a drawing that was cleared in the meantime is dropped", () => {
  const cleared = run(answered, { kind: "clear" });
  expect(answer({ ...cleared, revision: answered.revision }, seven).found).toEqual([]);
  const late = { kind: "predicted", prediction: predictionOf(seven), revision: answered.revision } as const;
  expect(run(cleared, { kind: "draw", stroke: right }, late).found).toEqual([]);
});

test("a notice stays until the canvas changes", () => {
  const notified = run(
    answered,
    { kind: "notice", notice: { key: "live.linkCopied" } },
    { kind: "progress", fraction: 1 },
  );
  expect(notified.notice?.key).toBe("live.linkCopied");
  expect(run(notified, { kind: "clear" }).notice).toBe(null);
});

test("an error stays while the rest loads, until there is an answer", () => {
  const failed = run(answered, { kind: "failed", message: "no file" }, { kind: "progress", fraction: 0.5 });
  expect(failed.error).toBe("no file");
  expect(answer(failed, seven).error).toBe(null);
  expect(run(failed, { kind: "restart" }).error).toBe(null);
});

test("an opened link's corrections apply, those of unknown classes do not", () => {
  const box: Box = [40 / SIDE, 80 / SIDE, 80 / SIDE, 220 / SIDE];
  const corrections = ["ten", "9"].map((label) => ({ label, box }));
  const opened = run(empty, { kind: "open", linked: { drawing: [left], thresholds: {}, corrections } });
  expect(labels(answer(opened, seven))).toEqual(["9"]);
});
