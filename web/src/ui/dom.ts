/** Short forms for building elements. */

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = "",
  text = "",
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

export function button(text: string, onPress: (event: MouseEvent) => void, className = ""): HTMLButtonElement {
  const node = element("button", className, text);
  node.type = "button";
  node.onclick = onPress;
  return node;
}

/** The keys pressed, such as `ctrl+shift+z`; Command counts as Control. */
export function shortcutOf({ ctrlKey, metaKey, shiftKey, key }: KeyboardEvent): string {
  return (ctrlKey || metaKey ? "ctrl+" : "") + (shiftKey ? "shift+" : "") + key.toLowerCase();
}

/** Change a text only if it differs: a live region announces every change. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

const shown = new WeakMap<Node, string>();

/** Whether a node shows something else than this; from now on it shows this. */
export function isNew(node: Node, content: unknown): boolean {
  const text = JSON.stringify(content);
  if (shown.get(node) === text) return false;
  shown.set(node, text);
  return true;
}

/** Set the CSS variables of a class. */
export function setColours(node: HTMLElement, style: { colour: string; textColour: string; line: string }): void {
  node.style.setProperty("--colour", style.colour);
  node.style.setProperty("--on-colour", style.textColour);
  node.style.setProperty("--line-style", style.line);
}
