"""What tests of the page share: Streamlit's list of components, read once."""

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner


@pytest.fixture(scope="session", autouse=True)
def components() -> Iterator[None]:
    """Read once which components the installed packages have: each run of an `AppTest` reads hundreds of files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield
