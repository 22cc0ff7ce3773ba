"""The history that `fnnet train` writes, and the pictures that `fnnet plot` draws, as a user runs them."""

import re
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import attrs
import numpy as np
import pytest

from fnnet import Params, accuracy, load, loss, save, split
from fnnet.cli import main
from fnnet.data.loaders import load_npz
from fnnet.nn.tree import astype
from fnnet.recipes.history import read_history

LINE = r"Epoch: (\d+), Time Spent: (\d+\.\d\d)s, Loss: (\d+\.\d{4}), Accuracy: (\d+\.\d\d)%"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Images of 3 x 3 pixels whose label is the brightest of the first four, mostly; the folder is the current one."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (400, 3, 3), np.uint8)
    y = np.where(rng.random(400) < 0.9, x.reshape(400, 9)[:, :4].argmax(axis=1), 0).astype(np.uint8)
    np.savez("data.npz", x_train=x[:300], y_train=y[:300], x_test=x[300:], y_test=y[300:])
    return "data.npz"


def train(data: str, *options: str) -> None:
    assert main(["train", "--data", data, "--recipe", "fast", "--batch-size", "16", *options]) == 0


def test_each_epoch_is_a_row_of_the_history(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fnnet.cli.train._SCORED", 70)
    train(data, "--epochs", "3", "--shift", "1", "--rotation", "20")
    history = read_history("model.history.jsonl")
    told = [re.fullmatch(LINE, line) for line in capsys.readouterr().out.splitlines()[:3]]
    assert [match and match.groups() for match in told] == [
        (f"{row.epoch}", f"{row.seconds:.2f}", f"{row.test_loss:.4f}", f"{100 * row.test_accuracy:.2f}")
        for row in history
    ]
    params, (learned, tested) = load("model.npz", np.float32), load_npz(data)
    first, _ = split(learned, 70)
    last = history[-1]
    assert (last.train_loss, last.train_accuracy) == (loss(params, first.x, first.y), accuracy(params, first))
    assert (last.test_loss, last.test_accuracy) == (loss(params, tested.x, tested.y), accuracy(params, tested))


def test_a_resumed_run_reads_as_one_and_a_new_one_begins_anew(data: str) -> None:
    plain = ["--recipe", "classic", "--batch-size", "16", "--data", data]
    assert main(["train", *plain, "--epochs", "4", "--out", "whole"]) == 0
    assert main(["train", *plain, "--epochs", "4", "--out", "parts", "--limit", "100"]) == 0
    assert main(["train", *plain, "--epochs", "2", "--out", "parts", "--checkpoint", "run"]) == 0
    assert [row.epoch for row in read_history("parts.history.jsonl")] == [1, 2]
    # another run comes between
    assert main(["train", *plain, "--epochs", "3", "--out", "parts", "--limit", "100"]) == 0
    assert main(["train", "--data", data, "--resume", "run", "--epochs", "4"]) == 0
    files = [f"{name}.history.jsonl" for name in ("whole", "parts")]
    whole, parts = ([attrs.evolve(row, seconds=0) for row in read_history(file)] for file in files)
    assert parts == whole and [row.epoch for row in whole] == [1, 2, 3, 4]


def test_a_new_run_of_one_epoch_leaves_no_line_of_the_old(data: str) -> None:
    for _ in range(2):
        train(data, "--epochs", "1")
        assert [row.epoch for row in read_history("model.history.jsonl")] == [1]


def test_a_kill_between_history_and_model_leaves_no_gap_and_no_double(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(params: Params[np.float32], path: str) -> None:
        if len(read_history("model.history.jsonl")) == 3:
            raise Killed
        save(params, path)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("fnnet.cli.train.save", killed)
        train(data, "--epochs", "5", "--checkpoint", "run")
    assert main(["train", "--data", data, "--resume", "run"]) == 0
    resumed = read_history("model.history.jsonl")
    train(data, "--epochs", "5")
    whole = read_history("model.history.jsonl")
    assert [row.epoch for row in resumed] == [1, 2, 3, 4, 5]
    assert [(row.train_loss, row.test_loss) for row in resumed] == [(row.train_loss, row.test_loss) for row in whole]


@pytest.mark.parametrize(
    "options, message",
    [
        (["--out", "c", "--checkpoint", "c"], "--checkpoint: expected another file than the model, c, got the same"),
        (
            ["--checkpoint", "m.history.jsonl", "--out", "m"],
            "--checkpoint: expected another file than the history, m.history.jsonl, got the same",
        ),
        (
            ["--out", "text.npz"],
            "text.history.jsonl, line 1: expected a JSON object of the numbers epoch, .*, got b'some text'"
            "; it is not replaced: move it away, or choose another --out",
        ),
        (["--out", "folder"], ".*/folder.history.jsonl: expected a file to write, got a folder"),
        (["--out", "."], ".*: expected a file to write, got a folder"),
        (["--out", ".."], ".*: expected a file to write, got a folder"),
        (["--out", "none/m"], ".*/none/m: No such file or directory"),
        (["--checkpoint", "none/c"], ".*/none/c: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_written_or_replaced_stops_the_run_before_it_starts(
    options: Sequence[str], message: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("text.history.jsonl").write_text("some text\n")
    Path("folder.history.jsonl").mkdir()
    before = {path: path.read_bytes() for path in Path(".").iterdir() if path.is_file()}
    assert main(["train", "--data", data, *options]) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and re.fullmatch(f"fnnet: error: {message}\n", errors)
    assert {path: path.read_bytes() for path in Path(".").iterdir() if path.is_file()} == before


@pytest.fixture
def model(data: str, capsys: pytest.CaptureFixture[str]) -> str:
    """A model of these images, with its history."""
    train(data, "--sizes", "9-8-4", "--epochs", "2")
    capsys.readouterr()
    return "model.npz"


ALL = ["curves", "confusion", "mistakes", "weights", "reliability", "saliency"]


def is_png(path: Path) -> bool:
    return path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n") and path.read_bytes().endswith(b"IEND\xaeB`\x82")


@pytest.mark.slow
def test_all_pictures_are_drawn_beside_the_model(model: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", model, "--data", data]) == 0
    files = [f"model.{name}.png" for name in ALL]
    assert capsys.readouterr() == ("".join(f"{file}\n" for file in files), "")
    assert all(is_png(Path(file)) for file in files)
    assert len({Path(file).read_bytes() for file in files}) == len(ALL)


def test_models_in_float64_are_drawn_in_float32(
    model: str, data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[np.dtype[np.float32]] = []
    save(astype(load(model, np.float32), np.float64), "wide.npz")
    monkeypatch.setattr("fnnet.plots.plot_weights", lambda params: drawn.append(params.dtype))
    monkeypatch.setattr("fnnet.plots.write_figure", lambda figure, path, format: None)
    assert main(["plot", "wide.npz", "weights", "--format", "png"]) == 0
    assert drawn == [np.float32]


def test_pictures_are_asked_for_by_name(model: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["weights", "curves", "weights"]
    for ending in (".npz", ".history.jsonl"):
        Path(f"model{ending}").rename(f"model.2{ending}")
    assert main(["plot", f"../{Path.cwd().name}/model.2.npz", *names, "--out", "new/pictures", "--format", "svg"]) == 0
    files = ["new/pictures/model.2.weights.svg", "new/pictures/model.2.curves.svg"]
    assert capsys.readouterr().out.splitlines() == files
    assert sorted(map(str, Path("new/pictures").iterdir())) == sorted(files)
    assert "</svg>" in Path(files[0]).read_text()


@pytest.mark.slow
@pytest.mark.parametrize("format", ["png", "svg"])
def test_the_same_model_gives_the_same_files_in_another_process(model: str, data: str, format: str) -> None:
    arguments = [model, "--data", data, "--format", format, "--out"]
    for folder in ("a", "b"):
        subprocess.run([sys.executable, "-m", "fnnet", "plot", *arguments, folder], check=True, capture_output=True)
    assert [path.name for path in sorted(Path("a").iterdir())] == sorted(f"model.{name}.{format}" for name in ALL)
    for path in Path("a").iterdir():
        assert path.read_bytes() == (Path("b") / path.name).read_bytes()


def test_without_a_history_curves_are_left_out_unless_asked_for(
    model: str, data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("model.history.jsonl").rename("h")
    monkeypatch.setattr("fnnet.plots.write_figure", lambda figure, path, format: None)
    assert main(["plot", model, "--data", data]) == 0
    printed, errors = capsys.readouterr()
    assert errors == "fnnet: curves left out: there is no model.history.jsonl\n"
    assert printed.splitlines() == [f"model.{name}.png" for name in ALL[1:]]
    assert main(["plot", model, "curves"]) == 1
    assert capsys.readouterr() == ("", "fnnet: error: model.history.jsonl: No such file or directory\n")


@pytest.mark.parametrize(
    "sizes, head, left",
    [
        ("7-4", "softmax-cross-entropy", ["mistakes", "weights", "saliency"]),
        ("9-4", "identity-squared-error", ["mistakes", "reliability"]),
    ],
)
def test_what_cannot_be_drawn_is_left_out_unless_asked_for(
    sizes: str,
    head: str,
    left: list[str],
    data: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    features = int(sizes[0])
    x, y = np.random.default_rng(0).random((50, features)), np.arange(50) % 4
    np.savez("other.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    train("other.npz", "--sizes", sizes, "--head", head, "--epochs", "1")
    capsys.readouterr()
    monkeypatch.setattr("fnnet.plots.write_figure", lambda figure, path, format: None)
    assert main(["plot", "model.npz", "--data", "other.npz"]) == 0
    printed, errors = capsys.readouterr()
    assert printed.splitlines() == [f"model.{name}.png" for name in ALL if name not in left]
    told = [
        re.fullmatch(r"fnnet: (\w+) left out: .*(no square image|no probabilities)", line)
        for line in errors.splitlines()
    ]
    assert [match and match[1] for match in told] == left
    for name in left:
        assert main(["plot", "model.npz", name, "--data", "other.npz"]) == 1
        assert re.fullmatch("fnnet: error: (features|head): expected .*\n", capsys.readouterr().err)


def test_what_is_wrong_is_one_line(model: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.2.history.jsonl").write_text("text\n")
    Path("other.2").write_bytes(Path(model).read_bytes())
    cases = [
        (["missing.npz"], "missing.npz: No such file or directory"),
        ([data], "expected an array named format, got 'x_train"),
        (["other.2", "curves"], "other.2.history.jsonl, line 1: expected a JSON object"),
        ([model, "confusion"], "--data: expected 9 features, as model.npz reads, got 784"),
        ([model, "confusion", "--data", data, "--max-bytes", "100"], "expected at most 100 bytes, which is the limit"),
        ([model, "curves", "--out", data], "data.npz: File exists"),
    ]
    for arguments, message in cases:
        assert main(["plot", *arguments]) == 1
        printed, errors = capsys.readouterr()
        assert printed == "" and re.fullmatch(
            f"fnnet: error: .*{message}.*\n", errors.replace(str(Path.cwd()) + "/", "")
        )


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["m.npz", "portrait"], f"argument PICTURE: expected one of {', '.join(ALL)}, got 'portrait'"),
        (["m.npz", "--format", "gif"], "argument --format: invalid choice: 'gif'"),
        ([], "the following arguments are required: MODEL"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["plot", *arguments])
    assert caught.value.code == 2 and message in capsys.readouterr().err


@pytest.mark.slow
def test_without_matplotlib_the_extra_is_named_before_anything_is_read() -> None:
    code = "import sys; sys.modules['matplotlib'] = None; from fnnet.cli import main; sys.exit(main(sys.argv[1:]))"
    run = subprocess.run([sys.executable, "-c", code, "plot", "any.npz"], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "fnnet: error: pictures need matplotlib: pip install 'fnnet[plot]'\n"


def test_the_package_of_pictures_needs_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "fnnet.plots", raising=False)
    with pytest.raises(ImportError, match=r"^pictures need matplotlib: pip install 'fnnet\[plot\]'$"):
        import_module("fnnet.plots")
