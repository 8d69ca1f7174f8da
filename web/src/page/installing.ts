/** The page as an app: kept on the device for use without a network, and on the home screen where browsers allow. */

import { byId } from "./dom";

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export function install(): void {
  const button = byId("install", HTMLButtonElement);
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    button.hidden = false;
    button.onclick = () => {
      button.hidden = true;
      void (event as InstallPrompt).prompt();
    };
  });
  if (import.meta.env.PROD && "serviceWorker" in navigator) {
    // Where it cannot be had, as in some private windows, the page works as long as there is a network.
    navigator.serviceWorker.register("./sw.js", { updateViaCache: "all" }).catch(() => undefined);
  }
}
