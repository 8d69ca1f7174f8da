"""The catalogue of texts: complete in every language."""

from string import Formatter

import pytest

from digit_detector.show.texts import LANGUAGES, Texts, find_language, read_catalogue


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_keys_and_placeholders(language: str) -> None:
    english, translated = read_catalogue("en"), read_catalogue(language)
    assert list(translated) == list(english)  # also in the same order, for those who compare two files
    for key, text in english.items():
        assert placeholders(translated[key]) == placeholders(text), key
        assert translated[key].strip(), key


def test_count_chooses_the_form() -> None:
    texts = Texts("en")
    assert [texts("common.count.digit", count=count) for count in (0, 1, 2)] == ["0 digits", "1 digit", "2 digits"]


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("de-AT", "de"),
        ("zh-Hans-CN", "zh"),
        ("FR", "fr"),
        ("tlh", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_browser_chooses_the_language(locale: str | None, language: str) -> None:
    assert find_language(locale) == language
