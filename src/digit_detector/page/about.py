"""The page that tells what this is, how well it works, and what becomes of a drawing."""

import re
from typing import Final

import streamlit as st

from digit_detector.detect.backends import bundled
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import read_image
from digit_detector.errors import DigitDetectorError
from digit_detector.page.giving import collector
from digit_detector.page.image import show_image
from digit_detector.page.settings import detector, where
from digit_detector.server.live import live_routes
from digit_detector.server.model import identity

STORY: Final = """
People draw digits here, one, several or a phone number, and a neural network finds and names each of them at once,
also among letters and doodles. And since people do draw that, it knows the rude doodle too, and covers it.

It began with a page that cut a drawing into its contours and asked a classifier about each piece. That worked until
two digits touched, or a 5 was drawn in two strokes. A detector looks at the whole drawing instead.
"""

HOW: Final = """
The detector is **YOLOv3**, written from scratch after [the paper](https://arxiv.org/abs/1804.02767). It looks at the
drawing once, as 192 × 192 grey squares, and answers with boxes; the page **Inside** shows each step on your own
drawing. It learnt from pen strokes that real people drew, put together to canvases of which the right answer is known
to the pixel:
[UNIPEN](https://doi.org/10.5281/zenodo.1195803),
[Pen-Based Digits](https://archive.ics.uci.edu/dataset/81/pen+based+recognition+of+handwritten+digits),
[MNIST](http://yann.lecun.com/exdb/mnist/), [Quick, Draw!](https://quickdraw.withgoogle.com/data), and
[Do not draw a penis](https://github.com/studiomoniker/Quickdraw-appendix).
"""

KEPT: Final = """
Your drawings, and pictures you upload or take, are read in this server's memory and **stored nowhere**. Two minutes
after you close or reload the page nobody can reach them any more, and the next visits take their place. There is no
account and no tracking. The link you share holds the two thresholds and nothing of what you drew.
"""

LIVE: Final = """
The same detector also runs [in your own browser](live/): there no drawing leaves your device at all, and after the
first visit no network is needed.
"""

ASKED: Final = """
Your drawings, and pictures you upload or take, are read in this server's memory. Two minutes after you close or reload
the page nobody can reach them any more, and the next visits take their place, **unless you agree** to give them and
confirm one: it is then kept for training, under a code with which you can see and delete it. There is no account and
no tracking. The link you share holds the two thresholds and nothing of what you drew.
"""

LINKS: Final = """
The same detector answers programs, too: [its API](api/openapi.json) runs beside this page. A bundle that you save can
be read again by `digit-detector detect drawing.png`, with the options that its `model.json` names.
"""

_PLOTS: Final = {
    "confusion.png": "What the test drawings are (down) and what the detector made of them (across)",
    "precision-recall.png": "Precision and recall of each class, from strict to lenient thresholds",
}


def show() -> None:
    """Text, figures and plots."""
    st.header("What this is", anchor=False)
    st.markdown(STORY)
    st.header("How it works", anchor=False)
    st.markdown(HOW)
    st.header("How well it works", anchor=False)
    try:
        _show_figures(detector())
    except DigitDetectorError as error:
        st.error(f"The detector cannot be loaded: {error}")
    st.header("What becomes of your drawing", anchor=False)
    st.markdown(KEPT if collector() is None else ASKED)
    if live_routes():
        st.markdown(LIVE)
    st.header("For programs", anchor=False)
    st.markdown(LINKS)


def figures(card: str) -> str:
    """The model card's figures, without its pictures and commands; empty where it has none."""
    section = re.search(r"^## Figures\n(.*?)(?=^## |\Z)", card, re.DOTALL | re.MULTILINE)
    text = section.group(1) if section else ""
    text = re.sub(r"^```.*?^```\n", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^!\[.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"\[([^\]]*)\]\((?!http)[^)]*\)", r"\1", text).strip()


def _show_figures(loaded: Detector) -> None:
    benchmark = loaded.metadata.metrics.get("benchmark", {})
    if benchmark:
        st.markdown(
            f"On **{benchmark['canvases']:,} test canvases** by other writers than training's, everything is found"
            f" and labelled exactly right on **{benchmark['exact']:.1%}**; {benchmark['digits_read']:.1%} of the digits"
            f" are read right, and {benchmark['censored_recall']:.1%} of the rude doodles are covered."
        )
    home = bundled(loaded.runtime).parent
    for name, caption in _PLOTS.items():
        if (home / "plots" / name).is_file():
            show_image(read_image(home / "plots" / name), caption, caption)
    card = home / "README.md"
    if card.is_file():
        with st.expander("All figures, from the model card"):
            st.markdown(figures(card.read_text(encoding="utf-8")))
    model = identity(loaded.runtime)
    st.caption(f"Version {model.version}, weights SHA-256 {model.sha256}, running on {where(loaded)}.")
