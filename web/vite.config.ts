import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

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

/** Many servers, such as nginx, do not know that .mjs is JavaScript. */
function assetFileNames({ names }: { names: string[] }): string {
  return `assets/[name]-[hash]${names[0].endsWith(".mjs") ? ".js" : "[extname]"}`;
}

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

/** Write the file list of this build for the service worker. */
function listFiles(): Plugin {
  const folder = join(import.meta.dirname, "public");
  return {
    name: "list-files",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const unhashed = readdirSync(folder).filter((name) => name !== "README.md");
        const version = createHash("sha256");
        for (const file of Object.values(bundle)) version.update(file.type === "chunk" ? file.code : file.source);
        for (const name of unhashed) version.update(readFileSync(join(folder, name)));
        const hashed = Object.keys(bundle).filter((name) => name.startsWith("assets/") && !name.endsWith(".map"));
        const build = {
          version: version.digest("hex").slice(0, 16),
          shell: ["./", ...unhashed.map((name) => `./${name}`)],
          hashed: hashed.map((name) => `./${name}`),
        };
        this.emitFile({ type: "asset", fileName: "files.js", source: `self.build = ${JSON.stringify(build)};\n` });
      },
    },
  };
}

/** Write each file a second and a third time, compressed, for servers that send `NAME.br` or `NAME.gz` for NAME. */
function compress(): Plugin {
  let folder = "";
  return {
    name: "compress",
    apply: "build",
    configResolved: ({ build }) => void (folder = build.outDir),
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(css|html|js|onnx|svg|txt|wasm|webmanifest)$/.test(name)) continue;
        const content = readFileSync(join(folder, name));
        // The highest quality takes a minute for a large file, and gains 3 %.
        const quality = content.length > 1e6 ? 9 : 11;
        const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: 24 };
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content, { params }));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

/** Fill in the English texts, to be seen before the script has chosen a language. */
function fillTexts(): Plugin {
  const path = join(import.meta.dirname, "../src/digit_detector/show/texts/en.json");
  return {
    name: "fill-texts",
    transformIndexHtml(html) {
      const texts: Record<string, string> = JSON.parse(readFileSync(path, "utf8"));
      return html.replaceAll(/data-text="([^"]+)"[^>]*>/g, (tag, key: string) => tag + texts[key]);
    },
  };
}

/** Leave out the texts that only the Streamlit page shows. */
function selectTexts(): Plugin {
  return {
    name: "select-texts",
    enforce: "pre",
    transform(code, id) {
      if (!/show\/texts\/\w+\.json$/.test(id)) return;
      const texts = Object.entries(JSON.parse(code)).filter(([key]) => !key.startsWith("page."));
      return JSON.stringify(Object.fromEntries(texts));
    },
  };
}

export default defineConfig({
  base: "./", // serves from any folder of any host
  plugins: [contentSecurityPolicy(), fillTexts(), selectTexts(), listFiles(), compress()],
  assetsInclude: ["**/*.onnx"],
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "development|production"] },
  worker: { format: "es", rollupOptions: { output: { assetFileNames } } },
  server: {
    headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    fs: { allow: [".."] },
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the policy above blocks data: URLs
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: "index.html", sw: "src/sw.ts" },
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        assetFileNames,
      },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
