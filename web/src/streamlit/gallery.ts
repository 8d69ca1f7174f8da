/** Earlier drawings, each a button that opens it again. */

import { button, element } from "../ui/dom";
import { type Texts, translator } from "../ui/texts";
import { type ComponentArguments, mount, receive } from "./component";
import "./gallery.css";

interface GalleryData {
  drawings: { name: string; reading: string; thumbnail: string }[];
  texts: Texts;
}

function show({ parentElement, data, setTriggerValue }: ComponentArguments<GalleryData>): void {
  const translate = translator(data.texts);
  const list = element("ul");
  list.ariaLabel = translate("common.gallery");
  for (const { name, reading, thumbnail } of data.drawings) {
    const picture = element("img");
    picture.src = thumbnail;
    picture.alt = translate("common.openAgain", { reading });
    picture.title = reading;
    const open = button("", () => setTriggerValue("chosen", name));
    open.append(picture);
    const item = element("li");
    item.append(open);
    list.append(item);
  }
  mount(parentElement).replaceChildren(list);
}

export default receive(show);
