import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Nothing may be loaded from or sent to other hosts: drawings stay on the device. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Add the policy to the built page only: in development, Vite inlines styles. */
function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY }, injectTo: "head-prepend" },
    ],
  };
}

/** Insert the file list of this build into the service worker. */
function listFiles(): Plugin {
  let folder = "";
  return {
    name: "list-files",
    apply: "build",
    configResolved: ({ publicDir }) => void (folder = publicDir),
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") throw new Error("the build has no sw.js: see build.rollupOptions.input");
        const built = Object.entries(bundle).filter(([name]) => name !== "sw.js" && !name.endsWith(".map"));
        const unhashed = readdirSync(folder).filter((name) => name !== "README.md");
        const version = createHash("sha256");
        for (const [, file] of built) version.update(file.type === "chunk" ? file.code : file.source);
        for (const name of unhashed) version.update(readFileSync(join(folder, name)));
        const hashed = built.map(([name]) => name).filter((name) => name.startsWith("assets/"));
        const constants = {
          VERSION: version.digest("hex").slice(0, 16),
          SHELL: ["./", ...unhashed.map((name) => `./${name}`)],
          HASHED: hashed.map((name) => `./${name}`),
        };
        for (const [name, value] of Object.entries(constants)) {
          const [before, after, more] = worker.code.split(new RegExp(`["'\`]__${name}__["'\`]`));
          if (after === undefined || more !== undefined) {
            throw new Error(`sw.js must contain __${name}__ exactly once, as a string`);
          }
          worker.code = before + JSON.stringify(value) + after;
        }
      },
    },
  };
}

export default defineConfig({
  base: "./", // serves from any folder of any host
  plugins: [contentSecurityPolicy(), listFiles()],
  assetsInclude: ["**/*.onnx"],
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "development|production"] },
  worker: { format: "es" },
  server: { headers: ISOLATION, fs: { allow: [".."] } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the policy above blocks data: URLs
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: "index.html", sw: "src/sw.ts" },
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
