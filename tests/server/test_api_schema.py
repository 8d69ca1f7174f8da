"""The API keeps to its own description, whatever schemathesis makes up to send it."""

import io
from itertools import count

import schemathesis
from hypothesis import settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from digit_detector.server.api_schema import OPENAPI


@st.composite
def pictures(draw: st.DrawFn, file_format: str) -> bytes:
    side = st.integers(1, 64)
    picture = Image.new("L", (draw(side), draw(side)), 255)
    ImageDraw.Draw(picture).line([(draw(side), draw(side)) for _ in range(draw(side) // 8)], fill=0, width=3)
    buffer = io.BytesIO()
    picture.save(buffer, file_format)
    return buffer.getvalue()


for file_format in ("PNG", "JPEG", "WEBP"):
    schemathesis.openapi.media_type(f"image/{file_format.lower()}", pictures(file_format))
schema = schemathesis.openapi.from_dict(OPENAPI)
number = count()


@schema.parametrize()
@settings(max_examples=50, deadline=None, derandomize=True)
def test_every_answer_is_as_described(case: schemathesis.Case, url: str) -> None:
    # Each from elsewhere, as a proxy on the server's machine tells it: one client's allowance would soon be used up.
    case.call_and_validate(base_url=url, headers={"X-Forwarded-For": f"fd00:{next(number):x}::1"})
