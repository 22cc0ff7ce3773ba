"""`fnnet train`: what it trains, prints and saves."""

import re
import shlex
import subprocess
from pathlib import Path

import attrs
import numpy as np
import pytest

from fnnet import Dataset, accuracy, fit, init_params, load, relu, softmax_squared_error, split
from fnnet.cli import main
from fnnet.data.loaders import load_npz
from fnnet.nn.initializers import article_normal
from fnnet.optim.schedules import exponential, per_epoch
from fnnet.recipes.checkpoint import load_checkpoint
from fnnet.recipes.recipe import BEST
from fnnet.train.fit import Progress
from tests.cli.helpers import LINE, classic_params, command, train


def test_train_prints_epochs_and_saves(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(data, "--epochs", "3", "--out", "m.npz") == 0
    printed, errors = capsys.readouterr()
    lines = printed.splitlines()
    assert lines[0] == "Training 4-128-64-4: sigmoid, sgd, batch size 1, lr 0.1, init lecun-normal"
    matches = [re.fullmatch(LINE, line) for line in lines[1:4]]
    assert [match and match[1] for match in matches] == ["1", "2", "3"]
    assert lines[5].split() == ["true", "\\", "predicted", "0", "1", "2", "3"]
    commands = [f"  fnnet {command}" for command in ("plot m.npz", "evaluate m.npz", "predict m.npz new.csv")]
    assert lines[-6:] == [
        "Saved to m.npz",
        "",
        "Next:",
        *(f"{line} --data {data}" for line in commands[:2]),
        commands[2],
    ]
    assert errors == ""
    params, test = classic_params(data, 3), load_npz(data)[1]
    assert load("m.npz") == params
    assert matches[2] and matches[2][3] == f"{100 * accuracy(params, test):.2f}"
    assert main(["evaluate", "m.npz", "--data", data]) == 0
    assert f"Accuracy: {accuracy(params, test):.2%}" in capsys.readouterr().out


def test_every_option_reaches_training(data: str) -> None:
    options = "--sizes 4-7-4 --hidden relu --head softmax-squared-error --epochs 2 --lr 0.3 --decay 0.5"
    options += " --batch-size 8 --seed 5 --init article-normal --limit 100"
    assert train(data, *options.split()) == 0
    samples, _ = split(load_npz(data)[0], 100)
    start = init_params((4, 7, 4), 5, relu, softmax_squared_error, article_normal)
    *_, last = fit(start, samples, epochs=2, lr=per_epoch(exponential(0.3, 0.5), 13), batch_size=8, seed=5)
    assert load("model.npz") == last.params


@pytest.mark.parametrize("extra, lr", [([], 0.001), (["--lr", "0.5"], 0.5)])
def test_article_can_be_overridden(extra: list[str], lr: float, data: str) -> None:
    assert train(data, "--recipe", "article", "--epochs", "2", *extra) == 0
    start = init_params((4, 128, 64, 4), 0, head=softmax_squared_error, initializer=article_normal)
    *_, last = fit(start, load_npz(data)[0], epochs=2, lr=lr)
    assert load("model.npz") == last.params


def test_options_override_a_recipe(data: str) -> None:
    options = "--recipe best --epochs 1 --shift 0.5 --elastic 3 --lr 0.01 --seed 4 --limit 1 --checkpoint run"
    assert train(data, *options.split()) == 0
    checkpoint = load_checkpoint("run")
    warp = attrs.evolve(BEST.warp, shift=0.5, elastic=3)
    assert checkpoint.recipe == attrs.evolve(BEST, epochs=1, lr=0.01, warp=warp)
    assert (checkpoint.seed, checkpoint.samples) == (4, 1)


@pytest.mark.parametrize("sizes", ["4-1-4", "4,1,4", "4-1,4"])
def test_sizes_take_hyphens_or_commas(sizes: str, data: str) -> None:
    assert train(data, "--sizes", sizes, "--lr", "0", "--epochs", "1") == 0
    assert load("model.npz") == init_params((4, 1, 4), 0)


@pytest.mark.parametrize(
    "sizes, whole", [("5-4", "4-5-4"), ("4-3", "4-3-4"), ("4-128", "4-128-4"), ("9-3", "4-9-3-4"), ("4-2-9", "4-2-9-4")]
)
def test_sizes_must_match_the_data(sizes: str, whole: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is given may be the hidden layers, or all but one end: the error says what the whole would be."""
    assert train(data, "--sizes", sizes, "--epochs", "1") == 1
    message = f"--sizes: expected 4 features first and 4 classes last, as the data has, got {sizes}"
    assert capsys.readouterr() == ("", f"fnnet: error: {message}; use --sizes {whole}\n")
    assert train(data, "--sizes", whole, "--epochs", "1") == 0


def test_divergence_keeps_the_last_epoch(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = "--hidden relu --head identity-squared-error --lr 0.001 --decay 1e30 --epochs 5"
    assert train(data, *options.split()) == 1
    printed, errors = capsys.readouterr()
    how = r"with sgd\(per_epoch\(exponential\(0.001, 1e\+30\), 300\)\); try a smaller --decay"
    assert re.fullmatch(rf"fnnet: error: training diverged in epoch 2, step \d+, {how}\n", errors)
    assert printed.count("\n") == 2 and load("model.npz")
    assert train(data, "--decay", "1e300", "--epochs", "5") == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_idx_files_may_share_a_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _write_idx_files("emnist-letters-")
    assert main(["train", "--data", "emnist-letters-", "--epochs", "1"]) == 0
    assert load("model.npz").sizes == (4, 128, 64, 3)


def test_idx_files_are_limited_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    _write_idx_files("")
    _write_idx_files("other-")
    for path in (".", "other-"):
        assert train(path, "--max-bytes", "10") == 1
        assert "expected at most 10 bytes, which is the limit" in capsys.readouterr().err


def test_npz_files_are_limited_too(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(data, "--epochs", "1", "--max-bytes", "100") == 1
    assert "expected at most 100 bytes, which is the limit" in capsys.readouterr().err
    assert train(data, "--epochs", "1", "--max-bytes", str(1 << 40)) == 0
    assert main(["evaluate", "model.npz", "--data", data, "--max-bytes", "100"]) == 1


def test_labels_must_fit_the_memory(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(data, "--epochs", "1", "--max-bytes", str(4 * 4096 - 1)) == 1
    assert "expected labels below 3, for the limit of --max-bytes, got 3\n" in capsys.readouterr().err
    assert train(data, "--epochs", "1", "--max-bytes", str(4 * 4096)) == 0


def test_the_bar_and_the_line_measure(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bar knows how many images there are, and the line how long they took."""
    asked: list[int] = []

    def no_bar(data: Dataset[np.float32]) -> Progress[np.float32]:
        asked.append(len(data))
        return iter

    monkeypatch.setattr("fnnet.cli.train.progress_bar", no_bar)
    assert train(data, "--limit", "70", "--epochs", "1") == 0
    assert asked == [70]
    spent = re.search(r"Time Spent: (\d+\.\d\d)s", capsys.readouterr().out)
    assert spent and float(spent[1]) < 60


@pytest.mark.slow
def test_training_repeats_to_the_bit(data: str) -> None:
    options = ["--recipe", "fast", "--epochs", "2", "--dropout", "0.1", "--elastic", "2"]
    for name in ("a", "b"):
        arguments = command("train", "--data", data, *options, "--out", name)
        subprocess.run(arguments, check=True, capture_output=True)
    assert Path("a").read_bytes() == Path("b").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_do_not_matter(closed: str, data: str) -> None:
    arguments = command("train", "--data", data, "--epochs", "1")
    assert subprocess.run(f"{shlex.join(arguments)} {closed}", shell=True).returncode == 0


def _write_idx_files(prefix: str) -> None:
    rng = np.random.default_rng(0)
    for part, n in (("train", 9), ("test", 4)):
        arrays = {"images-idx3": rng.integers(0, 9, (n, 2, 2)), "labels-idx1": np.arange(n) % 3}
        for kind, array in arrays.items():
            header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            Path(f"{prefix}{part}-{kind}-ubyte").write_bytes(header + array.astype(np.uint8).tobytes())
