/** What leaves the page: a link by the phone's share sheet or the clipboard, and files. */

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

/** Have the browser save a file. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may still be reading it
}
