from pathlib import Path

import lightning
import numpy as np
import pytest
import torch

from digit_detector.cli import main
from digit_detector.handwriting import training
from digit_detector.handwriting.export import HandwritingGraph, export_onnx
from digit_detector.handwriting.glyphs import FIRST, SIZE, to_glyph
from digit_detector.handwriting.mixture import fit_mixture
from digit_detector.handwriting.references import Reference
from digit_detector.handwriting.style_model import CLASSES, LATENTS, StyleModel
from digit_detector.handwriting.training import HandBatches, WriterSamples, vary_hands
from digit_detector.handwriting.writer import Writer


def small_model() -> StyleModel:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return StyleModel(autoencoder_width=16, width=16, layers=1, flow_width=16).eval()


def hand(seed: int) -> WriterSamples:
    rng = np.random.default_rng(seed)
    strokes = [[rng.normal(size=(5, 2))] + [rng.normal(size=(3, 2))] * (index % 2) for index in range(40)]
    glyphs = [to_glyph(parts) for parts in strokes]
    return WriterSamples(
        str(seed), "test", np.stack([glyph for glyph in glyphs if glyph is not None]), np.arange(40) % CLASSES
    )


def test_mixture_finds_two_clusters() -> None:
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(200, 3, generator=generator, dtype=torch.float64) * 0.3
    points[:60] += 5
    centres, whiteners, log_weights = fit_mixture(points, 2)
    joint = log_weights - 0.5 * ((points - centres[:, None]) @ whiteners).square().sum(-1).T
    assert sorted(torch.bincount(joint.argmax(1)).tolist()) == [60, 140]
    far = log_weights - 0.5 * ((torch.full((1, 3), 30.0) - centres[:, None]) @ whiteners).square().sum(-1).T
    assert far.logsumexp(1) < joint.logsumexp(1).min()


def test_varied_hands_stay_glyphs() -> None:
    glyphs = torch.from_numpy(np.stack([hand(0).glyphs, hand(1).glyphs]))
    torch.manual_seed(0)
    varied = vary_hands(glyphs)
    points, flags = varied[..., :-1].reshape(2, 40, -1, 2), varied[..., -1]
    assert torch.equal(flags, glyphs[..., -1])
    assert (points[:, :, FIRST:][flags == 0] == 0).all()
    single = points[:, :, :FIRST][flags == 0]
    longer = (single.amax(1) - single.amin(1)).amax(-1)
    torch.testing.assert_close(longer, torch.ones_like(longer))
    assert (varied - glyphs).abs().max() > 0.05


def test_batches_never_draw_what_they_learn_from() -> None:
    batch = next(iter(HandBatches([hand(0), hand(1)], 4, seed=1)))
    for glyphs, drawn in zip(batch.glyphs, batch.drawn, strict=True):
        references, targets = glyphs[:8][drawn], glyphs[8:]
        assert not (references[:, None] == targets).all(-1).any()


def test_best_candidate_is_of_the_commoner_form() -> None:
    model = small_model()
    latents = torch.zeros(CLASSES, 5, LATENTS)
    latents[:, :2] += 3
    latents[:, 2:, 0] = torch.tensor([0.5, 0.0, -0.1])
    glyphs = torch.zeros(CLASSES, 5, SIZE)
    glyphs[..., 0] = torch.arange(5)
    glyphs[:, :2, -1] = 1
    model.gate.fill_(-1e9)
    ranking = model.rank(latents, glyphs)
    torch.testing.assert_close(ranking.glyphs[:, 0], glyphs[:, 3])
    assert (ranking.forms[:, :3] % 2 == 0).all()
    assert (ranking.forms[:, 3:] % 2 == 1).all()


def test_implausible_candidates_are_last() -> None:
    model = small_model()
    latents = torch.zeros(CLASSES, 4, LATENTS)
    latents[:, 0] = 100
    model.gate.fill_(-1000)
    forms = model.rank(latents, torch.zeros(CLASSES, 4, SIZE)).forms
    assert (forms[:, -1] == -1).all()
    assert (forms[:, :-1] >= 0).all()


@pytest.mark.slow
def test_exported_graph_equals_torch(tmp_path: Path) -> None:
    graph = HandwritingGraph(small_model()).half().float()  # the file stores float16
    export_onnx(graph, tmp_path / "small.onnx")
    drawn = hand(0)
    found = Writer.load(tmp_path / "small.onnx").learn(
        [Reference(int(label), glyph, 1.0) for label, glyph in zip(drawn.labels[:3], drawn.glyphs[:3], strict=True)]
    )
    with torch.no_grad():
        candidates, forms, spread = graph(torch.from_numpy(drawn.glyphs[:3]), torch.from_numpy(drawn.labels[:3]))
    np.testing.assert_allclose(found.candidates, candidates, atol=1e-4)
    np.testing.assert_array_equal(found.forms, forms)
    np.testing.assert_allclose(found.spread, spread, rtol=1e-4)


@pytest.mark.slow
def test_fit_trains_autoencoder_then_style(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "read_writers", lambda root, split: [hand(0), hand(1)])
    module = training.HandwritingModule(autoencoder_steps=2)
    start = {name: value.clone() for name, value in module.model.state_dict().items()}
    trainer = lightning.Trainer(
        max_steps=4,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, training.HandData(batch_size=2))
    changed = {name for name, value in module.model.state_dict().items() if not torch.equal(value, start[name])}
    for part in ("autoencoder.decoder.0.weight", "style.embed.weight", "flow.enter.weight", "scale", "centres", "gate"):
        assert part in changed
    assert not any(parameter.requires_grad for parameter in module.model.autoencoder.parameters())

    trainer.save_checkpoint(tmp_path / "last.ckpt")
    assert main(["export-handwriting", str(tmp_path / "last.ckpt"), str(tmp_path / "model.onnx")]) == 0
    drawn = Reference(7, hand(0).glyphs[7], 1.0)
    assert Writer.load(tmp_path / "model.onnx").learn([drawn]).candidates.shape == (CLASSES, 12, SIZE)


def test_export_of_a_damaged_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "last.ckpt").write_bytes(b"no checkpoint")
    assert main(["export-handwriting", str(tmp_path / "last.ckpt"), str(tmp_path / "model.onnx")]) == 1
    assert "last.ckpt is no training checkpoint of HandwritingModule" in capsys.readouterr().err
