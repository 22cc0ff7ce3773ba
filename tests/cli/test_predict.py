"""`fnnet predict`: a line for each image, or an error."""

import os
import shlex
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fnnet import (
    Head,
    apply,
    exp_poisson,
    identity_squared_error,
    init_params,
    load,
    logistic_cross_entropy,
    predict,
    save,
    softmax_cross_entropy,
)
from fnnet.cli import main
from fnnet.cli.terminal import image_text
from fnnet.core.arrays import Vector
from fnnet.data.images import read_digit
from fnnet.nn.tree import astype
from tests.cli.helpers import command, run_in_terminal, write_bar


@pytest.mark.parametrize(
    "head, outputs, line",
    [
        (softmax_cross_entropy, 2, lambda p: f"{np.argmax(p)} ({max(p):.1%})"),
        (softmax_cross_entropy, 3, lambda p: f"{np.argmax(p)} ({max(p):.1%})"),
        (logistic_cross_entropy, 1, lambda p: f"{int(p[0] > 0.5)} ({max(p[0], 1 - p[0]):.1%})"),
        (identity_squared_error, 3, lambda p: f"{np.argmax(p)}"),
        (exp_poisson, 3, lambda p: f"{np.argmax(p)}"),
        (exp_poisson, 1, lambda p: f"{p[0]:.3g}"),
    ],
)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_label_and_probability(
    head: Head,
    outputs: int,
    line: Callable[[Vector[np.float32]], str],
    seed: int,
    dtype: type[np.float32],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 10:18] = np.random.default_rng(seed).integers(100, 256, (20, 8))
    path, model = str(tmp_path / "d.png"), str(tmp_path / "m")
    Image.fromarray(image).save(path)
    params = init_params((784, outputs), seed, head=head, dtype=dtype)
    save(params, model)
    assert main(["predict", model, path]) == 0
    p = apply(astype(params, np.float32), read_digit(path, 28))
    assert capsys.readouterr().out == f"{path}: {line(p)}\n"


def test_predict_prints_a_line_per_image(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    paths = ["b.png", "a.png", "c.png"]
    for path in paths:
        write_bar(path)
    assert main(["predict", model, *paths]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines] == paths
    assert all(line.endswith("%)") for line in lines)


@pytest.mark.parametrize(
    "head, outputs, labels",
    [
        (softmax_cross_entropy, 2, ("cat", "dog")),
        (logistic_cross_entropy, 1, ("no", "yes")),
        (identity_squared_error, 3, ("a", "b", "c")),
    ],
)
def test_predictions_have_names(
    head: Head, outputs: int, labels: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In place of the numbers; the rest is as without them."""
    path = str(tmp_path / "d.png")
    write_bar(path)
    params = init_params((784, outputs), 0, head=head)
    lines = []
    for given in ((), labels):
        save(params, tmp_path / "m", labels=given)
        assert main(["predict", str(tmp_path / "m"), path]) == 0
        lines.append(capsys.readouterr().out.removeprefix(f"{path}: "))
    label, rest = lines[0][0], lines[0][1:]
    assert lines[1] == labels[int(label)] + rest


@pytest.mark.parametrize(
    "name, shown",
    [("\x1b[2Jcat\n", r"\x1b[2Jcat\n"), ("c" * 99, "c" * 39 + "…"), ("\u202etac", r"\u202etac"), ("\ud800", r"\ud800")],
)
def test_hostile_names_are_escaped(name: str, shown: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And cut: a model may come from anywhere."""
    path, model = str(tmp_path / "d.png"), str(tmp_path / "m")
    write_bar(path)
    save(init_params((784, 1), 0), model, labels=[name])
    assert main(["predict", model, path]) == 0
    assert capsys.readouterr().out == f"{path}: {shown} (100.0%)\n"


def test_unreadable_images_hide_no_others(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name, level in (("a.png", 255), ("blank.png", 0), ("b.png", 200)):
        write_bar(name, level)
    assert main(["predict", model, "a.png", "blank.png", "none.png", "b.png"]) == 1
    printed, errors = capsys.readouterr()
    assert [line.partition(":")[0] for line in printed.splitlines()] == ["a.png", "b.png"]
    assert errors.splitlines() == [
        "fnnet: error: blank.png: expected a digit, got a blank image",
        "fnnet: error: none.png: No such file or directory",
    ]


@pytest.mark.parametrize(
    "content, message",
    [
        ("blank", "expected a digit, got a blank image"),
        ("transparent", "expected a digit, got a blank image"),
        ("text", "expected a whole image (PNG, JPEG, WebP, BMP, TIFF, GIF), got something else"),
        ("truncated", "expected a whole image (PNG, JPEG, WebP, BMP, TIFF, GIF), got "),
    ],
)
def test_other_files_are_refused(content: str, message: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("d.png")
    page = Image.fromarray(np.full((30, 30), 200, np.uint8))
    if content == "transparent":
        page = Image.new("RGBA", (9, 9), (0, 0, 0, 0))
    page.save(path)
    if content == "text":
        path.write_text("no image")
    elif content == "truncated":
        path.write_bytes(path.read_bytes()[:60])
    assert main(["predict", model, str(path)]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith(f"fnnet: error: d.png: {message}") and errors.count("\n") == 1


def test_the_network_must_read_squares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = str(tmp_path / "m.npz")
    for features in (4, 65):  # four measurements of a flower are not an image
        save(init_params((features, 2), seed=0), model)
        assert main(["predict", model, "any.png"]) == 1
        message = f"expected a CSV file with rows of {features} numbers, as {model} reads, got an image or another file"
        assert capsys.readouterr().err == f"fnnet: error: any.png: {message}\n"


@pytest.mark.parametrize(
    "name, text, options",
    [
        ("new.csv", "1,2,3\n4,5,6\n", []),
        ("new.csv", "a,b,c\r\n1,2,3\r\n4,5,6\r\n\r\n", []),
        ("new.csv", "x0,x1,x2\n1,2,3\n4,5,6", []),
        ("new.csv", "id,a,b,c\n7,1,2,3\n8,4,5,6\n", []),
        ("new.data", "1,2,3,cat\n4,5,6,dog\n", []),
        ("new.tsv", "label\tid\ta\tb\tc\ncat\t7\t1\t2\t3\n\t8\t4\t5\t6\n", []),
        ("new.csv", "id;a;b\n1;2;3\n4;5;6\n", []),
        ("new.csv", "a,kind,b,c\n1,9,2,3\n4,9,5,6\n", ["--label", "kind"]),
        ("new.csv", "1,2,3,9\n4,5,6,9\n", ["--label", "-1"]),
    ],
)
def test_rows_of_a_table_get_labels(
    name: str,
    text: str,
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With or without a header, an index and labels, which are left out."""
    monkeypatch.chdir(tmp_path)
    params = init_params((3, 2), 0)
    save(params, "m", labels=("cat", "dog"))
    Path(name).write_text(text, newline="")
    assert main(["predict", "m", name, *options]) == 0
    p = apply(params, np.array([[1, 2, 3], [4, 5, 6]], np.float32))
    rows = [f"{name}, row {k}: {('cat', 'dog')[row.argmax()]} ({row.max():.1%})" for k, row in enumerate(p, 1)]
    assert capsys.readouterr().out.splitlines() == rows


@pytest.mark.parametrize(
    "text, message",
    [
        ("1,2\n", "expected 3 numbers a row, as the network reads, got 2 columns"),
        ("id,a,b,c,d,e\n1,1,2,3,4,5\n", "got 5 columns beside those without"),
        (
            "1,2,x\n",
            "got 'x'; leave the column out, or if it has the labels, name it (label=…, --label)",
        ),
        ("4,2,\n", "column 3: expected a number, got ''; fill it in, or leave out its row or column"),
        ("1;2;3,5\n", "expected a number, got '3,5'; write numbers as 1234.5, with a point and nothing else"),
        ("a,b,c\n", "expected rows below the header, got none"),
    ],
)
def test_other_tables_are_refused(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    save(init_params((3, 2), 0), "m")
    Path("new.csv").write_text(text)
    assert main(["predict", "m", "new.csv"]) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and errors.startswith("fnnet: error: new.csv: ") and errors.count("\n") == 1
    assert errors.endswith(f"{message}\n")


def test_rows_of_pixels_are_scaled(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As training images were, which were bytes."""
    params = load(model, np.float32)
    pixels = np.random.default_rng(0).integers(0, 50, (2, 784))
    np.savetxt("new.csv", pixels, "%d", ",")
    assert main(["predict", model, "new.csv"]) == 0
    labels = predict(params, (pixels / 255).astype(np.float32)).tolist()
    assert [line.split()[3] for line in capsys.readouterr().out.splitlines()] == list(map(str, labels))


def test_a_photo_is_never_replaced(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As in `--show a.png b.png`; what --show has written is."""
    for name in ("a.png", "b.png"):
        write_bar(name)
    before = Path("a.png").read_bytes()
    assert main(["predict", model, "--show", "a.png", "b.png"]) == 1
    assert Path("a.png").read_bytes() == before
    expected = "expected a new file, or one that --show has written, got a.png, which is another; use another name"
    assert capsys.readouterr() == ("", f"fnnet: error: --show: {expected}\n")
    for image in ("a.png", "b.png"):
        assert main(["predict", model, "--show", "seen.png", image]) == 0


@pytest.mark.slow
def test_results_come_before_errors(model: str) -> None:
    write_bar("a.png")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    run = partial(subprocess.run, shell=True, env=environment, capture_output=True, text=True)
    predict = shlex.join(command("predict", model, "none.png", "a.png"))
    answer, error = run(f"{predict} 2>&1").stdout.splitlines()
    assert answer.startswith("a.png: ") and error == "fnnet: error: none.png: No such file or directory"
    full = run(f"{predict} > /dev/full")
    assert (full.returncode, full.stderr) == (1, "fnnet: error: No space left on device\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings, blocks",
    [([], True), (["NO_COLOR=1"], True), (["TERM=dumb"], False), (["PYTHONIOENCODING=ascii"], False)],
)
def test_terminals_show_the_images(
    settings: list[str], blocks: bool, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = ["a.png", "b.png"]
    for k, path in enumerate(paths):
        write_bar(path, width=8 + 2 * k)
    assert main(["predict", model, *paths]) == 0
    predictions = capsys.readouterr().out.splitlines()
    assert len(predictions) == 2
    shown = run_in_terminal(["env", *settings, *command("predict", model, *paths)])
    expected = []
    for path, prediction in zip(paths, predictions):
        digit = read_digit(path, 28).reshape(28, 28)
        expected += [*image_text(digit, blocks).split("\n"), prediction]
    assert shown.replace("\r\n", "\n").splitlines() == expected
    assert len(expected) == 2 * 15
