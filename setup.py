"""Puts the bundled weights, which lie in models/, into the package of a wheel; everything else is in pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithWeights(build_py):
    """Where the package is installed as an editable checkout, the weights stay in the checkout's models/."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, "digit_detector", "models")
        target.mkdir(parents=True, exist_ok=True)
        # The page shows the model's card with its plots.
        card = (Path("models/README.md"), Path("docs/confusion.png"), Path("docs/precision-recall.png"))
        for path in (*sorted(Path("models").glob("digit-detector.*")), *card):
            self.copy_file(str(path), str(target / path.name))
        (target / "baselines").mkdir(exist_ok=True)
        for path in sorted(Path("models/baselines").glob("*.safetensors")):
            self.copy_file(str(path), str(target / "baselines" / path.name))


setup(cmdclass={"build_py": BuildWithWeights})
