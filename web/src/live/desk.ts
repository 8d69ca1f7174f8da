/** The desk: the pen draws, the worker detects, and the answer appears while the pen moves on. */

import type { Detections } from "../detect/detections";
import { Detector } from "../detect/detector";
import type { Pixels } from "../detect/images";
import { type Prediction, postprocess } from "../detect/postprocess";
import { History } from "../ink/history";
import { Pen } from "../ink/pen";
import { type Drawing, SIDE, type Stroke } from "../ink/strokes";
import { Answer } from "./answer";
import { Canvas } from "./canvas";
import { byId, percent } from "./dom";
import { Settings } from "./settings";

const EMPTY: Detections = { width: SIDE, height: SIDE, detections: [] };

export class Desk {
  /** Called after each change that the user makes. */
  onChange = (): void => undefined;

  readonly #history = new History();
  readonly #settings = new Settings(() => this.#showAnswer());
  readonly #canvas = new Canvas(() => this.#showAnswer());
  readonly #answer = new Answer();
  readonly #pen: Pen;
  #detector: Detector;
  #stroke: Stroke | null = null;
  /** Counts the changes of the canvas; `#prediction` is for `#predictedRevision`. */
  #revision = 0;
  #predictedRevision = 0;
  #prediction: Prediction | null = null;
  #detections = EMPTY;
  #threads = "";

  constructor() {
    this.#pen = new Pen(this.#canvas.element, () => this.#settings.penWidth, {
      changed: (stroke) => this.#draw(stroke),
      finished: (stroke) => {
        this.#stroke = null;
        this.#history.change([...this.#history.drawing, stroke]);
        this.onChange();
        this.#refresh(); // the canvas looks the same, so the answer stays
        this.#showAnswer();
      },
      cancelled: () => this.#draw(null),
    });
    this.#detector = this.#start();
  }

  /** All strokes, including the current one. */
  get drawing(): Drawing {
    return this.#stroke ? [...this.#history.drawing, this.#stroke] : this.#history.drawing;
  }

  get detections(): Detections {
    return this.#detections;
  }

  /** Whether the user has uncovered the rude objects of this drawing. */
  get isUncovered(): boolean {
    return this.#answer.isUncovered;
  }

  /** Whether the answer is about an earlier state of the canvas. */
  get #isStale(): boolean {
    return this.drawing.length > 0 && this.#predictedRevision !== this.#revision;
  }

  undo(): void {
    this.#step(() => this.#history.undo());
  }

  redo(): void {
    this.#step(() => this.#history.redo());
  }

  clear(): void {
    this.#history.change([]);
    this.onChange();
    this.#changed();
  }

  /** Show a shared drawing, hidden until detection has covered what is rude. */
  show(drawing: Drawing): void {
    this.#prediction = null;
    this.#answer.coverAgain();
    this.#canvas.isHidden = true;
    this.#history.change(drawing);
    this.#changed();
  }

  /** Detect in any picture, at the current thresholds. */
  async detect(picture: Pixels): Promise<Detections> {
    return postprocess(await this.#detector.predict(picture), this.#settings.thresholds);
  }

  restart(): void {
    this.#detector.close();
    this.#detector = this.#start();
    if (this.drawing.length > 0) this.#detector.submit(this.drawing, this.#revision);
  }

  #start(): Detector {
    const status = byId("status", HTMLElement);
    /** Show the detector's status, unless the page shows another message. */
    const showStatus = (text: string): void => {
      if (/^(Getting r|R)eady|^$/.test(status.textContent)) status.textContent = text;
    };
    const error = byId("error", HTMLElement);
    error.hidden = true;
    return new Detector({
      progress: (fraction) => showStatus(`Getting ready… ${percent(fraction)}`),
      ready: (threads) => {
        performance.mark("ready");
        this.#threads = threads === 1 ? "one thread" : `${threads} threads`;
        showStatus(`Ready, ${this.#threads}`);
      },
      failed: (message) => {
        showStatus("");
        error.querySelector("p")!.textContent = `The detector failed: ${message}.`;
        error.hidden = false;
      },
      predicted: (prediction, revision) => {
        error.hidden = true;
        if (this.drawing.length === 0) return; // cleared in the meantime
        this.#prediction = prediction;
        this.#predictedRevision = revision;
        this.#showAnswer();
      },
    });
  }

  #draw(stroke: Stroke | null): void {
    this.#stroke = stroke;
    this.#changed();
  }

  #step(move: () => void): void {
    if (this.#pen.isDown) return;
    move();
    this.onChange();
    this.#changed();
  }

  #changed(): void {
    this.#revision++;
    if (this.drawing.length > 0) {
      this.#detector.submit(this.drawing, this.#revision);
    } else {
      this.#prediction = null;
      this.#answer.coverAgain();
      this.#canvas.isHidden = false;
      this.#showAnswer();
    }
    this.#refresh();
  }

  /** Update what changes with every move of the pen. */
  #refresh(): void {
    this.#canvas.show(this.#history.drawing, this.#stroke);
    this.#enable(this.drawing.length > 0);
    this.#answer.dim(this.#isStale);
  }

  #enable(hasInk: boolean): void {
    byId("hint", HTMLElement).hidden = hasInk;
    for (const id of ["clear", "share", "picture", "json"]) byId(id, HTMLButtonElement).disabled = !hasInk;
    byId("undo", HTMLButtonElement).disabled = !this.#history.canUndo;
    byId("redo", HTMLButtonElement).disabled = !this.#history.canRedo;
  }

  #showAnswer(): void {
    this.#detections = this.#prediction ? postprocess(this.#prediction, this.#settings.thresholds) : EMPTY;
    this.#answer.show(this.#detections, this.#canvas.side, this.#pen.isDown);
    this.#answer.dim(this.#isStale);
    if (!this.#prediction) return;
    this.#settings.showInput(this.#prediction);
    const count = this.#detections.detections.length;
    const milliseconds = this.#prediction.milliseconds.toFixed(0);
    byId("facts", HTMLElement).textContent = `${count} found in ${milliseconds} ms, ${this.#threads}`;
    // Covers exist only while the pen is up, and only for the drawing of the answer.
    if (!this.#pen.isDown && !this.#isStale) this.#canvas.isHidden = false;
  }
}
