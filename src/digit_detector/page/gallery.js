export default function ({ parentElement, data, setTriggerValue }) {
  const items = data.drawings.map(({ name, reading, thumbnail }) => {
    const picture = Object.assign(new Image(), { src: thumbnail, alt: `Open again: ${reading}`, title: reading });
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.onclick = () => setTriggerValue("chosen", name);
    button.append(picture);
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  parentElement.querySelector("ul").replaceChildren(...items);
}
