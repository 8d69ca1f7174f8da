/**
 * streamlit-drawable-canvas as the pen: everything that this project knows of its front end, version 0.13.
 *
 * Its module renders into an element with a `.canvas-root`, takes its settings as `data`, and reports the drawing by
 * `setStateValue("drawing", { raw })`, as every Streamlit component does.
 *
 * Its Python function `st_canvas()` is not called: it would take another pen, Undo or Clear only after a round trip and
 * lose the strokes drawn meanwhile, and it keeps an undo history of its own, which knows no erased strokes.
 */

import { type Drawing, POINT_LENGTH, SIDE, type Stroke } from "../ink/strokes";

/** A stroke as it travels to Python: width and points in px of the canvas, x and y alternating. */
export interface PenStroke {
  readonly width: number;
  readonly points: readonly number[];
}

interface Settings {
  data: object;
  parentElement: Element;
  setStateValue: (name: string, value: unknown) => void;
}
type Render = (settings: Settings) => void;

type Command = [string, ...number[]];
interface FabricDrawing {
  objects: { path: Command[]; strokeWidth: number }[];
}

/** The button that sends the drawing now; without it, a drawing is sent 200 ms after the pen is lifted. */
const SEND_BUTTON = '.dc-toolbar [aria-label="Update the app with this drawing"]';

/** Where strokes end that do not count: the canvas cannot be told to forget one. */
const AWAY = -10 * SIDE;

const INK = "#000000";
const DOT = 0.01; // px: a line of no length would not be painted
const PARTS = 8; // of a px, to which coordinates are rounded

const FIXED_SETTINGS = {
  fillColor: INK,
  strokeColor: INK,
  backgroundColor: "",
  backgroundImageURL: null,
  backgroundImageFit: "stretch",
  realtimeUpdateStreamlit: true,
  canvasWidth: SIDE,
  canvasHeight: SIDE,
  drawingMode: "freedraw",
  displayRadius: 3,
  returnImageData: false,
  disabled: false,
  maxDisplayHeight: null,
  fontSize: 20,
  label: "",
};

export class DrawableCanvas {
  /** On the canvas now. */
  #strokes: Drawing = [];
  /** What the canvas began with; other data makes it begin again. */
  #initial = { ...toFabric([]), load: 0 };
  /** Until it reports that it has loaded what it begins with, it reports what was there before. */
  #isLoading = false;
  /** Points of the current stroke that its pen has visited. */
  #visited = 0;

  private constructor(
    private readonly host: Element,
    private readonly render: Render,
    private readonly onStroke: (stroke: Stroke) => void,
  ) {}

  /**
   * Import the front end from a URL and render it.
   *
   * `host` contains the `.canvas-root`; `onStroke` is called as soon as the pen is lifted.
   */
  static async create(url: string, host: Element, onStroke: (stroke: Stroke) => void): Promise<DrawableCanvas> {
    const module = (await import(/* @vite-ignore */ new URL(url, location.href).href)) as { default: Render };
    return new DrawableCanvas(host, module.default, onStroke);
  }

  /** Show these strokes, and draw with a pen of this width from now on. */
  show(strokes: Drawing, penWidth: number): void {
    if (strokes.length !== this.#strokes.length || strokes.some((stroke, at) => stroke !== this.#strokes[at])) {
      this.#strokes = strokes;
      this.#initial = { ...toFabric(strokes), load: this.#initial.load + 1 };
      this.#isLoading = true;
    }
    this.render({
      data: { ...FIXED_SETTINGS, strokeWidth: penWidth, initialDrawing: this.#initial },
      parentElement: this.host,
      setStateValue: (name, value) => {
        if (name === "drawing") this.#report((value as { raw: FabricDrawing }).raw);
      },
    });
  }

  /** The element that the pen draws on. */
  get surface(): HTMLElement {
    const surface = this.host.querySelector<HTMLElement>(".upper-canvas");
    if (surface === null) throw new Error("streamlit-drawable-canvas has no .upper-canvas: another version?");
    return surface;
  }

  /** The element whose size is that of the canvas. */
  get frame(): HTMLElement {
    const frame = this.host.querySelector<HTMLElement>(".dc-container");
    if (frame === null) throw new Error("streamlit-drawable-canvas has no .dc-container: another version?");
    return frame;
  }

  /** Lead its pen through the further points of a stroke that grows. */
  draw({ points }: Stroke): void {
    for (; this.#visited < points.length / POINT_LENGTH; this.#visited++) {
      const [x, y] = points.slice(this.#visited * POINT_LENGTH);
      this.#lead(this.#visited === 0 ? "mousedown" : "mousemove", x, y);
    }
  }

  /** Lift its pen, and have the stroke reported at once. */
  finish(stroke: Stroke): void {
    this.draw(stroke);
    const [x, y] = stroke.points.slice(-POINT_LENGTH);
    this.#lead("mouseup", x, y);
    this.#visited = 0;
    setTimeout(() => this.host.querySelector<HTMLButtonElement>(SEND_BUTTON)?.click()); // once it has the stroke
  }

  /** Take back the stroke that is being drawn. */
  abandon(): void {
    this.#lead("mousedown", AWAY, AWAY); // begins another stroke in its place
    this.#lead("mouseup", AWAY, AWAY);
    this.#visited = 0;
  }

  /** It listens to mice, and to single touches. */
  #lead(event: "mousedown" | "mousemove" | "mouseup", x: number, y: number): void {
    const { surface } = this;
    const frame = surface.getBoundingClientRect();
    const [clientX, clientY] = [frame.x + (x * frame.width) / SIDE, frame.y + (y * frame.height) / SIDE];
    surface.dispatchEvent(new MouseEvent(event, { bubbles: true, composed: true, view: window, clientX, clientY }));
  }

  // It reports what it was told to show, too: only the strokes beyond these are new.
  #report({ objects: all }: FabricDrawing): void {
    const objects = all.filter(({ path: [[, x]] }) => x > AWAY / 2);
    if (this.#isLoading) {
      this.#isLoading = objects.length !== this.#strokes.length;
      return;
    }
    for (const object of objects.slice(this.#strokes.length)) {
      const stroke = fromFabric(object);
      this.#strokes = [...this.#strokes, stroke];
      this.onStroke(stroke);
    }
  }
}

export function toPen({ width, points }: Stroke): PenStroke {
  return { width, points: points.filter((_, at) => at % POINT_LENGTH < 2) };
}

/** This pen has the same width at each point. */
export function fromPen({ width, points }: PenStroke): Stroke {
  return { width, points: points.flatMap((value, at) => (at % 2 ? [value, 1] : [value])) };
}

/** Its pen draws quadratic curves whose control points are the places where it was. */
function fromFabric({ path, strokeWidth }: FabricDrawing["objects"][number]): Stroke {
  const visited = path.filter(([command]) => command === "Q").map(([, x, y]) => [x, y]);
  const end = path.at(-1)?.slice(-2) as [number, number];
  const round = (value: number | undefined): number => Math.round((value ?? 0) * PARTS) / PARTS;
  return fromPen({ width: strokeWidth, points: [...visited, end].flat().map(round) });
}

/** Strokes as its own pen would have drawn them. */
function toFabric(strokes: Drawing): object {
  const objects = strokes.map(toPen).map(({ width, points }) => {
    const path: Command[] = [["M", points[0] ?? 0, points[1] ?? 0]];
    for (let at = 0; at + 3 < points.length; at += 2) {
      const [x, y, nextX, nextY] = points.slice(at, at + 4) as [number, number, number, number];
      path.push(["Q", x, y, (x + nextX) / 2, (y + nextY) / 2]);
    }
    path.push(["L", (points.at(-2) ?? 0) + DOT, points.at(-1) ?? 0]);
    return {
      type: "Path",
      path,
      fill: null,
      stroke: INK,
      strokeWidth: width,
      strokeLineCap: "round",
      strokeLineJoin: "round",
      strokeMiterLimit: 10,
    };
  });
  return { objects, background: "" };
}
