import type { Drawing } from "./strokes";

/** A drawing with all that it was before; Clear can be undone like a stroke. */
export class History {
  #past: Drawing[] = [];
  #future: Drawing[] = [];
  #drawing: Drawing = [];

  get drawing(): Drawing {
    return this.#drawing;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  change(drawing: Drawing): void {
    this.#past.push(this.#drawing);
    this.#future = [];
    this.#drawing = drawing;
  }

  undo(): void {
    const before = this.#past.pop();
    if (!before) return;
    this.#future.push(this.#drawing);
    this.#drawing = before;
  }

  redo(): void {
    const after = this.#future.pop();
    if (!after) return;
    this.#past.push(this.#drawing);
    this.#drawing = after;
  }
}
