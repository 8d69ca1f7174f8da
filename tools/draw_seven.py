"""Draw a 7, to have a picture to detect something in."""

import sys

from PIL import Image, ImageDraw

image = Image.new("L", (400, 400), 255)
ImageDraw.Draw(image).line([(120, 80), (280, 80), (180, 320)], fill=0, width=14, joint="curve")
image.save(sys.argv[1])
