"""The page that tells what this is, how well it works, and what becomes of a drawing."""

import re
from typing import Final

import streamlit as st

from digit_detector.collect.collector import shared_collector
from digit_detector.detect.backends import bundled
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import read_image
from digit_detector.errors import DigitDetectorError
from digit_detector.page.adjust import current_detector, describe_backend
from digit_detector.page.components import show_image
from digit_detector.page.session import current_session
from digit_detector.server.live import live_routes
from digit_detector.server.model import identity
from digit_detector.show.texts import Texts

_PLOTS: Final = ("confusion", "precision-recall")


def show() -> None:
    """Show text, figures and plots."""
    texts = current_session().texts
    for section in ("what", "how"):
        st.header(texts(f"page.about.{section}.title"), anchor=False)
        st.markdown(texts(f"page.about.{section}.text"))
    st.header(texts("page.about.figures.title"), anchor=False)
    try:
        _show_figures(texts, current_detector())
    except DigitDetectorError as error:
        st.error(texts("page.error.noDetector", error=error))
    st.header(texts("page.about.privacy.title"), anchor=False)
    st.markdown(
        texts("page.about.privacy.notKept" if shared_collector() is None else "page.about.privacy.keptIfAgreed")
    )
    if live_routes():
        st.markdown(texts("page.about.live"))
    st.header(texts("page.about.programs.title"), anchor=False)
    st.markdown(texts("page.about.programs.text"))


def figures(card: str) -> str:
    """Return the model card's figures without its pictures and commands; empty if it has none."""
    section = re.search(r"^## Figures\n(.*?)(?=^## |\Z)", card, re.DOTALL | re.MULTILINE)
    text = section.group(1) if section else ""
    text = re.sub(r"^```.*?^```\n", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^!\[.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"\[([^\]]*)\]\((?!http)[^)]*\)", r"\1", text).strip()


def _show_figures(texts: Texts, detector: Detector) -> None:
    benchmark = detector.metadata.metrics.get("benchmark", {})
    if benchmark:
        st.markdown(
            texts(
                "page.about.figures.text",
                canvases=f"{benchmark['canvases']:,}",
                exact=f"{benchmark['exact']:.1%}",
                digits=f"{benchmark['digits_read']:.1%}",
                covered=f"{benchmark['censored_recall']:.1%}",
            )
        )
    folder = bundled(detector.runtime).parent
    for name in _PLOTS:
        path, caption = folder / f"plots/{name}.png", texts(f"page.about.plot.{name}")
        if path.is_file():
            show_image(read_image(path), caption, caption)
    card = folder / "README.md"
    if card.is_file():
        with st.expander(texts("page.about.figures.all")):
            st.markdown(figures(card.read_text(encoding="utf-8")))
    model = identity(detector.runtime)
    backend = describe_backend(detector)
    st.caption(texts("page.about.model", version=model.version, sha256=model.sha256, backend=backend))
