/** "Your hand" on the Streamlit page: the model runs on the server, which answers with its outputs. */

import { findReferences, type LabelledBox } from "../handwriting/references";
import type { HandOutputs } from "../handwriting/writer";
import { element } from "../ui/dom";
import { HandPanel } from "../ui/hand";
import { type Texts, translator } from "../ui/texts";
import { type ComponentArguments, mount, receive } from "./component";
import { fromPen, type PenStroke } from "./drawable_canvas";
import "../ui/hand.css";
import "./theme.css";
import "./hand.css";

interface HandData {
  /** The drawing that the objects were found in. */
  strokes: PenStroke[];
  objects: LabelledBox[];
  /** Python knows that the visitor wants to see the hand. */
  isOpen: boolean;
  outputs: { candidates: string; forms: number[]; spread: number[] } | null;
  error: string | null;
  texts: Texts;
}

type HandArguments = ComponentArguments<HandData>;

/** Parts of a digit's size, in which Python sends coordinates. */
const PRECISION = 10_000;

class HandSection {
  readonly #root = element("section", "hand");
  readonly #panel = new HandPanel(this.#root, () => this.#send());
  #component!: HandArguments;

  update(component: HandArguments): void {
    this.#component = component;
    const root = mount(component.parentElement);
    if (this.#root.parentElement !== root) root.replaceChildren(this.#root);
    const { strokes, objects, isOpen, outputs, error, texts } = component.data;
    const references = findReferences(strokes.map(fromPen), objects);
    const isEmpty = strokes.length === 0;
    this.#panel.show(
      { references, isPicture: false, isEmpty, outputs: outputs && unpack(outputs), error },
      translator(texts),
    );
    // The session or its state may have been lost.
    if (this.#panel.isOpen && !isOpen && references.length > 0 && error === null) this.#send();
  }

  #send(): void {
    const { isOpen, chosen } = this.#panel;
    const samples = chosen.map(({ digit, glyph }) => ({ digit, glyph: [...glyph] }));
    this.#component.setStateValue("request", { isOpen, chosen: samples });
  }
}

function unpack({ candidates, forms, spread }: NonNullable<HandData["outputs"]>): HandOutputs {
  const bytes = Uint8Array.from(atob(candidates), (character) => character.charCodeAt(0));
  return {
    candidates: Float32Array.from(new Int16Array(bytes.buffer), (value) => value / PRECISION),
    forms: Int32Array.from(forms),
    spread: Float32Array.from(spread),
  };
}

/** One for the visitor: it outlives its place on the page, which Streamlit may build again at any time. */
let section: HandSection | null = null;

function show(component: HandArguments): void {
  section ??= new HandSection();
  section.update(component);
}

export default receive(show);
