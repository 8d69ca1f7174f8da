"""Render boxes and labels on a picture, for the page and for saved files, in the colours of the classes."""

import io
import math
from collections.abc import Sequence
from functools import cache
from typing import Final, Literal

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from digit_detector.classes import CENSORED
from digit_detector.detect.detections import Detections
from digit_detector.detect.images import Pixels
from digit_detector.show.listing import per_cent

Rectangle = tuple[float, float, float, float]
Line = Literal["solid", "dashed", "dotted"]

# Each colour has a contrast of 3 with white; any two remain distinct with impaired red, green or blue vision. The line
# is a second cue: colours that some people confuse have different ones.
_STYLES: Final[dict[str, tuple[str, Line]]] = {
    "0": ("#1f67bc", "dotted"),
    "1": ("#c58702", "dashed"),
    "2": ("#6d0037", "dashed"),
    "3": ("#2477ff", "dashed"),
    "4": ("#e66b85", "dotted"),
    "5": ("#320baf", "dashed"),
    "6": ("#900d03", "dotted"),
    "7": ("#a585ce", "solid"),
    "8": ("#4d2c70", "dotted"),
    "9": ("#0c00f1", "solid"),
    "other": ("#5f666d", "dashed"),
    "censored": ("#d41422", "solid"),
}
COLOURS: Final = {label: colour for label, (colour, _) in _STYLES.items()}
LINES: Final = {label: line for label, (_, line) in _STYLES.items()}

COVER_MARGIN: Final = 0.02
"""Of the picture's longer side, by which a cover is larger than its box: the pen's edge may reach out of the box."""

MOST_TAGS: Final = 0.12
"""Above this share of the picture, tags with scores would hide too much: small tags without scores replace them."""

_PADDING: Final = 2
_DASHES: Final[dict[Line, tuple[int, int]]] = {"dashed": (5, 3), "dotted": (2, 2)}
"""Lengths of a dash and of the gap after it, in line widths."""
_COVER: Final = ("#b9bdc2", "#8d9298")


def draw_boxes(picture: Pixels, detections: Detections) -> Pixels:
    """Return a copy of the picture with each object's box, label and score, the best object on top.

    On a crowded picture the tags are small and have no scores.

    Args:
        picture: uint8 (H, W), (H, W, 3) or (H, W, 4), transparency being white paper; of the size of the
            detections, or scaled.

    Returns:
        uint8 (H, W, 3).
    """
    image = Image.fromarray(on_paper(picture))
    draw = ImageDraw.Draw(image)
    height, width = picture.shape[:2]
    line = max(2, round(max(width, height) / 200))
    boxes = detections.boxes * np.array([width / detections.width, height / detections.height] * 2)
    edge = np.array([width - 1, height - 1] * 2)
    best = [top[0] for top in detections.top]
    font = _font(max(12, round(max(width, height) / 32)))
    texts = [f"{label} {per_cent(score)}" for label, score in best]
    if sum(math.prod(_tag_size(font, text)) for text in texts) > MOST_TAGS * width * height:
        font, texts = _font(max(9, round(max(width, height) / 50))), [label for label, _ in best]
        line = max(1, line // 2)
    for box, (label, _) in zip(boxes[::-1].tolist(), best[::-1], strict=True):
        _outline(draw, np.minimum(box, edge).tolist(), label, line)
    tags = _place_tags([_tag_size(font, text) for text in texts], boxes.tolist(), (width, height))
    for tag, text, (label, _) in zip(tags, texts, best, strict=True):
        draw.rectangle(tag, fill=COLOURS[label])
        corner = (tag[0] + _PADDING, tag[1] + _PADDING)
        draw.text(corner, text, fill=text_colour(COLOURS[label]), font=font, anchor="la")
    return np.asarray(image)


def on_paper(picture: Pixels) -> Pixels:
    """Blend a picture, as in `draw_boxes`, over white paper: uint8 (H, W, 3)."""
    image = Image.fromarray(picture)
    if image.mode != "RGBA":
        return np.asarray(image.convert("RGB"))
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return np.asarray(paper)


def cover(picture: Pixels, detections: Detections) -> Pixels:
    """Return a copy of the picture in which everything found `censored` is covered.

    Args:
        picture, detections: as in `draw_boxes`.

    Returns:
        uint8 (H, W, 3).
    """
    image = Image.fromarray(on_paper(picture))
    height, width = picture.shape[:2]
    scale = np.array([width / detections.width, height / detections.height] * 2)
    for box in (detections.boxes[detections.labels == CENSORED] * scale).tolist():
        _hatch(image, box)
    return np.asarray(image)


def to_png(picture: Pixels) -> bytes:
    """Encode the picture as PNG, fast rather than small."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def text_colour(background: str) -> str:
    """Return black or white, whichever is more legible on the colour (WCAG 2.2, relative luminance)."""
    return "white" if luminance(background) < 0.18 else "black"


@cache
def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, in [0, 1] (WCAG 2.2)."""
    channels = np.array(ImageColor.getrgb(colour)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _outline(draw: ImageDraw.ImageDraw, box: list[float], label: str, width: int) -> None:
    style, colour = LINES[label], COLOURS[label]
    if style == "solid":
        draw.rectangle(box, outline=colour, width=width)
        return
    dash, gap = (width * length for length in _DASHES[style])
    x0, y0, x1, y1 = (round(edge) for edge in box)
    inner = width - 1
    for x in range(x0, x1 + 1, dash + gap):
        end = min(x + dash - 1, x1)
        draw.rectangle((x, y0, end, min(y0 + inner, y1)), fill=colour)
        draw.rectangle((x, max(y1 - inner, y0), end, y1), fill=colour)
    for y in range(y0, y1 + 1, dash + gap):
        end = min(y + dash - 1, y1)
        draw.rectangle((x0, y, min(x0 + inner, x1), end), fill=colour)
        draw.rectangle((max(x1 - inner, x0), y, x1, end), fill=colour)


def _hatch(image: Image.Image, box: list[float]) -> None:
    """Cover a box and its margin."""
    margin = max(image.size) * COVER_MARGIN
    x0, y0 = max(math.floor(box[0] - margin), 0), max(math.floor(box[1] - margin), 0)
    size = (min(math.ceil(box[2] + margin), image.width) - x0, min(math.ceil(box[3] + margin), image.height) - y0)
    patch = Image.new("RGB", size, _COVER[0])
    draw = ImageDraw.Draw(patch)
    stripe = max(4, round(max(image.size) / 50))
    for start in range(0, sum(size), 2 * stripe):
        draw.line((start, 0, start - size[1], size[1]), fill=_COVER[1], width=stripe // 2)
    image.paste(patch, (x0, y0))


def _tag_size(font: ImageFont.FreeTypeFont, text: str) -> tuple[float, float]:
    return font.getlength(text) + 2 * _PADDING, sum(font.getmetrics()) + 2 * _PADDING


def _place_tags(
    sizes: list[tuple[float, float]], boxes: list[list[float]], picture: tuple[int, int]
) -> list[Rectangle]:
    """Place each box's tag above, below or inside it.

    It is the first place inside the picture that hides no other tag and no other box, or else no other tag.
    """
    taken: list[Rectangle] = []
    for box, (width, height) in zip(boxes, sizes, strict=True):
        left = min(max(box[0], 0), max(picture[0] - width, 0))
        places = [(left, top, left + width, top + height) for top in (box[1] - height, box[3], box[1])]
        inside = [place for place in places if place[1] >= 0 and place[3] <= picture[1]]
        free = [place for place in inside if not any(_overlap(place, other) for other in taken)]
        clear = [place for place in free if not any(_overlap(place, other) for other in boxes if other is not box)]
        taken.append((clear or free or inside or places)[0])
    return taken


def _overlap(first: Rectangle, second: Sequence[float]) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's own; without FreeType it would be a bitmap
    return font
