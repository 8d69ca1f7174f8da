/** The list of objects, and the choice of the right class of one. */

import { button, element, isNew, setColours } from "./dom";
import { type ClassStyle, type FoundObject, percent } from "./objects";
import type { Translate } from "./texts";

/** Fill a list with objects, each a button; a button keeps its focus while its object changes. */
export function showObjects(
  list: HTMLElement,
  objects: readonly FoundObject[],
  chosen: number | null,
  translate: Translate,
  onChoose: (index: number) => void,
): void {
  while (list.children.length > objects.length) list.lastElementChild!.remove();
  for (const [index, object] of objects.entries()) {
    let node = list.children[index]?.firstElementChild as HTMLButtonElement | undefined;
    if (!node) {
      node = button("", () => undefined, "object");
      const item = element("li");
      item.append(node);
      list.append(item);
    }
    node.onclick = () => onChoose(index);
    node.ariaPressed = String(index === chosen);
    if (!isNew(node, [object, translate("common.corrected")])) continue;
    node.title = translate("common.fix", { label: object.name });
    setColours(node, object);
    node.replaceChildren(
      element("span", object.doubtful ? "chip doubtful" : "chip", object.name),
      ...(object.corrected ? [element("span", "class", translate("common.corrected"))] : object.top.map(classScore)),
    );
  }
}

function classScore({ name, score }: FoundObject["top"][number]): HTMLElement {
  const node = element("span", "class");
  const bar = element("span", "bar");
  bar.style.setProperty("--score", String(score));
  node.append(element("b", "", name), ` ${percent(score)}`, bar);
  return node;
}

export interface FixActions {
  /** The object is of this class. */
  label(label: string): void;
  /** Take the object's strokes away, to be written again; absent if it has none. */
  rewrite: (() => void) | null;
  close(): void;
}

/** The choice of the right class of an object. */
export function fixPanel(
  object: FoundObject,
  classes: readonly ClassStyle[],
  translate: Translate,
  { label, rewrite, close }: FixActions,
): HTMLElement {
  const panel = element("div", "fix");
  const question = translate("common.fixQuestion", { label: object.name });
  panel.role = "group";
  panel.ariaLabel = question;
  const cross = button("✕", close, "close");
  cross.ariaLabel = translate("common.close");
  const head = element("div", "head");
  head.append(element("span", "question", question));
  if (rewrite) head.append(button(translate("common.rewrite"), rewrite, "rewrite"));
  head.append(cross);
  const labels = element("div", "classes");
  labels.append(...classButtons(classes, object.label, label));
  panel.append(head, labels);
  panel.onkeydown = (event) => {
    if (event.key === "Escape") close();
  };
  return panel;
}

/** Put the choice in its place, or take it away; from the keyboard, the focus goes there and back to the list's entry. */
export function showFix(place: HTMLElement, panel: HTMLElement | null, list: HTMLElement, index: number): void {
  const entry = list.children[index]?.firstElementChild as HTMLElement | undefined;
  const hasFocus = place.contains(document.activeElement) || document.activeElement === entry;
  place.replaceChildren(...(panel ? [panel] : []));
  if (hasFocus) (panel?.querySelector<HTMLElement>("[aria-pressed=true]") ?? entry)?.focus();
}

/** A button for each class; the one of `pressed` is pressed. */
export function classButtons(
  classes: readonly ClassStyle[],
  pressed: string | null,
  onPress: (label: string) => void,
): HTMLButtonElement[] {
  return classes.map((style) => {
    const node = button(style.name, () => onPress(style.label));
    node.ariaPressed = String(style.label === pressed);
    return node;
  });
}
