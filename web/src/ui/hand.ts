/** "Your hand": all ten digits as the visitor would write them, and numbers in this hand; on both pages. */

import { type Glyph, toStrokes } from "../handwriting/glyphs";
import { DIGITS, Hand, MAX_LENGTH, MAX_REFERENCES } from "../handwriting/hand";
import { inkArea, toPng, toSvg } from "../handwriting/paint";
import type { Reference, Sample } from "../handwriting/references";
import type { HandOutputs } from "../handwriting/writer";
import { clamp, median } from "../numbers";
import { button, element, setText } from "./dom";
import { Ink, inkPicture } from "./ink";
import { saveFile } from "./share";
import type { Translate } from "./texts";

/** What a host page knows. */
export interface HandView {
  /** The drawn digits, oldest first. */
  references: readonly Reference[];
  /** Digits were read in a picture, which has no strokes. */
  isPicture: boolean;
  /** Nothing is on the canvas: what the visitor chose for an earlier drawing is forgotten. */
  isEmpty: boolean;
  /** For the samples that the panel has asked to be learnt, once they are. */
  outputs: HandOutputs | null;
  /** Why the hand cannot be learnt. */
  error: string | null;
}

/** A generated digit that the visitor prefers, among the forms that were offered when it was first tapped. */
interface Choice {
  options: readonly Glyph[];
  index: number;
}

const CELL = [-0.7, -0.7, 1.4, 1.4];
const STAGGER_MS = 70; // between digits, from left to right
const NUMBER_STAGGER_MS = 250;
const PEN = { min: 0.03, max: 0.2 };
/** Drawn digits from which on the hand is no mere guess. */
const ENOUGH = 4;
const SAMPLE_NUMBER = "2026";

export class HandPanel {
  readonly #choices = new Map<number, Choice>();
  #isOpen = false;
  #view: HandView | null = null;
  #translate: Translate = (key) => key;
  #number = "";
  readonly #title = element("h2");
  readonly #note = element("p", "note");
  readonly #show = button("", () => this.#open());
  readonly #invitation = element("div", "actions");
  readonly #content = element("div", "hand-content");
  readonly #cells = DIGITS.map((digit) => new Cell(() => this.#next(digit)));
  readonly #help = element("p", "help");
  readonly #field = element("input");
  readonly #label = element("label");
  readonly #written = element("div", "written");
  readonly #save = element("div", "actions");

  /** `onChange` is called when the visitor opens the panel or chooses a form: `isOpen` or `samples` has changed. */
  constructor(
    private readonly root: HTMLElement,
    private readonly onChange: () => void,
  ) {
    this.#note.ariaLive = "polite";
    const list = element("ol", "hand-digits");
    list.append(...this.#cells.map(({ item }) => item));
    const caption = element("span");
    Object.assign(this.#field, { type: "text", inputMode: "numeric", maxLength: MAX_LENGTH, autocomplete: "off" });
    this.#field.value = SAMPLE_NUMBER;
    this.#field.oninput = () => {
      this.#field.value = this.#field.value.replace(/\D/g, "");
      this.#writeNumber();
    };
    this.#label.append(caption, this.#field);
    this.#content.append(list, this.#help, this.#label, this.#written, this.#save);
    this.#invitation.append(this.#show);
    root.append(this.#title, this.#note, this.#invitation, this.#content);
    this.#title.tabIndex = -1; // takes the focus from the button that opens the panel
    root.hidden = true;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What the hand is to be learnt from. */
  get samples(): readonly Sample[] {
    return [...(this.#view?.references ?? []), ...this.chosen].slice(-MAX_REFERENCES);
  }

  /** The generated digits that the visitor chose, of classes that are not drawn. */
  get chosen(): readonly Sample[] {
    const drawn = new Set(this.#view?.references.map(({ digit }) => digit));
    return [...this.#choices].flatMap(([digit, { options, index }]) => {
      const glyph = options[index];
      return drawn.has(digit) ? [] : [{ digit, glyph, strokes: toStrokes(glyph) }];
    });
  }

  show(view: HandView, translate: Translate): void {
    this.#view = view;
    this.#translate = translate;
    const { references, isPicture, outputs, error } = view;
    if (view.isEmpty && this.#choices.size > 0) {
      this.#choices.clear();
      this.onChange();
    }
    const hasDigits = references.length > 0;
    this.root.hidden = !hasDigits && !isPicture;
    setText(this.#title, translate("common.hand"));
    this.root.ariaLabel = translate("common.hand");
    setText(this.#show, translate("common.hand.show"));
    this.#invitation.hidden = !hasDigits || this.#isOpen;
    this.#content.hidden = !hasDigits || !this.#isOpen || !outputs;
    setText(this.#note, this.#noteText(outputs && hasDigits ? new Hand(this.samples, outputs) : null));
    this.root.classList.toggle("failed", error !== null);
    if (this.#content.hidden || !outputs) return;
    setText(this.#help, translate("common.hand.help"));
    setText(this.#label.firstElementChild!, translate("common.hand.write"));
    this.#showDigits(new Hand(this.samples, outputs));
    this.#writeNumber();
  }

  #noteText(hand: Hand | null): string {
    const { references, isPicture, error } = this.#view!;
    const translate = this.#translate;
    if (references.length === 0) return isPicture ? translate("common.hand.needsStrokes") : "";
    if (!this.#isOpen) return translate("common.hand.promise");
    if (error !== null) return translate("common.hand.failed", { error });
    if (!hand) return translate("common.hand.learning");
    const known = new Set(this.samples.map(({ digit }) => digit));
    const invited = hand.mostUnsure(DIGITS.filter((digit) => !known.has(digit)));
    const count = references.length;
    const texts = [
      count < ENOUGH ? translate("common.hand.guess", { count }) : "",
      invited === undefined ? "" : translate("common.hand.invite", { digit: invited }),
    ];
    return texts.join(" ").trim();
  }

  #showDigits(hand: Hand): void {
    const { references } = this.#view!;
    const isFirst = this.#cells.every(({ ink }) => ink.isEmpty);
    const pen = this.#pen();
    for (const [digit, cell] of this.#cells.entries()) {
      const drawn = references.findLast((reference) => reference.digit === digit);
      const choice = this.#choices.get(digit);
      const options = choice?.options ?? hand.options(digit);
      const strokes = drawn?.strokes ?? toStrokes(options[choice?.index ?? 0]);
      const kind = drawn ? "drawn" : "generated";
      cell.show(kind, this.#translate(`common.hand.${kind}`, { digit }), !drawn && options.length > 1, pen);
      if (drawn) cell.ink.show(strokes);
      else if (isFirst) cell.ink.write(strokes, digit * STAGGER_MS);
      else cell.ink.move(strokes);
    }
  }

  /** The pen's width, relative to a digit. */
  #pen(): number {
    return clamp(median(this.#view!.references.map(({ pen }) => pen)), PEN.min, PEN.max);
  }

  #open(): void {
    this.#isOpen = true;
    this.onChange();
    this.show(this.#view!, this.#translate);
    this.#title.focus({ preventScroll: true });
  }

  /** Choose the next form of a generated digit; after the last one, leave it to the model again. */
  #next(digit: number): void {
    const { outputs } = this.#view!;
    if (!outputs) return;
    const choice = this.#choices.get(digit) ?? { options: new Hand(this.samples, outputs).options(digit), index: 0 };
    const index = (choice.index + 1) % choice.options.length;
    if (index === 0) this.#choices.delete(digit);
    else this.#choices.set(digit, { ...choice, index });
    this.#cells[digit].ink.write(toStrokes(choice.options[index]));
    this.onChange();
  }

  #writeNumber(): void {
    const { outputs } = this.#view!;
    if (!outputs) return;
    const number = this.#field.value;
    const pen = this.#pen();
    const digits = new Hand(this.samples, outputs).write(number);
    const strokes = digits.flat();
    const translate = this.#translate;
    this.#save.replaceChildren();
    this.#written.replaceChildren();
    if (strokes.length === 0) return;
    const picture = inkPicture(inkArea(strokes, pen));
    picture.style.strokeWidth = String(pen);
    picture.role = "img";
    picture.ariaLabel = translate("common.hand.number", { number });
    for (const [place, digit] of digits.entries()) {
      const ink = new Ink();
      picture.append(ink.node);
      if (this.#number[place] === number[place]) ink.show(digit);
      else ink.write(digit, (place - commonLength(number, this.#number)) * NUMBER_STAGGER_MS);
    }
    this.#number = number;
    this.#written.append(picture);
    const title = picture.ariaLabel;
    const svg = (): Blob => new Blob([toSvg(strokes, pen, title)], { type: "image/svg+xml" });
    this.#save.append(
      button(translate("common.hand.save", { format: "SVG" }), () => saveFile(svg(), `${number}.svg`)),
      button(translate("common.hand.save", { format: "PNG" }), async () => {
        saveFile(await toPng(strokes, pen), `${number}.png`);
      }),
    );
  }
}

/** The place of one digit: a picture if it was drawn, or a button that asks for another form. */
class Cell {
  readonly item = element("li");
  readonly ink = new Ink();
  readonly #picture = inkPicture(CELL);

  constructor(private readonly onPress: () => void) {
    this.#picture.append(this.ink.node);
  }

  show(kind: "drawn" | "generated", name: string, isButton: boolean, pen: number): void {
    this.#picture.style.strokeWidth = String(pen);
    let node = this.item.firstElementChild as HTMLElement | null;
    if (node?.tagName !== (isButton ? "BUTTON" : "DIV")) {
      node = isButton ? button("", this.onPress) : element("div");
      if (!isButton) node.role = "img";
      node.append(this.#picture);
      this.item.replaceChildren(node);
    }
    node.className = `digit ${kind}`;
    node.ariaLabel = name;
  }
}

/** How many characters two texts have in common at their start. */
function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
