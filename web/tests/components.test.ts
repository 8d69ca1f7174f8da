/** The Streamlit page's built components are committed, so that page needs no Node.js: `npm run components` writes them. */

import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";

const WEB = join(import.meta.dirname, "..");
const FOLDER = join(WEB, "../src/digit_detector/page/components");

const NAMES = ["answer", "canvas", "correct", "gallery", "hand", "picture", "share"];

test.each(NAMES)("%s is freshly built", async (name) => {
  const output = await build({
    configFile: false,
    mode: "production",
    logLevel: "warn",
    build: {
      write: false,
      target: "es2022",
      lib: { entry: join(WEB, `src/streamlit/${name}.ts`), formats: ["es"], fileName: name },
    },
  });
  const files = (output as Rolldown.RolldownOutput[])[0].output;
  expect(files).toHaveLength(2);
  for (const file of files) {
    const [kind, content] = file.type === "chunk" ? ["js", file.code] : ["css", String(file.source)];
    await expect(content).toMatchFileSnapshot(join(FOLDER, `${name}.${kind}`));
  }
});
