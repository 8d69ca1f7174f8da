/** The reading: doubtful digits can be swapped by a tap; it can be copied and spoken. */

import { button, element, isNew, setText } from "./dom";
import { type FoundObject, isDigit } from "./objects";
import { copy } from "./share";
import type { Translate } from "./texts";

/**
 * Show the reading. Its text content is exactly `reading`, whose digits are those of `objects` in the same order.
 *
 * A doubtful or corrected digit is a button; `onSwap` receives the index of its object.
 */
export function showReading(
  output: HTMLElement,
  reading: string,
  objects: readonly FoundObject[],
  translate: Translate,
  onSwap: (index: number) => void,
): void {
  const digits = [...objects.entries()].filter(([, { label }]) => isDigit(label));
  if (!isNew(output, [reading, digits.map(([, object]) => object), translate("common.swap")])) return;
  const { activeElement } = output.getRootNode() as Document | ShadowRoot;
  const focused = [...output.children].indexOf(activeElement as Element);
  let next = 0;
  output.replaceChildren(
    ...[...reading].map((character) => {
      if (/\s/.test(character) || next === digits.length) return character;
      const [index, { top, doubtful, corrected }] = digits[next++];
      if (!doubtful && !corrected) return character;
      const node = button(character, () => onSwap(index), corrected ? "corrected" : "doubtful");
      node.title = translate("common.swap", { label: top[1].name });
      return node;
    }),
  );
  (output.children.item(focused) as HTMLElement | null)?.focus(); // a second press swaps back
}

/** Buttons that copy and speak what `reading` returns when they are pressed. */
export function readingTools(translate: Translate, language: string, reading: () => string): HTMLElement {
  const status = element("span");
  status.role = "status";
  const press = async (): Promise<void> => {
    const text = asNumber(reading());
    setText(status, (await copy(text)) ? translate("common.copied") : text);
  };
  const tools = element("div", "reading-tools");
  tools.append(button(translate("common.copy"), () => void press()));
  if ("speechSynthesis" in globalThis) {
    tools.append(button(translate("common.speak"), () => speak(reading(), language)));
  }
  tools.append(status);
  return tools;
}

/** The reading to be pasted elsewhere: digits without spaces, lines kept. */
export function asNumber(reading: string): string {
  return reading.replaceAll(" ", "");
}

/** Speak digit by digit, with a pause after each line; by a voice of the device, since others send the text away. */
function speak(reading: string, language: string): void {
  speechSynthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(reading.replaceAll("\n", ". "));
  utterance.lang = language;
  const voices = speechSynthesis.getVoices().filter(({ lang }) => lang.startsWith(language));
  utterance.voice = voices.find(({ localService }) => localService) ?? null;
  speechSynthesis.speak(utterance);
}
