/** What the page runs: its buttons, its keys, and the links that it is opened with. */

import { publish } from "./api";
import { Desk } from "./desk";
import { byId } from "./dom";
import { install } from "./installing";
import { saveJson, savePicture } from "./saving";
import { forgetLink, share, shared } from "./sharing";

const desk = new Desk();
const status = byId("status", HTMLElement);

function onPress(id: string, act: () => void): void {
  byId(id, HTMLButtonElement).addEventListener("click", act);
}

async function open(): Promise<void> {
  try {
    const drawing = await shared();
    if (drawing) desk.show(drawing);
  } catch (error) {
    status.textContent = `This link cannot be opened: ${(error as Error).message}.`;
  }
}

onPress("undo", () => desk.undo());
onPress("redo", () => desk.redo());
onPress("clear", () => desk.clear());
onPress("picture", () => savePicture(desk.drawing, desk.found, desk.isUncovered));
onPress("json", () => saveJson(desk.found));
onPress("share", () => void share(desk.drawing).then((done) => (status.textContent = done)));
onPress("again", () => desk.startAgain());
desk.onChange = forgetLink;

window.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.shiftKey ? `shift ${event.key.toLowerCase()}` : event.key.toLowerCase();
  if (key === "z") desk.undo();
  else if (key === "shift z" || key === "y") desk.redo();
  else return;
  event.preventDefault();
});
window.addEventListener("hashchange", () => void open());

publish(desk);
install();
void open();
