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
