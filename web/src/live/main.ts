/** Connects the page's state with the hand, the keys, the detector, links, files and the service worker. */

import type { Detections } from "../detect/detections";
import { Detector } from "../detect/detector";
import { decodeImage } from "../detect/images";
import { postprocess } from "../detect/postprocess";
import { fromFragment, LinkError, PREFIX, toFragment } from "../ink/link";
import { Pen } from "../ink/pen";
import { specification } from "../specification";
import { shortcutOf } from "../ui/dom";
import { receivePictures } from "../ui/pictures";
import { share } from "../ui/share";
import { TOOL_KEYS, type Tool } from "../ui/tools";
import { findLanguage, isLanguage, type Language, translators } from "./catalogue";
import { saveJson, savePicture } from "./download";
import { HandSection } from "./hand";
import { type Action, initialState, inkOf, isEmpty, type State, USUAL_THRESHOLDS, update } from "./state";
import { byId, View } from "./view";

declare global {
  interface Window {
    /** The detector for the console and for scripts, with the same result as in Python. */
    digitDetector: { detect(picture: ImageBitmapSource): Promise<Detections> };
  }
}

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

const LANGUAGE = "digit-detector-language";

let state = initialState(chosenLanguage() ?? findLanguage(navigator.languages));
let detector = startDetector();
const view = new View(dispatch, {
  press: pressTool,
  widen: (width) => dispatch({ kind: "penWidth", width }),
});
const handSection = new HandSection(byId("hand", HTMLElement), (glyphs, labels) => detector.learn(glyphs, labels));

function dispatch(action: Action): void {
  const before = state;
  state = update(state, action);
  if (state.revision !== before.revision) detect();
  if (state.history !== before.history && action.kind !== "open") forgetLink();
  view.render(state);
  handSection.render(state);
}

/** Detect in what is on the canvas. */
function detect(): void {
  const { revision } = state;
  const { picture } = state.history.present;
  if (isEmpty(state)) return;
  if (!picture || state.stroke) {
    detector.submit(inkOf(state), revision);
    return;
  }
  detector.predict(picture.pixels).then(
    (prediction) => state.revision === revision && dispatch({ kind: "predicted", prediction, revision }),
    (error: Error) => dispatch({ kind: "failed", message: error.message }),
  );
}

function startDetector(): Detector {
  return new Detector((event) => {
    if (event.kind === "ready") performance.mark("ready");
    dispatch(event);
  });
}

function restart(): void {
  detector.close();
  detector = startDetector();
  dispatch({ kind: "restart" });
  detect();
}

function notify(key: string, values: Record<string, string> = {}): void {
  dispatch({ kind: "notice", notice: { key, values } });
}

/** Open the drawing of the address, if it contains one. */
async function openLink(): Promise<void> {
  if (location.hash === "") return;
  try {
    dispatch({ kind: "open", linked: await fromFragment(location.hash) });
  } catch (error) {
    const reason = error instanceof LinkError ? error.reason : "damaged";
    notify("common.linkBroken", { reason: translators[state.language](`common.link.${reason}`) });
  }
}

/** The address no longer matches the canvas. */
function forgetLink(): void {
  if (location.hash.startsWith(PREFIX)) history.replaceState(null, "", location.pathname + location.search);
}

/** Pass a link to the phone's share sheet or the clipboard, or show it. */
async function shareLink({ history: { present }, thresholds, language }: State): Promise<void> {
  const translate = translators[language];
  const changed = Object.entries(thresholds).filter(([name, value]) => value !== USUAL_THRESHOLDS[name as "score"]);
  const { drawing, corrections } = present;
  const fragment = await toFragment({ drawing, thresholds: Object.fromEntries(changed), corrections });
  const url = new URL(fragment, location.href).href;
  history.replaceState(null, "", url);
  const shared = await share(url, translate("live.title"), translate("common.shareText"));
  if (shared === "copied") notify("live.linkCopied");
  if (shared !== "unavailable") return;
  const dialog = byId("link", HTMLDialogElement);
  const field = dialog.querySelector("input")!;
  field.value = url;
  dialog.showModal();
  field.select();
}

let picturesOpened = 0;

/** Detect in a picture from a file, the clipboard or another window; the newest one wins, whichever is read first. */
async function openPicture(file: File): Promise<void> {
  const number = ++picturesOpened;
  const pixels = await decodeImage(file, specification.maxSide).catch(() => null);
  if (number !== picturesOpened) return;
  if (pixels === null) notify("live.pictureBroken", { name: file.name });
  else dispatch({ kind: "openPicture", picture: { name: file.name, pixels } });
}

/** The language that the visitor chose on an earlier visit. */
function chosenLanguage(): Language | null {
  try {
    const language = localStorage.getItem(LANGUAGE);
    return language !== null && isLanguage(language) ? language : null;
  } catch {
    return null; // some private windows keep nothing
  }
}

function chooseLanguage(language: Language): void {
  dispatch({ kind: "language", language });
  try {
    localStorage.setItem(LANGUAGE, language);
  } catch {
    // It holds until the page is closed.
  }
}

function pressTool(tool: Tool): void {
  if (tool !== "erase") dispatch({ kind: tool });
  else if (state.tool === "eraser") dispatch({ kind: "tool", tool: "pen" });
  else if (state.history.present.drawing.length > 0) dispatch({ kind: "tool", tool: "eraser" });
}

function onPress(id: string, action: () => void): void {
  byId(id, HTMLButtonElement).addEventListener("click", action);
}

function onSlide(id: string, action: (value: number) => void): void {
  const slider = byId(id, HTMLInputElement);
  slider.addEventListener("input", () => action(slider.valueAsNumber));
}

new Pen(byId("canvas", HTMLElement), () => state.penWidth, {
  changed: (stroke) => dispatch({ kind: "draw", stroke }),
  finished: (stroke) => dispatch({ kind: "lift", stroke }),
  cancelled: () => dispatch({ kind: "draw", stroke: null }),
});

onPress("share", () => void shareLink(state));
onPress("save", () => savePicture(state));
onPress("json", () => saveJson(state));
onPress("retry", restart);
onPress("reload", () => location.reload());
onSlide("score", (score) => dispatch({ kind: "thresholds", thresholds: { score } }));
onSlide("iou", (iou) => dispatch({ kind: "thresholds", thresholds: { iou } }));

const languages = byId("language", HTMLSelectElement);
languages.addEventListener("change", () => chooseLanguage(languages.value as Language));

const files = byId("file", HTMLInputElement);
onPress("picture", () => files.click());
receivePictures([files], (file) => void openPicture(file));

const KEYS: Readonly<Record<string, () => void>> = {
  escape: () => dispatch({ kind: "choose", index: null }),
  delete: () => (state.chosen === null ? pressTool("clear") : dispatch({ kind: "rewrite", index: state.chosen })),
};
window.addEventListener("keydown", (event) => {
  if (event.altKey || (event.target instanceof Element && event.target.matches("select, [type=text]"))) return;
  if (document.querySelector("dialog[open]")) return; // its keys are its own
  const shortcut = shortcutOf(event);
  if (TOOL_KEYS[shortcut]) pressTool(TOOL_KEYS[shortcut]);
  else if (KEYS[shortcut]) KEYS[shortcut]();
  else return;
  event.preventDefault();
});

window.addEventListener("hashchange", () => void openLink());
void openLink();
view.render(state);

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
  const workers = navigator.serviceWorker;
  // The first worker takes over the page that has started it; the next one brings another version.
  const isFirst = workers.controller === null;
  workers.addEventListener("controllerchange", () => !isFirst && dispatch({ kind: "outdated" }));
  // Without it, as in some private windows, the page works but needs the network.
  workers.register("./sw.js", { updateViaCache: "none" }).catch(() => undefined);
}

window.digitDetector = {
  detect: async (picture) => postprocess(await detector.predict(await decodeImage(picture)), state.thresholds),
};
