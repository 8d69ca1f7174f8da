/** The desk: the pen draws, the worker looks, and what it finds appears while the pen goes on. */

import { Detector } from "../detect/detector";
import type { Pixels } from "../detect/preprocess";
import { detectionsOf, type Detections, type RawPrediction } from "../detect/result";
import { History } from "../draw/history";
import { Pen } from "../draw/pen";
import { SIDE, type Drawing, type Stroke } from "../draw/strokes";
import { Answer } from "./answer";
import { byId, percent } from "./dom";
import { Paper } from "./paper";
import { Settings } from "./settings";

const NOTHING: Detections = { width: SIDE, height: SIDE, detections: [] };

export class Desk {
  /** Hears of each change that the visitor makes. */
  onChange = (): void => undefined;

  readonly #history = new History();
  readonly #settings = new Settings(() => this.#showAnswer());
  readonly #paper = new Paper(() => this.#showAnswer());
  readonly #answer = new Answer();
  readonly #pen: Pen;
  #detector: Detector;
  #stroke: Stroke | null = null;
  /** Counts the changes on the paper; `#seen` is the one that `#raw` is about. */
  #revision = 0;
  #seen = 0;
  #raw: RawPrediction | null = null;
  #found = NOTHING;
  #facts = "";

  constructor() {
    this.#pen = new Pen(this.#paper.element, () => this.#settings.penWidth, {
      drawn: (stroke) => this.#draw(stroke),
      done: (stroke) => {
        this.#stroke = null;
        this.#history.change([...this.#history.drawing, stroke]);
        this.onChange();
        this.#refresh(); // what is on the paper stays the same, and so does the answer
        this.#showAnswer();
      },
      dropped: () => this.#draw(null),
    });
    this.#detector = this.#start();
  }

  /** What is on the paper, the stroke under the pen with it. */
  get drawing(): Drawing {
    return this.#stroke ? [...this.#history.drawing, this.#stroke] : this.#history.drawing;
  }

  get found(): Detections {
    return this.#found;
  }

  /** Whether the visitor has asked to see what is rude on this drawing. */
  get isUncovered(): boolean {
    return this.#answer.isUncovered;
  }

  /** Whether the answer is about what was on the paper before. */
  get #isStale(): boolean {
    return this.drawing.length > 0 && this.#seen !== this.#revision;
  }

  undo(): void {
    this.#step(() => this.#history.undo());
  }

  redo(): void {
    this.#step(() => this.#history.redo());
  }

  clear(): void {
    this.#change([]);
  }

  /** Show a stranger's drawing, hidden until the detector has seen that nothing on it is rude. */
  show(drawing: Drawing): void {
    this.#raw = null;
    this.#answer.coverAgain();
    this.#paper.isHidden = true;
    this.#history.change(drawing);
    this.#changed();
  }

  /** What the detector finds in any picture, at the thresholds of the moment. */
  async detect(picture: Pixels): Promise<Detections> {
    return detectionsOf(await this.#detector.predict(picture), this.#settings.thresholds);
  }

  startAgain(): void {
    this.#detector.end();
    this.#detector = this.#start();
    if (this.drawing.length > 0) this.#detector.look(this.drawing, this.#revision);
  }

  #start(): Detector {
    const status = byId("status", HTMLElement);
    /** What else the page has to say stays. */
    const tell = (text: string): void => {
      if (/^(Getting r|R)eady|^$/.test(status.textContent)) status.textContent = text;
    };
    const fault = byId("fault", HTMLElement);
    fault.hidden = true;
    return new Detector({
      progress: (share) => tell(`Getting ready… ${percent(share)}`),
      ready: (on) => {
        performance.mark("ready");
        this.#facts = on;
        tell(`Ready, ${on}`);
      },
      failed: (message) => {
        tell("");
        fault.querySelector("p")!.textContent = `The detector does not run: ${message}.`;
        fault.hidden = false;
      },
      predicted: (raw, revision) => {
        if (this.drawing.length === 0) return; // cleared meanwhile
        this.#raw = raw;
        this.#seen = revision;
        this.#showAnswer();
      },
    });
  }

  #draw(stroke: Stroke | null): void {
    this.#stroke = stroke;
    this.#changed();
  }

  #change(drawing: Drawing): void {
    this.#history.change(drawing);
    this.onChange();
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
      this.#detector.look(this.drawing, this.#revision);
    } else {
      this.#raw = null;
      this.#answer.coverAgain();
      this.#paper.isHidden = false;
      this.#showAnswer();
    }
    this.#refresh();
  }

  /** What changes with every move of the pen. */
  #refresh(): void {
    this.#paper.show(this.#history.drawing, this.#stroke);
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
    this.#found = this.#raw ? detectionsOf(this.#raw, this.#settings.thresholds) : NOTHING;
    this.#answer.show(this.#found, this.#paper.side, this.#pen.isDown);
    this.#answer.dim(this.#isStale);
    if (!this.#raw) return;
    this.#settings.showInput(this.#raw);
    const took = `${this.#found.detections.length} found in ${this.#raw.milliseconds.toFixed(0)} ms`;
    byId("facts", HTMLElement).textContent = `${took}, ${this.#facts}`;
    // There are covers only while the pen rests, and only over what the answer is about.
    if (!this.#pen.isDown && !this.#isStale) this.#paper.isHidden = false;
  }
}
