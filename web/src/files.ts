/** Large files, fetched once and then kept on the device, where the service worker finds them too. */

/** Holds files whose names carry a hash of their content, so that they never change. */
export const KEPT = "digit-detector-files";

/** The file's bytes; `received` hears of each part that comes. Raises where the network fails or the host refuses. */
export async function fetchKept(url: string, received: (bytes: number) => void, again: boolean): Promise<ArrayBuffer> {
  const files = await openKept();
  const kept = again ? undefined : await files?.match(url);
  if (kept) return kept.arrayBuffer();
  const response = await fetch(url, { cache: again ? "reload" : "default" });
  if (!response.ok) throw new Error(`the host answers ${response.status} for ${url}`);
  // A device without room for it still draws.
  files?.put(url, response.clone()).catch(() => undefined);
  return readAll(response, received);
}

/** Absent where the page comes by plain HTTP from another machine, and in some private windows. */
async function openKept(): Promise<Cache | undefined> {
  return "caches" in globalThis ? caches.open(KEPT).catch(() => undefined) : undefined;
}

async function readAll(response: Response, received: (bytes: number) => void): Promise<ArrayBuffer> {
  const [counted, whole] = response.body!.tee();
  const counting = (async () => {
    for (const reader = counted.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      received(value.byteLength);
    }
  })();
  const bytes = await new Response(whole).arrayBuffer();
  await counting;
  return bytes;
}
