/** From pointer events to strokes: one hand draws; palms, second fingers and other buttons are ignored. */

import { NUMBERS, SIDE, type Stroke } from "./strokes";

/** A touch this soon after a pen is the palm of the hand that holds it. */
const PALM_MS = 1000;
/** Points closer than this to the last one, in the paper's units, add nothing. */
const NEAR = 0.25;

export interface PenListener {
  /** The stroke under the pen has begun or grown. */
  drawn(stroke: Stroke): void;
  /** The pen was lifted. */
  done(stroke: Stroke): void;
  /** The stroke never was: a palm, or a gesture of the system's. */
  dropped(): void;
}

export class Pen {
  readonly #paper: HTMLElement;
  readonly #width: () => number;
  readonly #listener: PenListener;
  #pointer: number | null = null;
  #kind = "";
  #points: number[] = [];
  #chosen = 0;
  #penSeen = -Infinity;
  /** Kept while the pen is down: to ask for it at each event would lay the page out anew. */
  #frame = new DOMRect();

  /** `width` tells the width chosen when a stroke begins. */
  constructor(paper: HTMLElement, width: () => number, listener: PenListener) {
    this.#paper = paper;
    this.#width = width;
    this.#listener = listener;
    paper.addEventListener("pointerdown", (event) => this.#down(event));
    paper.addEventListener("pointermove", (event) => this.#move(event));
    paper.addEventListener("pointerup", (event) => this.#up(event));
    paper.addEventListener("pointercancel", (event) => this.#cancel(event));
    // Older Safari scrolls and magnifies in spite of touch-action.
    paper.addEventListener("touchstart", (event) => isOnButton(event) || event.preventDefault(), { passive: false });
  }

  get isDown(): boolean {
    return this.#pointer !== null;
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || isOnButton(event)) return;
    if (event.pointerType === "pen") {
      this.#penSeen = event.timeStamp;
      if (this.#kind === "touch" && this.isDown) this.#drop(); // the palm came down before the pen
    } else if (event.pointerType === "touch" && event.timeStamp - this.#penSeen < PALM_MS) {
      return;
    }
    if (this.isDown) return;
    event.preventDefault();
    this.#paper.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.#kind = event.pointerType;
    this.#frame = this.#paper.getBoundingClientRect();
    this.#points = [];
    this.#chosen = this.#width();
    this.#add(event);
    this.#listener.drawn(this.#stroke());
  }

  #move(event: PointerEvent): void {
    if (event.pointerType === "pen") this.#penSeen = event.timeStamp;
    if (event.pointerId !== this.#pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length > 0 ? passed : [event]) this.#add(each);
    this.#listener.drawn(this.#stroke());
  }

  #up(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#listener.done(this.#stroke());
  }

  #cancel(event: PointerEvent): void {
    if (event.pointerId === this.#pointer) this.#drop();
  }

  #drop(): void {
    this.#pointer = null;
    this.#listener.dropped();
  }

  #stroke(): Stroke {
    return { width: this.#chosen, points: this.#points };
  }

  #add(event: PointerEvent): void {
    const x = round(((event.clientX - this.#frame.x) * SIDE) / this.#frame.width);
    const y = round(((event.clientY - this.#frame.y) * SIDE) / this.#frame.height);
    const last = this.#points.length - NUMBERS;
    if (last >= 0 && Math.hypot(x - this.#points[last], y - this.#points[last + 1]) < NEAR) return;
    // Only pens know how hard they are pressed; half their force is the width chosen.
    const share = event.pointerType === "pen" && event.pressure > 0 ? 0.4 + 1.2 * event.pressure : 1;
    this.#points.push(x, y, round(share));
  }
}

function isOnButton(event: Event): boolean {
  return event.target instanceof HTMLButtonElement;
}

/** To the precision of shared links, so that what is shared is what was drawn. */
function round(value: number): number {
  return Math.round(value * 8) / 8;
}
