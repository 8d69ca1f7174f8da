"""Tables for a terminal."""

from digit_detector.show.text_table import text_table


def test_columns_align() -> None:
    rows = [("name", "count", ""), ("a", "1", "missed"), ("long name", "1000", "")]
    assert text_table(rows).splitlines() == [
        "name       count",
        "a              1  missed",
        "long name   1000",
    ]
    assert text_table([("a", "1"), ("bb", "22")], left=range(2)).splitlines() == ["a   1", "bb  22"]
