import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { defineConfig, type Plugin } from "vite";

/** Nothing may be loaded from elsewhere, and nothing sent: what people draw stays with them. */
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

/** The policy goes into the built page alone: while developing, Vite puts styles into the page itself. */
function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY }, injectTo: "head-prepend" },
    ],
  };
}

/** Tells the service worker the files of this build. */
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
        const still = readdirSync(folder).filter((name) => name !== "README.md");
        const version = createHash("sha256");
        for (const [, file] of built) version.update(file.type === "chunk" ? file.code : file.source);
        for (const name of still) version.update(readFileSync(join(folder, name)));
        const hashed = built.map(([name]) => name).filter((name) => name.startsWith("assets/"));
        const facts = {
          VERSION: version.digest("hex").slice(0, 16),
          SHELL: ["./", ...still.map((name) => `./${name}`)],
          HASHED: hashed.map((name) => `./${name}`),
        };
        for (const [name, fact] of Object.entries(facts)) {
          const [before, after, more] = worker.code.split(new RegExp(`["'\`]__${name}__["'\`]`));
          if (after === undefined || more !== undefined) throw new Error(`sw.ts names __${name}__ once, as a string`);
          worker.code = before + JSON.stringify(fact) + after;
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
    assetsInlineLimit: 0, // the policy above lets no data: through
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: "index.html", sw: "src/sw.ts" },
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
