/** The answer: the reading, what belongs to it, and the choice of the right class of an object. */

import { element, setText } from "../ui/dom";
import type { ClassStyle, FoundObject } from "../ui/objects";
import { readingTools, showReading } from "../ui/reading";
import { type LeftOutScores, remark } from "../ui/remark";
import { fixPanel, showFix, showObjects } from "../ui/result";
import { type Texts, translator } from "../ui/texts";
import { CHOSEN, type ComponentArguments, FIX, mount, persist, REWRITE } from "./component";
import "../ui/reading.css";
import "../ui/result.css";
import "./theme.css";
import "./answer.css";

/** What Python sends. */
interface AnswerData extends LeftOutScores {
  /** The content of `#reading`: its digits are the digits among `objects`, in the same order. */
  reading: string;
  /** Shown where there is nothing to answer to. */
  hint: string | null;
  status: string;
  /** In reading order; an index into it names the object in all messages. */
  objects: FoundObject[];
  leftOut: { text: string; why: string }[];
  /** All classes, for the choice of the right one. */
  classes: ClassStyle[];
  /** Whether the objects' strokes can be taken away to be written again. */
  canRewrite: boolean;
  /** The answer is about this revision of the drawing. */
  revision: number;
  /** As in the attribute `lang`. */
  language: string;
  texts: Texts;
}

type AnswerArguments = ComponentArguments<AnswerData>;

/** What Python gets as the trigger `correct`: the object at this index of that revision is of this class. */
interface Correct {
  index: number;
  label: string;
  revision: number;
}

/** One for each place on the page. It persists while its text changes, as a live region must to be announced. */
class Answer {
  readonly #reading = element("output");
  readonly #remark = element("p");
  readonly #objects = element("ul", "objects");
  readonly #fix = element("div");
  readonly #leftOut = element("ul");
  readonly #status = element("p");
  #tools: HTMLElement = element("div");
  #data!: AnswerData;
  #send!: AnswerArguments["setTriggerValue"];
  /** Index of the object whose class is being chosen. */
  #chosen: number | null = null;
  readonly #onFix = (event: Event): void => this.#choose((event as CustomEvent<{ index: number | null }>).detail.index);

  constructor(root: Element) {
    this.#reading.id = "reading";
    this.#remark.id = "remark";
    this.#objects.id = "objects";
    this.#leftOut.id = "left-out";
    this.#status.id = "status";
    for (const live of [this.#reading, this.#remark]) live.ariaLive = "polite";
    // Streamlit may take a component away and show it again in the same place.
    const parts = [this.#reading, this.#tools, this.#remark, this.#fix, this.#objects, this.#leftOut, this.#status];
    root.replaceChildren(...parts);
    document.addEventListener(FIX, this.#onFix);
  }

  update({ data, setTriggerValue }: AnswerArguments): void {
    const isFirst = this.#data?.language !== data.language;
    const isSame = this.#data?.revision === data.revision;
    this.#data = data;
    this.#send = setTriggerValue;
    const translate = translator(data.texts);
    if (isFirst) {
      const tools = readingTools(translate, data.language, () => this.#data.reading);
      this.#tools.replaceWith(tools);
      this.#tools = tools;
    }
    this.#tools.hidden = data.reading === "";
    showReading(this.#reading, data.reading, data.objects, translate, (index) =>
      this.#correct(index, data.objects[index].top[1].label),
    );
    setText(this.#remark, data.hint ?? remark(data.objects, data, translate));
    setText(this.#status, data.status);
    this.#objects.ariaLabel = translate("common.objects");
    this.#objects.hidden = data.objects.length === 0;
    this.#leftOut.ariaLabel = translate("common.leftOut");
    this.#leftOut.hidden = data.leftOut.length === 0;
    this.#leftOut.replaceChildren(
      ...data.leftOut.map(({ text, why }) => {
        const item = element("li");
        item.append(element("b", "", text), ` – ${why}`);
        return item;
      }),
    );
    this.#choose(isSame ? this.#chosen : null);
  }

  remove(): void {
    document.removeEventListener(FIX, this.#onFix);
  }

  /** Offer the classes for the object at this index. */
  #choose(chosen: number | null): void {
    const { objects, classes, canRewrite, texts } = this.#data;
    const before = this.#chosen;
    const object = chosen === null ? undefined : objects[chosen];
    this.#chosen = object ? chosen : null;
    if (this.#chosen !== before) {
      document.dispatchEvent(new CustomEvent(CHOSEN, { detail: { index: this.#chosen } }));
    }
    const translate = translator(texts);
    showObjects(this.#objects, objects, this.#chosen, translate, (index) =>
      this.#choose(index === this.#chosen ? null : index),
    );
    if (!object || chosen === null) {
      showFix(this.#fix, null, this.#objects, before ?? 0);
      return;
    }
    const rewrite = (): void => {
      document.dispatchEvent(new CustomEvent(REWRITE, { detail: { index: chosen } }));
      this.#choose(null);
    };
    const panel = fixPanel(object, classes, translate, {
      label: (label) => this.#correct(chosen, label),
      rewrite: canRewrite ? rewrite : null,
      close: () => this.#choose(null),
    });
    showFix(this.#fix, panel, this.#objects, chosen);
    if (chosen !== before) panel.scrollIntoView({ block: "nearest" }); // on a phone, it lies below the canvas
  }

  #correct(index: number, label: string): void {
    const correct: Correct = { index, label, revision: this.#data.revision };
    this.#send("correct", correct);
    this.#choose(null);
  }
}

export default persist<AnswerData>(({ parentElement }) => new Answer(mount(parentElement)));
