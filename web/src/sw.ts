/**
 * The service worker: the page and its files from the device, also offline, and with the headers that let the network
 * use two threads where a host cannot set them.
 */

import { KEPT } from "./files";

const VERSION = "__VERSION__";
/** The page and its neighbours, which change with the version. */
const SHELL = "__SHELL__" as unknown as string[];
/** Files whose names carry a hash of their content. */
const HASHED = "__HASHED__" as unknown as string[];
/** The page fetches and keeps these by itself at the first visit; an update must bring its own, to work offline. */
const LARGE = /\.(onnx|wasm)$/;

const scope = self as unknown as ServiceWorkerGlobalScope;
const SHELLS = "digit-detector-shell-";
const shellName = SHELLS + VERSION;

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(scope.registration.scope)) event.respondWith(answer(request));
});

async function install(): Promise<void> {
  const shell = await caches.open(shellName);
  await shell.addAll(SHELL.map((url) => new Request(url, { cache: "reload" })));
  const kept = await caches.open(KEPT);
  const isUpdate = (await caches.keys()).some((name) => name.startsWith(SHELLS) && name !== shellName);
  const missing = HASHED.filter((url) => isUpdate || !LARGE.test(url));
  for (const url of missing) if (!(await kept.match(url))) await kept.add(url);
  await scope.skipWaiting();
}

/** Forget what no version needs any more. */
async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(SHELLS) && name !== shellName) await caches.delete(name);
  }
  const kept = await caches.open(KEPT);
  const needed = new Set(HASHED.map((url) => new URL(url, scope.registration.scope).href));
  for (const request of await kept.keys()) {
    if (!needed.has(request.url)) await kept.delete(request);
  }
  await scope.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const wanted = request.mode === "navigate" ? scope.registration.scope : request;
  // What asks for a reload has found the kept file damaged.
  const kept = request.cache === "reload" ? undefined : await caches.match(wanted);
  const found = kept ?? (await fetch(request));
  const headers = new Headers(found.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(found.body, { status: found.status, statusText: found.statusText, headers });
}
