"""The texts that people see, in every language: one catalogue that the Streamlit page and the TypeScript page share.

`texts/LANGUAGE.json` maps a key to a text. `{name}` is a placeholder. A text that depends on a number has the keys
`KEY.one` and `KEY.other`, and the placeholder `{count}`.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "zh": "中文"}
DEFAULT_LANGUAGE: Final = "en"


class Texts:
    """Hold the texts of one language of LANGUAGES."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = read_catalogue(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with its placeholders filled; `count` chooses between `key.one` and `key.other`.

        Raises KeyError for an unknown key or a missing value.
        """
        if "count" in values:
            key = f"{key}.{'one' if values['count'] == 1 else 'other'}"
        return self._texts[key].format_map(values) if values else self._texts[key]


@cache
def read_catalogue(language: str) -> Mapping[str, str]:
    """Return the texts of a language of LANGUAGES by their keys."""
    path = Path(__file__).parent / "texts" / f"{language}.json"
    catalogue: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return catalogue


def find_language(locale: str | None) -> str:
    """Return the language of LANGUAGES of a browser's locale, such as `de-AT`, or English."""
    language = (locale or "").split("-")[0].lower()
    return language if language in LANGUAGES else DEFAULT_LANGUAGE
