/** Links that hold a drawing: given away, and opened. */

import type { Drawing } from "../draw/strokes";
import { fromFragment, KEY, toFragment } from "../share/link";
import { byId } from "./dom";

/** Hand the link to the phone's own sharing, or to the clipboard, or else show it; gives what was done, in words. */
export async function share(drawing: Drawing): Promise<string> {
  const url = new URL(await toFragment(drawing), location.href).href;
  history.replaceState(null, "", url);
  if (matchMedia("(pointer: coarse)").matches && navigator.canShare?.({ url })) {
    const isShared = await navigator.share({ url }).then(() => true, () => false);
    return isShared ? "Shared" : "";
  }
  try {
    await navigator.clipboard.writeText(url);
    return "Link copied";
  } catch {
    const dialog = byId("link", HTMLDialogElement);
    const field = dialog.querySelector("input")!;
    field.value = url;
    dialog.showModal();
    field.select();
    return "";
  }
}

/** The drawing of the address that the page was opened with; null where it holds none, LinkError where a bad one. */
export async function shared(): Promise<Drawing | null> {
  return location.hash === "" ? null : fromFragment(location.hash);
}

/** The address no longer says what the paper shows. */
export function forgetLink(): void {
  if (location.hash.startsWith(KEY)) history.replaceState(null, "", location.pathname + location.search);
}
