/**
 * The service worker: serves the page from the device, also offline.
 *
 * It adds the headers that allow two threads, for hosts that cannot set them.
 */

import { FILE_CACHE } from "./files";

/** What `files.js`, which the build writes, assigns. */
interface Build {
  /** A hash of all files. */
  version: string;
  /** The page and the files beside it, which change with the version. */
  shell: string[];
  /** Files whose names carry a hash of their content. */
  hashed: string[];
}

/** The page itself fetches and caches these on the first visit; an update must fetch them, to work offline. */
const LARGE = /\.(onnx|wasm)$/;
/** Of these, an update fetches only what an earlier version has been used for. */
const ON_DEMAND = /\/handwriting-[^/]*\.onnx$/;
/** What follows the scope in the addresses of a build's files. */
const OWN = /^(assets\/)?[^/]*$/;
/** The page's script, which the page names. */
const ENTRY = /\/index-[^/]*\.js$/;
/** What follows the scope in the page's own addresses, and not in those of files beside it. */
const PAGE = /^(index\.html)?([?#]|$)/;
const SHELL_PREFIX = "digit-detector-shell-";

const scope = self as unknown as ServiceWorkerGlobalScope & { build: Build; importScripts(url: string): void };
scope.importScripts("./files.js");
const { version, shell, hashed } = scope.build;
const shellName = SHELL_PREFIX + version;

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(scope.registration.scope)) event.respondWith(answer(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(shellName);
  await cache.addAll(shell.map((url) => new Request(url, { cache: "reload" })));
  // A release that is still being uploaded, or a proxy's copy of the page before it, is tried again at the next visit.
  const page = await (await cache.match(scope.registration.scope))!.text();
  if (!hashed.some((url) => ENTRY.test(url) && page.includes(url))) {
    await deleteOwn(cache);
    throw new Error("the page is of another version");
  }
  const files = await caches.open(FILE_CACHE);
  const isUpdate = (await olderShells()).length > 0;
  const usesHandwriting = (await ownRequests(files)).some(({ url }) => ON_DEMAND.test(url));
  const missing = hashed.filter((url) => (ON_DEMAND.test(url) ? usesHandwriting : isUpdate || !LARGE.test(url)));
  for (const url of missing) if (!(await files.match(url))) await files.add(url);
  await scope.skipWaiting();
}

/** Delete what this version does not need. */
async function activate(): Promise<void> {
  for (const name of await olderShells()) {
    const cache = await caches.open(name);
    await deleteOwn(cache);
    if ((await cache.keys()).length === 0) await caches.delete(name);
  }
  const files = await caches.open(FILE_CACHE);
  const needed = new Set(hashed.map((url) => new URL(url, scope.registration.scope).href));
  for (const request of await ownRequests(files)) {
    if (!needed.has(request.url)) await files.delete(request);
  }
  await scope.clients.claim();
}

/** The shells that hold other versions of this page. */
async function olderShells(): Promise<string[]> {
  const found: string[] = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(SHELL_PREFIX) || name === shellName) continue;
    if ((await ownRequests(await caches.open(name))).length > 0) found.push(name);
  }
  return found;
}

/** What a cache holds of this page: all pages of one host share their caches, also those in folders of this one's. */
async function ownRequests(cache: Cache): Promise<readonly Request[]> {
  const { scope: start } = scope.registration;
  return (await cache.keys()).filter(({ url }) => url.startsWith(start) && OWN.test(url.slice(start.length)));
}

async function deleteOwn(cache: Cache): Promise<void> {
  for (const request of await ownRequests(cache)) await cache.delete(request);
}

async function answer(request: Request): Promise<Response> {
  const isPage = request.mode === "navigate" && PAGE.test(request.url.slice(scope.registration.scope.length));
  const key = isPage ? scope.registration.scope : request;
  // The page asks for a reload when the cached file is damaged.
  const cached = request.cache === "reload" ? undefined : await caches.match(key);
  const response = cached ?? (await fetch(request));
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
