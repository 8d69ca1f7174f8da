import { describe, expect, test } from "vitest";
import type { Box } from "../src/detect/detections";
import { fromFragment, LinkError, type Linked, PREFIX, toFragment } from "../src/ink/link";
import { type Drawing, SIDE } from "../src/ink/strokes";

/** Mulberry32: the same numbers on every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random wavy strokes, in the eighths that the pen rounds to. */
function randomDrawing(seed: number, strokes: number): Drawing {
  const random = randomNumbers(seed);
  const eighth = (value: number): number => Math.round(value * 8) / 8 + 0; // no -0
  return Array.from({ length: strokes }, () => {
    let [x, y] = [random() * SIDE, random() * SIDE];
    const points = Array.from({ length: 1 + Math.floor(random() * 80) }, () => {
      [x, y] = [x + random() * 12 - 6, y + random() * 12 - 6];
      return [eighth(x), eighth(y), Math.max(0.125, eighth(2 * random()))];
    });
    return { width: eighth(2 + random() * 38), points: points.flat() };
  });
}

function linkedDrawing(seed: number, strokes: number): Linked {
  return { drawing: randomDrawing(seed, strokes), thresholds: {}, corrections: [] };
}

/** The link of these bytes. */
async function linkWith(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return PREFIX + Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url");
}

test.each([0, 1, 2, 3, 4, 5])("round trip, seed %i", async (seed) => {
  const drawing = randomDrawing(seed, 1 + 4 * seed);
  const corrections = [{ label: "other", box: [0, 0.25, 0.125, 1] as Box }].slice(seed % 2);
  const linked = { drawing, thresholds: seed % 2 ? { score: 0.25, iou: 0 } : {}, corrections };
  expect(await fromFragment(await toFragment(linked))).toEqual(linked);
});

test("links are URL-safe and short enough for messengers", async () => {
  const fragment = await toFragment(linkedDrawing(1, 10));
  expect(fragment).toMatch(/^#d1=[\w-]+$/);
  expect(fragment.length).toBeLessThan(2000);
});

test("only the newest of very many corrections are linked", async () => {
  const corrections = Array.from({ length: 101 }, (_, edge) => ({ label: "7", box: [edge / 1000, 0, 1, 1] as Box }));
  const fragment = await toFragment({ ...linkedDrawing(1, 1), corrections });
  expect((await fromFragment(fragment)).corrections).toEqual(corrections.slice(1));
  expect(fragment.length).toBeLessThan(4000);
  await expect(fromFragment(`${fragment}&fix=7,0,0,1,1`)).rejects.toThrow("empty");
});

describe("invalid links are rejected", () => {
  test.each([
    ["#d2=abc", "foreign"],
    ["#<img src=x onerror=alert(1)>", "foreign"],
    ["#d1=<script>alert(1)</script>", "damaged"],
    ["#d1=!!!!", "damaged"],
    ["#d1=AAAA", "damaged"],
    [`#d1=${"A".repeat(300_000)}`, "long"],
  ])("%.40s", async (fragment, reason) => {
    await expect(fromFragment(fragment)).rejects.toThrow(reason);
    await expect(fromFragment(fragment)).rejects.toBeInstanceOf(LinkError);
  });

  const rests = ["&score=2", "&score=-1", "&iou=", "&iou=1.2.3", "&width=1", "&"];
  const fixes = ["&fix=", "&fix=7", "&fix=7,0,0,9", "&fix=7,9,0,9,9", "&fix=7,0,0,9,1001", "&fix=<b>,0,0,9,9"];
  test.each([...rests, ...fixes])("%s after a drawing", async (rest) => {
    const fragment = await toFragment(linkedDrawing(2, 3));
    await expect(fromFragment(fragment + rest)).rejects.toThrow("empty");
  });

  test("truncated links", async () => {
    const fragment = await toFragment(linkedDrawing(2, 3));
    for (let length = PREFIX.length + 1; length < fragment.length - 1; length += 7) {
      await expect(fromFragment(fragment.slice(0, length))).rejects.toBeInstanceOf(LinkError);
    }
  });

  test("decompression bomb", async () => {
    await expect(fromFragment(await linkWith(new Uint8Array(50_000_000)))).rejects.toThrow("long");
  });

  test.each([
    ["a pen without width", [0, 1, 0, 0, 16]],
    ["a pen that is too wide", [255, 127, 1, 0, 0, 16]],
    ["a stroke without points", [80, 0]],
    ["too few points", [80, 200, 1, 0, 0, 16]],
    ["a point far outside the canvas", [80, 1, 254, 255, 255, 3, 0, 16]],
    ["a number without end", [80, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255]],
    ["a point without width", [80, 1, 0, 0, 0]],
    ["a point of negative width", [80, 1, 0, 0, 15]],
  ])("%s", async (_, bytes) => {
    await expect(fromFragment(await linkWith(Uint8Array.from(bytes)))).rejects.toBeInstanceOf(LinkError);
  });

  test("random bytes are rejected or within bounds", async () => {
    const random = randomNumbers(9);
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () => Math.floor(random() * 256));
      try {
        for (const { width, points } of (await fromFragment(await linkWith(bytes))).drawing) {
          expect(width).toBeLessThanOrEqual(40);
          expect(points.every((value) => Math.abs(value) <= 2 * SIDE)).toBe(true);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(LinkError);
      }
    }
  });
});
