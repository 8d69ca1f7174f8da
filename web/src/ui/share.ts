/** Sharing a link: the phone's share sheet, or the clipboard. */

/** `unavailable`: the browser gives neither, as on pages without HTTPS; show the link, to be copied by hand. */
export type Shared = "shared" | "copied" | "cancelled" | "unavailable";

export async function share(url: string, title: string, text: string): Promise<Shared> {
  const sheet = { url, title, text };
  if (matchMedia("(pointer: coarse)").matches && navigator.canShare?.(sheet)) {
    try {
      await navigator.share(sheet);
      return "shared";
    } catch (error) {
      if ((error as Error).name === "AbortError") return "cancelled";
    }
  }
  return (await copy(url)) ? "copied" : "unavailable";
}

/** Copy a text; returns whether the browser allowed it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
