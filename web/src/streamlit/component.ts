/** What the page's components have in common. */

import { element } from "../ui/dom";

/** What Streamlit passes to a component (v2). It calls the component again whenever `data` changes. */
export interface ComponentArguments<Data> {
  parentElement: Element;
  data: Data;
  /** Send a value to Python, once. */
  setTriggerValue(name: string, value: unknown): void;
  /** Send a value to Python, where it stays; Python runs once for the newest. */
  setStateValue(name: string, value: unknown): void;
}

/** Make a component's entry point of a function; Python sends the data in a list of one, for Streamlit to pass it on. */
export function receive<Data, Result>(
  show: (component: ComponentArguments<Data>) => Result,
): (component: ComponentArguments<[Data]>) => Result {
  return ({ data: [data], ...rest }) => show({ ...rest, data });
}

/** Keep one object for each place on the page, until Streamlit takes it away. */
export function persist<Data>(
  create: (component: ComponentArguments<Data>) => {
    update(component: ComponentArguments<Data>): void;
    remove(): void;
  },
): (component: ComponentArguments<[Data]>) => () => void {
  const kept = new WeakMap<Element, ReturnType<typeof create>>();
  return receive((component: ComponentArguments<Data>) => {
    const { parentElement } = component;
    const shown = kept.get(parentElement) ?? create(component);
    kept.set(parentElement, shown);
    shown.update(component);
    return () => {
      kept.delete(parentElement);
      shown.remove();
    };
  });
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
export const FIX = "digit-detector:fix"; // a box was tapped: the answer opens its choice of classes, or closes it for null
export const CHOSEN = "digit-detector:chosen"; // the class of this object, or of none, is being chosen
export const REWRITE = "digit-detector:rewrite"; // the canvas takes the object's strokes away
/** Asks the canvas, if there is one, for its drawing: it sets `detail.drawing` at once. */
export const DRAWING = "digit-detector:drawing";
