/** The box editor. Answers with the boxes, or with null if the visitor cancels. */

import { Editor, type EditorData } from "../ui/editor";
import { type Texts, translator } from "../ui/texts";
import { type ComponentArguments, mount, persist } from "./component";
import "../ui/editor.css";
import "./theme.css";

interface CorrectData extends EditorData {
  texts: Texts;
}

/** The editor with what it was opened with: the same data again must not undo what the visitor has changed. */
class Correction {
  #data = "";
  #editor: Editor | null = null;
  readonly #onKey = (event: KeyboardEvent): void => this.#editor?.onKey(event);

  constructor() {
    document.addEventListener("keydown", this.#onKey);
  }

  update({ parentElement, data, setTriggerValue }: ComponentArguments<CorrectData>): void {
    const text = JSON.stringify(data);
    if (text === this.#data) return;
    this.#data = text;
    const root = mount(parentElement);
    this.#editor = new Editor(root, data, translator(data.texts), {
      done: (boxes) => setTriggerValue("answer", { boxes }),
      cancel: () => setTriggerValue("answer", { boxes: null }),
    });
    root.scrollIntoView({ block: "nearest" }); // it opens below the canvas
  }

  remove(): void {
    document.removeEventListener("keydown", this.#onKey);
  }
}

export default persist<CorrectData>(() => new Correction());
