/** The box editor. Answers with the boxes, or with null if the visitor cancels. */

import { Editor, type EditorData } from "../ui/editor";
import { type Texts, translator } from "../ui/texts";
import { type ComponentArguments, mount, receive } from "./component";
import "../ui/editor.css";
import "./theme.css";

interface CorrectData extends EditorData {
  texts: Texts;
}

interface Shown {
  /** What the editor was opened with: the same data again must not undo what the visitor has changed. */
  data: string;
  onKey: (event: KeyboardEvent) => void;
}

const shown = new WeakMap<Element, Shown>();

function show({ parentElement, data, setTriggerValue }: ComponentArguments<CorrectData>): () => void {
  const close = (): void => {
    const onKey = shown.get(parentElement)?.onKey;
    if (onKey) document.removeEventListener("keydown", onKey);
    shown.delete(parentElement);
  };
  const text = JSON.stringify(data);
  if (shown.get(parentElement)?.data === text) return close;
  close();
  const root = mount(parentElement);
  const editor = new Editor(root, data, translator(data.texts), {
    done: (boxes) => setTriggerValue("answer", { boxes }),
    cancel: () => setTriggerValue("answer", { boxes: null }),
  });
  root.scrollIntoView({ block: "nearest" }); // it opens below the canvas
  const onKey = (event: KeyboardEvent): void => editor.onKey(event);
  document.addEventListener("keydown", onKey);
  shown.set(parentElement, { data: text, onKey });
  return close;
}

export default receive(show);
