"""The comparison of trained detectors: what D-FINE gets and gives, and the whole tool with YOLOv3 on a few scenes."""

from pathlib import Path

import pytest
import torch
from peer_training import main, predictions, targets
from support.benchmark_folder import write_benchmark

from digit_detector.yolo.targets import Objects

BOXES = torch.tensor([[0.0, 48, 96, 144], [96, 96, 192, 192], [0, 0, 192, 96]])


def test_targets_are_centred_fractions_by_picture() -> None:
    first, second, third = targets(Objects(torch.tensor([0, 2, 2]), BOXES, torch.tensor([4, 7, 11])), 3)
    assert first["class_labels"].tolist() == [4]
    assert first["boxes"].tolist() == [[0.25, 0.5, 0.5, 0.5]]
    assert second["boxes"].shape == (0, 4)
    assert third["class_labels"].tolist() == [7, 11]


def test_predictions_invert_targets() -> None:
    (target,) = targets(Objects(torch.zeros(3, dtype=torch.long), BOXES, torch.tensor([0, 1, 2])), 1)
    logits = torch.full((1, 3, 12), -20.0)
    logits[0, [0, 1, 2], [0, 1, 2]] = 20
    found = predictions(target["boxes"][None], logits)
    assert found.shape == (1, 3, 17)
    torch.testing.assert_close(found[0, :, :4], BOXES)
    torch.testing.assert_close(found[0, :, 4:5] * found[0, :, 5:], torch.eye(12)[:3])


@pytest.mark.slow
def test_yolov3_is_trained_and_measured(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("peer_training.PROBE", 1)
    benchmark = str(write_benchmark(tmp_path / "benchmark", one_digit=2, written_numbers=2))
    options = ["--validation", benchmark, "--benchmark", benchmark, "--each", "1"]
    main(["yolov3", *options, "--data-root", str(root), "--runs", str(tmp_path / "runs"), "--minutes", "0.01"])
    assert (tmp_path / "runs/yolov3/last.ckpt").is_file()
    main(["bundled", *options])
    trained, bundled = (line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("|"))
    assert int(trained[2].replace(",", "")) % 32 == 0
    assert trained[1] == bundled[1]  # parameters
    assert float(bundled[3]) == 1  # both canvases exactly right
