"""What `--data` and `--test` take, and what a model keeps of them."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fnnet import load, load_mnist
from fnnet.cli import main
from fnnet.io import load_labels, load_levels
from fnnet.recipes import load_checkpoint
from tests.helpers import idx, patch

FAST = ("--recipe", "fast", "--batch-size", "16", "--epochs")
RNG = np.random.default_rng(0)
_, MNIST = load_mnist()
KINDS = ("cat", "dog", "elk")
CENTERS = np.array([[170, 7.0, -1], [150, 4, 0], [190, 1, 1]])


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A table of three kinds of animals in a file in the current folder, a new one."""
    monkeypatch.chdir(tmp_path)
    y = np.arange(150) % 3
    x = CENTERS[y] + RNG.normal(size=(150, 3)) * [5, 1, 0.1]
    rows = [f"{k},{a:.2f},{b:.2f},{c:.2f},{KINDS[label]}" for k, ((a, b, c), label) in enumerate(zip(x, y))]
    Path("table.csv").write_text("\n".join(["id,height,weight,score,kind", *rows]))
    return "table.csv"


def run(*arguments: str) -> None:
    assert main(arguments) == 0


def test_a_table_gives_a_model_with_names(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It takes the numbers as they are in the file, and is tested with the same rows every time."""
    run("train", "--data", table, *FAST, "20")
    printed, notes = capsys.readouterr()
    held = "table.csv: a fifth of each class, 30 of 150 samples, is held out to test with; --test names others"
    assert notes == f"fnnet: {held}\nfnnet: the 3 labels are 'cat, dog, elk'\n"
    assert load_labels("model.npz") == KINDS and load_levels("model.npz") is None
    last = [line for line in printed.splitlines() if line.startswith("Epoch")][-1]
    assert float(last.split()[-1][:-1]) > 90
    assert "cat   dog   elk" in printed and "  fnnet evaluate model.npz --data table.csv\n" in printed
    run("evaluate", "model.npz", "--data", table)
    scored, notes = capsys.readouterr()
    assert notes == f"fnnet: {held}\n" and last.endswith(scored.splitlines()[0])
    assert printed.split("\n\n")[1] == scored.split("\n\n")[1].rstrip()


def test_labels_go_by_their_names(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever their order in a file, and whether all of them occur."""
    run("train", "--data", table, "--test", table, *FAST, "20")
    assert capsys.readouterr().err == "fnnet: the 3 labels are 'cat, dog, elk'\n"
    Path("elks.csv").write_text("elk,190,1,1\n" * 3)
    run("evaluate", "model.npz", "--test", "elks.csv")
    assert "Accuracy: 100.00%" in capsys.readouterr().out
    Path("fish.csv").write_text("fish,190,1,1\n" * 3)
    assert main(["evaluate", "model.npz", "--test", "fish.csv"]) == 1
    message = "fnnet: error: --test: labels: expected those of 'cat, dog, elk', got 'fish'\n"
    assert capsys.readouterr() == ("", message)


def test_classes_that_lack_samples_are_told(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Some occur in the test samples alone; or the first samples of a sorted file are all of one class."""
    Path("more.csv").write_text("elk,190,1,1\nfish,150,1,1\nbird,150,1,1\n")
    run("train", "--data", table, "--test", "more.csv", *FAST, "1")
    note = "fnnet: the network cannot learn 'bird, fish', of which there are only test samples\n"
    assert capsys.readouterr().err.endswith(note)
    Path("sorted.csv").write_text("cat,170,7\n" * 9 + "dog,150,4\n" * 9)
    run("train", "--data", "sorted.csv", "--test", "sorted.csv", "--limit", "5", *FAST, "1")
    assert capsys.readouterr().err.endswith("\nfnnet: all 5 samples to train on are of one class\n")


def test_a_resumed_run_scales_as_before(table: str) -> None:
    """To the bit; the model has absorbed the scaler, the checkpoint has not."""
    for name, epochs in (("whole", "4"), ("part", "2")):
        run("train", "--data", table, "--epochs", epochs, "--limit", "90", "--checkpoint", name, "--out", f"{name}.npz")
    run("train", "--data", table, "--resume", "part", "--epochs", "4")
    assert Path("part.npz").read_bytes() == Path("whole.npz").read_bytes()
    assert load_checkpoint("part").state == load_checkpoint("whole").state
    raw, scaled = load("whole.npz"), load_checkpoint("whole").state.params
    assert raw.layers[1:] == scaled.layers[1:] and raw.layers[0] != scaled.layers[0]


def test_one_class_is_refused(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    for label in ("cat", "0", "7"):
        Path("one.csv").write_text(f"{label},1,2\n" * 9)
        assert main(["train", "--data", "one.csv"]) == 1
        message = f"--data: expected at least two classes, got '{label}' alone"
        assert capsys.readouterr().err.endswith(f"{message}; name the column of labels of a CSV file with --label\n")
        assert main(["train", "--data", "one.csv", "--label", "1"]) == 1
        assert capsys.readouterr().err.endswith(f"{message}\n")


def images(
    n: int,
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    data = load_mnist()[1][:n]
    return np.rint(255 * data.x).astype(np.uint8).reshape(-1, 28, 28), data.labels


@pytest.mark.parametrize("low, high", [(0.0, 255.0), (-0.4242, 2.8215)])
def test_the_scale_of_images_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], low: float, high: float
) -> None:
    """Images of any levels train as those from 0 to 1, and `predict` and `evaluate` see them alike."""
    monkeypatch.chdir(tmp_path)
    patch(monkeypatch, "fnnet.data.sources.load_mnist", lambda: (MNIST[:9], MNIST[:99]))
    pixels, y = images(300)
    x = pixels / np.float32(255)
    for name, scaled in (("unit", x), ("own", low + (high - low) * x)):
        np.savez(f"{name}.npz", x_train=scaled[:250], y_train=y[:250], x_test=scaled[250:], y_test=y[250:])
        run(
            "train",
            "--data",
            f"{name}.npz",
            *FAST,
            "3",
            "--shift",
            "1",
            "--sizes",
            "784-20-10",
            "--out",
            f"{name}-model.npz",
        )
    Image.fromarray(pixels[0]).save("digit.png")
    levels = load_levels("own-model.npz")
    assert load_levels("unit-model.npz") == (0, 1) and levels == pytest.approx((low, high))
    answers = []
    for name in ("unit", "own"):
        capsys.readouterr()
        run("predict", f"{name}-model.npz", "digit.png")
        run("evaluate", f"{name}-model.npz", "--data", f"{name}.npz")
        run("evaluate", f"{name}-model.npz")
        answers.append(capsys.readouterr())
    assert answers[0] == answers[1]


def test_the_scale_is_that_of_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dark test images score the same in any form of file, beside training and with the saved model."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (60, 64), np.uint8), np.arange(60, dtype=np.uint8) % 2
    x[:50, ::2] //= 2 - y[:50, np.newaxis]
    x[50:] //= 64
    x[0, 0] = 255
    parts = {"train": slice(50), "dark": slice(50, None)}
    for name, part in parts.items():
        np.savetxt(f"{name}.csv", np.column_stack([y, x])[part], "%d", ",")
        arrays = {"x_train": x[:50], "y_train": y[:50], "x_test": x[part], "y_test": y[part]}
        np.savez(f"{name}.npz", **arrays)  # type: ignore[arg-type]  # of these names
        np.savez(f"{name}64.npz", **{key: array.astype(np.int64) for key, array in arrays.items()})  # type: ignore[arg-type]
    scores = []
    forms = (".csv", ".npz", "64.npz")
    for train, test in zip(forms, (".csv", "64.npz", ".npz")):
        options = (*FAST, "1", "--sizes", "64-2", "--out", "m")
        run("train", "--data", f"train{train}", "--test", f"dark{test}", *options)
        scores.append(capsys.readouterr().out.splitlines()[1].split(", ", 2)[2])
        for other in forms:
            run("evaluate", "m", "--test", f"dark{other}")
            scores.append(capsys.readouterr().out.splitlines()[0])
    assert len(set(scores)) == 1, scores
    taught = []
    for train, teacher in product(forms, (".csv", ".npz")):
        for data, extra in ((teacher, ["--out", "t"]), (train, ["--teacher", "t", "--out", "m"])):
            run("train", "--data", f"train{data}", "--test", "dark.csv", *FAST, "1", "--sizes", "64-2", *extra)
        taught.append(capsys.readouterr().out.split("Epoch: 1, ")[2].splitlines()[0].split(", ", 1)[1])
    assert len(set(taught)) == 1, taught


def test_images_in_folders_train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for k, (image, label) in enumerate(zip(*images(60))):
        folder = Path("photos", "even" if label % 2 == 0 else "odd")
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{k}.png")
    run("train", "--data", "photos", *FAST, "2")
    assert load_labels("model.npz") == ("even", "odd")
    assert capsys.readouterr().out.endswith("\n  fnnet predict model.npz digit.png\n")
    run("predict", "model.npz", "photos/odd/0.png")
    assert capsys.readouterr().out.splitlines()[-1].startswith("photos/odd/0.png: ")


def test_labels_may_begin_at_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """EMNIST's letters: 26 classes, not 27; upright; and with a dot before idx."""
    monkeypatch.chdir(tmp_path)
    pixels, _ = images(52)
    labels = (np.arange(52) % 26 + 1).astype(np.uint8)
    for part in ("train", "test"):
        Path(f"emnist-letters-{part}-images.idx3-ubyte").write_bytes(idx(pixels.swapaxes(1, 2)))
        Path(f"emnist-letters-{part}-labels.idx1-ubyte").write_bytes(idx(labels))
    run("train", "--data", "emnist-letters-", *FAST, "1", "--checkpoint", "run")
    assert load("model.npz").sizes[-1] == 26 and load_labels("model.npz") == tuple(map(str, range(1, 27)))
    run("evaluate", "model.npz", "--data", "emnist-letters-test-images.idx3-ubyte")
    for name in ("images.idx3-ubyte", "labels.idx1-ubyte"):
        for part in ("train", "test"):
            Path(f"emnist-letters-{part}-{name}").rename(f"{part}-{name}")
    capsys.readouterr()
    assert main(["train", "--data", ".", "--resume", "run"]) == 1
    assert "got other samples" in capsys.readouterr().err
    run("train", "--data", ".", "--transpose", "--resume", "run", "--epochs", "2")
    assert "model.npz --data . --transpose\n" in capsys.readouterr().out


def test_the_column_of_labels_is_named(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    run("train", "--data", table, "--label", "kind", *FAST, "1")
    assert "fnnet evaluate model.npz --data table.csv --label kind\n" in capsys.readouterr().out
    assert main(["train", "--data", table, "--label", "height"]) == 1
    assert "table.csv: line 2, column 'kind': expected a number, got 'cat'" in capsys.readouterr().err


def test_a_wrong_file_is_one_line(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("train-labels-idx1-ubyte").write_bytes(idx(np.zeros(3, np.uint8)))
    Path("test.csv").write_text("pixel0,pixel1\n1,2\n")
    for path, message in (
        ("test.csv", "got columns that are all called alike; name one with label=…, on the command line --label"),
        ("train-labels-idx1-ubyte", "got train-labels-idx1-ubyte without train-images-idx3-ubyte beside it"),
        (".", "got train-labels-idx1-ubyte without train-images-idx3-ubyte beside it"),
    ):
        assert main(["train", "--data", path]) == 1
        printed, error = capsys.readouterr()
        assert printed == "" and error.startswith("fnnet: error: ") and error.endswith(f"{message}\n")
        assert error.count("\n") == 1
