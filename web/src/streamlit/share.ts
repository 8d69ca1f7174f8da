/** A button that shares the page's address at the time, with the drawing on its canvas. */

import { toFragment } from "../ink/link";
import type { Drawing } from "../ink/strokes";
import { button, element, setText } from "../ui/dom";
import { share } from "../ui/share";
import { type Texts, translator } from "../ui/texts";
import { type ComponentArguments, DRAWING, mount, receive } from "./component";
import "./share.css";

/** The page's address, with its thresholds; with the drawing, if there is one. */
async function link(): Promise<string> {
  const asked = new CustomEvent<{ drawing: Drawing }>(DRAWING, { detail: { drawing: [] } });
  document.dispatchEvent(asked);
  const { drawing } = asked.detail;
  const fragment = drawing.length > 0 ? await toFragment({ drawing, thresholds: {}, corrections: [] }) : "";
  return location.href.split("#")[0] + fragment;
}

function show({ parentElement, data }: ComponentArguments<{ texts: Texts }>): void {
  const translate = translator(data.texts);
  const status = element("p");
  status.role = "status";
  const press = async (): Promise<void> => {
    const url = await link();
    const shared = await share(url, document.title, translate("common.shareText"));
    setText(status, { shared: "", cancelled: "", copied: translate("common.shared"), unavailable: url }[shared]);
  };
  mount(parentElement).replaceChildren(
    button(translate("common.share"), () => void press()),
    status,
  );
}

export default receive(show);
