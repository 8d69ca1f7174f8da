/** Large files, fetched once and then kept on the device, where the service worker finds them too. */

/** A cache of files whose names carry a hash of their content, so they never change. */
export const FILE_CACHE = "digit-detector-files";

/** Files on their way into the cache, by their URL. */
const writes = new Map<string, Promise<void>>();

/**
 * The bytes of a file, from the cache unless `reload` is set; `onBytes` receives the size of each downloaded part.
 *
 * Rejects if the network fails or the server refuses.
 */
export async function fetchCached(url: string, onBytes: (bytes: number) => void, reload = false): Promise<ArrayBuffer> {
  const cache = await openCache();
  const cached = reload ? undefined : await cache?.match(url);
  if (cached) return cached.arrayBuffer();
  // The browser's own cache may still hold a copy that was damaged on the server.
  const response = await fetch(url, { cache: reload ? "reload" : "no-cache" });
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${url}`);
  // Without room for the file, the page still works.
  const write = cache?.put(url, response.clone()).catch(() => undefined);
  if (write) writes.set(url, write);
  return readAll(response, onBytes);
}

/** Drop a file that turned out to be damaged, so that the next attempt fetches it again. */
export async function forgetCached(url: string): Promise<void> {
  await writes.get(url);
  await (await openCache())?.delete(url);
}

/** Absent on pages from other machines without HTTPS, and in some private windows. */
async function openCache(): Promise<Cache | undefined> {
  return "caches" in globalThis ? caches.open(FILE_CACHE).catch(() => undefined) : undefined;
}

async function readAll(response: Response, onBytes: (bytes: number) => void): Promise<ArrayBuffer> {
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(part, controller) {
      onBytes(part.byteLength);
      controller.enqueue(part);
    },
  });
  return new Response(response.body!.pipeThrough(counter)).arrayBuffer();
}
