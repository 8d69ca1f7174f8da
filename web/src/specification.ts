/** The constants shared with the Python detector; `make web` exports them, and TypeScript takes their types from there. */

import exported from "../specification.json";
import type { ClassStyle } from "./ui/objects";

type Colours = Record<string, { box: string; text: string; line: ClassStyle["line"] }>;

export const specification = exported as Omit<typeof exported, "colours"> & { colours: Colours };
