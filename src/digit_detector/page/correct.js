// Boxes on a picture that a mouse, a finger or keys can rename, delete and draw. Pointer events serve all pens. A touch
// that draws is kept from the browser, which would scroll the page.

const HELP = {
  choose: "Tap a box to rename or delete it.",
  chosen: "What is in this box?",
  unnamed: "Tap the new box, and say what is in it.",
  add: "Draw a box around what is missing, from corner to corner.",
};

let listening = null;

export default function ({ parentElement, data, setTriggerValue }) {
  const find = (id) => parentElement.querySelector(`#${id}`);
  const picture = find("picture");
  const looks = Object.fromEntries(data.classes.map((each) => [each.label, each]));
  let boxes = data.boxes.map(({ label, box }) => ({ label, box: [...box] }));
  let chosen = boxes.length === 1 ? 0 : -1;
  let adding = boxes.length === 0;
  let corner = null;

  picture.querySelector("img").src = data.picture;
  picture.style.aspectRatio = `${data.width} / ${data.height}`;
  find("classes").replaceChildren(...data.classes.map(classButton));
  find("add").onclick = () => show({ add: !adding });
  find("remove").onclick = () => {
    boxes = boxes.filter((_, index) => index !== chosen);
    show({});
  };
  find("cancel").onclick = () => setTriggerValue("answer", { boxes: null });
  find("done").onclick = () => setTriggerValue("answer", { boxes });

  picture.ontouchstart = (event) => {
    if (adding) event.preventDefault();
  };
  picture.onpointerdown = (event) => {
    if (!adding || corner !== null) return;
    picture.setPointerCapture(event.pointerId);
    corner = place(event);
  };
  picture.onpointermove = (event) => {
    if (corner !== null) draw([...boxes, { label: null, box: between(corner, place(event)) }]);
  };
  picture.onpointerup = (event) => {
    if (corner === null) return;
    const box = between(corner, place(event));
    corner = null;
    const large = Math.min(box[2] - box[0], box[3] - box[1]) >= data.least;
    if (large) boxes = [...boxes, { label: null, box }];
    show(large ? { choose: boxes.length - 1 } : { add: true });
  };
  picture.onpointercancel = () => {
    corner = null;
    show({ add: true });
  };

  function place({ clientX, clientY }) {
    const area = picture.getBoundingClientRect();
    const along = (value, start, size, whole) => Math.min(Math.max((value - start) / size, 0), 1) * whole;
    return [along(clientX, area.left, area.width, data.width), along(clientY, area.top, area.height, data.height)];
  }

  function between([x0, y0], [x1, y1]) {
    return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
  }

  function classButton({ label, name }) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
    button.dataset.label = label;
    button.onclick = () => {
      boxes = boxes.map((each, index) => (index === chosen ? { ...each, label } : each));
      show({ choose: chosen });
    };
    return button;
  }

  function boxButton({ label, box: [x0, y0, x1, y1] }, index) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "box" });
    const { colour, textColour, line, name } = looks[label] ?? { colour: "#16191d", line: "dashed", name: "new" };
    button.setAttribute("aria-label", `Box ${index + 1}: ${name}`);
    button.setAttribute("aria-pressed", String(index === chosen));
    button.style.cssText = `left: ${(100 * x0) / data.width}%; top: ${(100 * y0) / data.height}%;
      width: ${(100 * (x1 - x0)) / data.width}%; height: ${(100 * (y1 - y0)) / data.height}%;
      --colour: ${colour}; --text: ${textColour ?? "#ffffff"}; --line: ${line}`;
    button.append(Object.assign(document.createElement("span"), { textContent: label ?? "" }));
    button.onclick = () => show({ choose: index });
    return button;
  }

  // Small boxes lie over large ones, so that each can be tapped.
  function draw(shown) {
    const area = ({ box: [x0, y0, x1, y1] }) => (x1 - x0) * (y1 - y0);
    const buttons = shown.map((each, index) => [area(each), boxButton(each, index)]);
    for (const old of picture.querySelectorAll(".box")) old.remove();
    picture.append(...buttons.sort(([first], [second]) => second - first).map(([, button]) => button));
  }

  function show({ choose = -1, add = false }) {
    [chosen, adding] = [choose, add];
    draw(boxes);
    picture.classList.toggle("adding", adding);
    find("add").setAttribute("aria-pressed", String(adding));
    find("remove").disabled = chosen < 0;
    for (const button of find("classes").children) {
      button.disabled = chosen < 0;
      button.setAttribute("aria-pressed", String(boxes[chosen]?.label === button.dataset.label));
    }
    const unnamed = boxes.some(({ label }) => label === null);
    find("done").disabled = unnamed;
    find("help").textContent = HELP[adding ? "add" : chosen >= 0 ? "chosen" : unnamed ? "unnamed" : "choose"];
  }

  // On the whole page: a chosen box is drawn again, which loses the focus.
  document.removeEventListener("keydown", listening);
  listening = (event) => {
    if (event.key === "Delete" && !event.composedPath()[0].matches?.("input, textarea")) find("remove").click();
  };
  document.addEventListener("keydown", listening);

  show({ choose: chosen, add: adding });
  return () => document.removeEventListener("keydown", listening);
}
