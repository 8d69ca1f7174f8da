/** Connects the page's buttons, keys, links and installation to the desk. */

import type { Detections } from "../detect/detections";
import { decodeImage } from "../detect/images";
import { fromFragment, PREFIX, toFragment } from "../ink/link";
import type { Drawing } from "../ink/strokes";
import { Desk } from "./desk";
import { byId } from "./dom";
import { saveJson, savePicture } from "./saving";

declare global {
  interface Window {
    /** The detector for the console and for scripts, with the same result as in Python. */
    digitDetector: { detect(picture: ImageBitmapSource): Promise<Detections> };
  }
}

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

const desk = new Desk();
const status = byId("status", HTMLElement);

function onPress(id: string, action: () => void): void {
  byId(id, HTMLButtonElement).addEventListener("click", action);
}

/** Show the drawing of the address, if it contains one. */
async function openLink(): Promise<void> {
  if (location.hash === "") return;
  try {
    desk.show(await fromFragment(location.hash));
  } catch (error) {
    status.textContent = `This link cannot be opened: ${(error as Error).message}.`;
  }
}

/** Pass a link to the phone's share sheet or the clipboard, or show it; returns what was done, in words. */
async function share(drawing: Drawing): Promise<string> {
  const url = new URL(await toFragment(drawing), location.href).href;
  history.replaceState(null, "", url);
  if (matchMedia("(pointer: coarse)").matches && navigator.canShare?.({ url })) {
    const isShared = await navigator.share({ url }).then(
      () => true,
      () => false,
    );
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

onPress("undo", () => desk.undo());
onPress("redo", () => desk.redo());
onPress("clear", () => desk.clear());
onPress("picture", () => savePicture(desk.drawing, desk.detections, desk.isUncovered));
onPress("json", () => saveJson(desk.detections));
onPress("share", () => void share(desk.drawing).then((message) => (status.textContent = message)));
onPress("retry", () => desk.restart());
desk.onChange = () => {
  // The address no longer matches the canvas.
  if (location.hash.startsWith(PREFIX)) history.replaceState(null, "", location.pathname + location.search);
};

window.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.shiftKey ? `shift ${event.key.toLowerCase()}` : event.key.toLowerCase();
  if (key === "z") desk.undo();
  else if (key === "shift z" || key === "y") desk.redo();
  else return;
  event.preventDefault();
});

window.addEventListener("hashchange", () => void openLink());
void openLink();

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  const button = byId("install", HTMLButtonElement);
  button.hidden = false;
  button.onclick = () => {
    button.hidden = true;
    void (event as InstallPrompt).prompt();
  };
});
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // Without it, as in some private windows, the page works but needs the network.
  navigator.serviceWorker.register("./sw.js", { updateViaCache: "all" }).catch(() => undefined);
}

window.digitDetector = { detect: async (picture) => desk.detect(await decodeImage(picture)) };
