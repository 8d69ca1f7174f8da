// One node that persists while its text changes, as a live region needs to be announced.
export default function ({ parentElement, data }) {
  const reading = parentElement.querySelector("#reading");
  if (reading.textContent !== data.text) reading.textContent = data.text;
}
