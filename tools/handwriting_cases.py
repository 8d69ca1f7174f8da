"""Refresh tests/handwriting/model_cases.json after `export-handwriting`: what the bundled model writes for its glyphs.

Python and TypeScript must both reproduce the file. Keep the cases small: each shows three digits.
"""

import json
from pathlib import Path
from typing import Final

import numpy as np

from digit_detector.handwriting.references import Reference
from digit_detector.handwriting.writer import Writer

CASES: Final = Path(__file__).parents[1] / "tests/handwriting/model_cases.json"
SHOWN: Final = (2, 4, 7)


def main() -> None:
    """Write the first candidates and the forms of the shown digits beside each case's labels and glyphs."""
    writer = Writer.load()
    lines = []
    for case in json.loads(CASES.read_text()):
        pairs = zip(case["labels"], case["glyphs"], strict=True)
        hand = writer.learn([Reference(label, np.array(glyph, np.float32), 1.0) for label, glyph in pairs])
        case["first"] = {str(digit): [round(float(x), 4) for x in hand.candidates[digit, 0]] for digit in SHOWN}
        case["forms"] = {str(digit): hand.forms[digit].tolist() for digit in SHOWN}
        lines.append(json.dumps(case))
    CASES.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
