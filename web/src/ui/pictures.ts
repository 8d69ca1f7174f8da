/** Pictures that people choose, drop or paste. */

/** Pass on the file chosen by an input, and one dropped anywhere on the page or pasted; returns what ends this. */
export function receivePictures(inputs: HTMLInputElement[], open: (file: File) => void): () => void {
  const end = new AbortController();
  const { signal } = end;
  const openFirst = (files: FileList | undefined | null): void => {
    if (files?.[0]) open(files[0]);
  };
  for (const input of inputs) {
    const choose = (): void => {
      openFirst(input.files);
      input.value = ""; // so that the same file can be opened again
    };
    input.addEventListener("change", choose, { signal });
  }
  window.addEventListener("paste", ({ clipboardData }) => openFirst(clipboardData?.files), { signal });
  const drop = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return; // text, for a field
    event.preventDefault();
    if (event.type === "drop") openFirst(event.dataTransfer.files);
  };
  window.addEventListener("dragover", drop, { signal });
  window.addEventListener("drop", drop, { signal });
  return () => end.abort();
}
