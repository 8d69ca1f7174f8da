"""The first screen: all that drawing needs, without scrolling."""

from support.visitor import Visitor


def test_drawing_fits_on_the_screen_and_does_not_scroll_it(newcomer: Visitor) -> None:
    newcomer.draw("4")
    newcomer.expect_reading("4")
    size = newcomer.page.viewport_size
    assert size is not None
    areas = [newcomer.frame, newcomer.reading.bounding_box()]
    buttons = [newcomer.page.get_by_role("button", name=name).bounding_box() for name in ("Undo", "Redo", "Clear")]
    assert all(area is not None and min(area["width"], area["height"]) >= 44 for area in buttons)  # for a thumb
    areas += buttons
    areas += [newcomer.page.get_by_role("link", name=name).bounding_box() for name in ("Picture", "Inside", "About")]
    for area in areas:
        assert area is not None
        assert area["x"] >= 0
        assert area["x"] + area["width"] <= size["width"]
        assert area["y"] >= 0
        assert area["y"] + area["height"] <= size["height"]
    assert newcomer.page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    newcomer.clear()
    main = newcomer.page.locator(".stMain")
    newcomer.page.set_viewport_size({"width": 390, "height": 420})
    assert main.evaluate("node => node.scrollHeight - node.clientHeight") > 100
    newcomer.draw("1", x=180, y=40, height=330)
    newcomer.expect_reading("1")
    assert main.evaluate("node => node.scrollTop") == 0
