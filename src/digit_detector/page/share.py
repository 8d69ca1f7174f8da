"""A link to the page, with the thresholds that it stands at, for the phone's share sheet or the clipboard."""

from digit_detector.page.components import load_component, shared_texts

_show = load_component("share")


def show_share() -> None:
    """Show the button; what it shares is the page's address at the time."""
    _show(key="share", data={"texts": shared_texts("en")})
