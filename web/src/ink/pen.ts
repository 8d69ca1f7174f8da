/** Pointer events to strokes. One hand draws: palms, second fingers and other buttons are ignored. */

import { clamp } from "../numbers";
import { MARGIN, POINT_LENGTH, PRECISION, SIDE, type Stroke } from "./strokes";

/** A touch this soon after a pen is the palm of the hand that holds the pen. */
const PALM_MS = 1000;
/** Points closer than this to the previous one, in canvas units, are dropped. */
const MIN_DISTANCE = 0.25;

export interface PenListener {
  /** The current stroke has begun or grown. */
  changed(stroke: Stroke): void;
  /** The pen was lifted. */
  finished(stroke: Stroke): void;
  /** The current stroke does not count: it was a palm, or a system gesture. */
  cancelled(): void;
}

export class Pen {
  #pointer: number | null = null;
  #kind = "";
  #points: number[] = [];
  #strokeWidth = 0;
  #lastPenTime = -Infinity;
  /** Kept until the page scrolls or changes its size: reading it at each event would force a layout. */
  #frame: DOMRect | null = null;

  /** `width` is called when a stroke begins. */
  constructor(
    private readonly element: HTMLElement,
    private readonly width: () => number,
    private readonly listener: PenListener,
  ) {
    element.addEventListener("pointerdown", (event) => this.#down(event));
    // Anywhere: an element that is put elsewhere on the page during a stroke loses its pointer.
    window.addEventListener("pointermove", (event) => this.#move(event));
    window.addEventListener("pointerup", (event) => this.#up(event));
    window.addEventListener("pointercancel", (event) => event.pointerId === this.#pointer && this.#drop());
    element.addEventListener("wheel", (event) => this.isDown && event.preventDefault(), { passive: false });
    for (const kind of ["scroll", "resize"]) {
      addEventListener(kind, () => (this.#frame = null), { capture: true, passive: true });
    }
    // Older Safari scrolls and zooms in spite of touch-action.
    element.addEventListener("touchstart", (event) => isOnControl(event) || event.preventDefault(), { passive: false });
  }

  get isDown(): boolean {
    return this.#pointer !== null;
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || isOnControl(event)) return;
    if (event.pointerType === "pen") {
      this.#lastPenTime = event.timeStamp;
      if (this.#kind === "touch" && this.isDown) this.#drop(); // the palm touched before the pen
    } else if (event.pointerType === "touch" && event.timeStamp - this.#lastPenTime < PALM_MS) {
      return;
    }
    if (this.isDown) return;
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.#kind = event.pointerType;
    this.#frame = null;
    this.#points = [];
    this.#strokeWidth = this.width();
    this.#add(event);
    this.listener.changed(this.#stroke());
  }

  #move(event: PointerEvent): void {
    if (event.pointerType === "pen") this.#lastPenTime = event.timeStamp;
    if (event.pointerId !== this.#pointer) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const each of coalesced.length > 0 ? coalesced : [event]) this.#add(each);
    this.listener.changed(this.#stroke());
  }

  #up(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.listener.finished(this.#stroke());
  }

  #drop(): void {
    this.#pointer = null;
    this.listener.cancelled();
  }

  #stroke(): Stroke {
    return { width: this.#strokeWidth, points: this.#points };
  }

  #add(event: PointerEvent): void {
    this.#frame ??= this.element.getBoundingClientRect();
    const x = place(event.clientX - this.#frame.x, this.#frame.width);
    const y = place(event.clientY - this.#frame.y, this.#frame.height);
    const last = this.#points.length - POINT_LENGTH;
    if (last >= 0 && Math.hypot(x - this.#points[last], y - this.#points[last + 1]) < MIN_DISTANCE) return;
    // Only pens measure pressure; at half pressure the line has the chosen width.
    const relativeWidth = event.pointerType === "pen" && event.pressure > 0 ? 0.4 + 1.2 * event.pressure : 1;
    this.#points.push(x, y, round(relativeWidth));
  }
}

function isOnControl(event: Event): boolean {
  return event.target instanceof Element && event.target.closest("button, .fix") !== null;
}

/** A distance from the canvas's edge in canvas units; a pen that leaves the canvas goes no further than its margin. */
function place(distance: number, length: number): number {
  return round(clamp((distance * SIDE) / length, -MARGIN, SIDE + MARGIN));
}

/** Round as links do, so a shared drawing is exactly what was drawn. */
function round(value: number): number {
  return Math.round(value * PRECISION) / PRECISION;
}
