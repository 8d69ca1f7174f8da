/** A button that shares the page's address at the time. */

import { button, element, setText } from "../ui/dom";
import { share } from "../ui/share";
import { type Texts, translator } from "../ui/texts";
import { type ComponentArguments, mount } from "./component";
import "./share.css";

export default function ({ parentElement, data }: ComponentArguments<{ texts: Texts }>): void {
  const translate = translator(data.texts);
  const status = element("p");
  status.role = "status";
  const press = async (): Promise<void> => {
    const url = location.href;
    const shared = await share(url, document.title, translate("common.shareText"));
    setText(status, { shared: "", cancelled: "", copied: translate("common.shared"), unavailable: url }[shared]);
  };
  mount(parentElement).replaceChildren(
    button(translate("common.share"), () => void press()),
    status,
  );
}
