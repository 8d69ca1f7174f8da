"""The notebook: it runs, and its detector has learnt."""

import ast
import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "docs/tutorial.ipynb"


def test_tutorial_has_no_outputs() -> None:
    for cell in json.loads(NOTEBOOK.read_text())["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.slow
def test_tutorial_runs(tmp_path: Path) -> None:
    import nbformat  # which takes a second and more: not for workers that collect this file alone
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = ["".join(output.get("text", "") for output in cell.get("outputs", ())) for cell in notebook.cells]
    exact = ast.literal_eval(next(text for text in printed if "'before'" in text).strip().splitlines()[-1])
    assert exact["before"] < 0.9 < exact["after"]
