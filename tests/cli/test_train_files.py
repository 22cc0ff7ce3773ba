"""Which files `fnnet train` may replace: a model by a model, and nothing else."""

import re
from pathlib import Path

import attrs
import pytest

from fnnet.recipes.checkpoint import load_checkpoint, save_checkpoint
from tests.cli.helpers import train

NEW = "--checkpoint: expected a new file, got {}, which exists; use --resume to continue a run"


@pytest.mark.parametrize(
    "options, message",
    [
        ("--out data.npz", "data.npz: expected an array named format, got .*; it is not replaced: move it away, or .*"),
        ("--out run", "run: expected the format 'fnnet model 1', got .*; it is not replaced: move it away, or .*"),
        ("--resume run --checkpoint c --out run", "run: expected the format 'fnnet model 1', got .*"),
        ("--checkpoint run", NEW.format("run")),
        ("--checkpoint data.npz", NEW.format("data.npz")),
        ("--checkpoint model.npz", "--checkpoint: expected another file than the model, model.npz, got the same"),
        ("--checkpoint model.npz --out m", NEW.format("model.npz")),
        ("--resume run --checkpoint data.npz", NEW.format("data.npz")),
    ],
)
def test_only_a_model_is_replaced(options: str, message: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(data, "--epochs", "1", "--checkpoint", "run") == 0
    before = Path(data).read_bytes(), Path("run").read_bytes()
    capsys.readouterr()
    assert train(data, *options.split()) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and re.fullmatch(f"fnnet: error: {message}\n", errors)
    assert (Path(data).read_bytes(), Path("run").read_bytes()) == before


@pytest.mark.parametrize(
    "name, message",
    [
        ("data.npz", "data.npz: .*; it is the model that run names; choose another with --out"),
        ("notes.txt", "notes.txt: .*; it is the model that run names; choose another with --out"),
        ("..", "got a folder"),
        ("link", "link: expected a model, got a link, which run names; choose another with --out"),
        ("dangling", "dangling: expected a model, got a link, which run names; choose another with --out"),
    ],
)
def test_forged_checkpoints_replace_nothing(
    name: str, message: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("notes.txt").write_text("mine")
    Path("link").symlink_to("model.npz")
    Path("dangling").symlink_to("elsewhere.npz")
    assert train(data, "--epochs", "1", "--checkpoint", "run") == 0
    save_checkpoint(attrs.evolve(load_checkpoint("run"), model=name), "run")
    before = Path(data).read_bytes(), Path("notes.txt").read_bytes()
    capsys.readouterr()
    assert train(data, "--epochs", "2", "--resume", "run") == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and errors.count("\n") == 1 and re.search(message, errors)
    assert not Path("elsewhere.npz").exists()
    assert (Path(data).read_bytes(), Path("notes.txt").read_bytes()) == before
