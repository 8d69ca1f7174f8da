import type { Drawing } from "./strokes";

/** A drawing with undo and redo; Clear can be undone like a stroke. */
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
    const previous = this.#past.pop();
    if (!previous) return;
    this.#future.push(this.#drawing);
    this.#drawing = previous;
  }

  redo(): void {
    const next = this.#future.pop();
    if (!next) return;
    this.#past.push(this.#drawing);
    this.#drawing = next;
  }
}
