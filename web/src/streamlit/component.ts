/** What the page's components have in common. */

import { element } from "../ui/dom";

/** What Streamlit passes to a component (v2). It calls the component again whenever `data` changes. */
export interface ComponentArguments<Data> {
  parentElement: Element;
  data: Data;
  /** Send a value to Python, once. */
  setTriggerValue(name: string, value: unknown): void;
}

/** The component's own element: Streamlit keeps its style sheet among the children of `parentElement`. */
export function mount(parentElement: Element): HTMLElement {
  // A shadow root's children do not match ":scope > …".
  const mounted = [...parentElement.children].find((child) => child.className === "digit-detector");
  if (mounted) return mounted as HTMLElement;
  const root = element("div", "digit-detector");
  parentElement.append(root);
  return root;
}

/** Events on `document` between the answer and the canvas, without a round trip to the server; detail: `{ index }`. */
export const FIX = "digit-detector:fix"; // a box was tapped: the answer opens its choice of classes
export const REWRITE = "digit-detector:rewrite"; // the canvas takes the object's strokes away
/** Asks the canvas, if there is one, for its drawing: it sets `detail.drawing` at once. */
export const DRAWING = "digit-detector:drawing";
