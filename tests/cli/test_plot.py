"""`fnnet plot`, as a user runs it."""

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from fnnet import init_params, load, save
from fnnet.cli import main
from fnnet.cli.plot import PICTURES
from fnnet.nn.tree import astype
from tests.cli.small_data import data as data
from tests.cli.small_data import train


@pytest.fixture
def model(data: str, capsys: pytest.CaptureFixture[str]) -> str:
    """A model of these images, with its history."""
    train(data, "--sizes", "64-8-4", "--epochs", "2")
    capsys.readouterr()
    return "model.npz"


ALL = ["curves", "confusion", "errors", "weights", "reliability", "saliency"]


def test_each_picture_is_described() -> None:
    assert list(PICTURES) == ALL
    for summary in PICTURES.values():
        assert 20 < len(summary) < 60 and summary[0].islower() and not summary.endswith(".")


def is_png(path: Path) -> bool:
    return path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n") and path.read_bytes().endswith(b"IEND\xaeB`\x82")


@pytest.mark.slow
def test_all_are_drawn_beside_the_model(model: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", model, "--data", data]) == 0
    files = [f"model.{name}.png" for name in ALL]
    assert capsys.readouterr() == ("".join(f"{file}\n" for file in files), "")
    assert all(is_png(Path(file)) for file in files)
    assert len({Path(file).read_bytes() for file in files}) == len(ALL)


def test_each_name_draws_its_picture(
    model: str, data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = {}
    Path("runs").mkdir()
    for file in (model, "model.history.jsonl"):
        Path(file).rename(f"runs/{file}")
    for name in ALL:
        monkeypatch.setattr(f"fnnet.plots.plot_{name}", lambda *records, name=name, labels=(): name)
    monkeypatch.setattr("fnnet.plots.write_figure", lambda figure, path, format: written.update({str(path): figure}))
    assert main(["plot", f"runs/{model}", "--data", data, "--format", "svg"]) == 0
    assert written == {str(Path(f"runs/model.{name}.svg")): name for name in ALL}


def test_pictures_show_the_names(
    model: str, data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A character that matplotlib's font lacks is one line of standard error."""
    given: dict[str, list[str]] = {}
    names = ("cat", "dog", "\x1b[2J", "\u72ac")
    save(load(model, np.float32), "named.npz", labels=names)
    for name in ("errors", "saliency"):
        monkeypatch.setattr(
            f"fnnet.plots.plot_{name}", lambda *records, labels, name=name: given.update({name: labels}) or Figure()
        )
    assert main(["plot", "named.npz", "confusion", "errors", "saliency", "--data", data]) == 0
    shown = ["cat", "dog", r"\x1b[2J", "\u72ac"]
    assert given == {"errors": shown, "saliency": shown}
    printed, errors = capsys.readouterr()
    assert printed.splitlines() == [f"named.{name}.png" for name in ("confusion", "errors", "saliency")]
    assert re.fullmatch(r"fnnet: confusion: Glyph 29356 .* missing from .*font.*\n", errors)


def test_float64_is_drawn_as_float32(
    model: str, data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[np.dtype[np.float32]] = []
    save(astype(load(model, np.float32), np.float64), "wide.npz")
    monkeypatch.setattr("fnnet.plots.plot_weights", lambda params: drawn.append(params.dtype))
    monkeypatch.setattr("fnnet.plots.write_figure", lambda figure, path, format: None)
    assert main(["plot", "wide.npz", "weights", "--format", "png"]) == 0
    assert drawn == [np.float32]


def test_pictures_are_chosen_by_name(model: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["weights", "curves", "weights"]
    for ending in (".npz", ".history.jsonl"):
        Path(f"model{ending}").rename(f"model.2{ending}")
    assert main(["plot", f"../{Path.cwd().name}/model.2.npz", *names, "--out", "new/pictures", "--format", "svg"]) == 0
    files = ["new/pictures/model.2.weights.svg", "new/pictures/model.2.curves.svg"]
    assert capsys.readouterr().out.splitlines() == files
    assert sorted(map(str, Path("new/pictures").iterdir())) == sorted(files)
    assert "</svg>" in Path(files[0]).read_text()


@pytest.mark.slow
def test_users_settings_change_no_byte(model: str, data: str) -> None:
    arguments = [model, "--data", data, "--format", "svg", "--out"]
    line = [sys.executable, "-m", "fnnet", "plot", *arguments]
    Path("rc").write_text("text.usetex: True\nfont.size: 20\nsavefig.bbox: tight\n")
    settings: list[dict[str, str]] = [{}, {"MATPLOTLIBRC": "rc"}]
    processes = [
        subprocess.Popen([*line, folder], stdout=subprocess.DEVNULL, env={**os.environ, **variables})
        for folder, variables in zip(("a", "b"), settings)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert [path.name for path in sorted(Path("a").iterdir())] == sorted(f"model.{name}.svg" for name in ALL)
    for path in Path("a").iterdir():
        assert path.read_bytes() == (Path("b") / path.name).read_bytes()


def test_curves_need_a_history(
    model: str, data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("model.history.jsonl").rename("h")
    monkeypatch.setattr("fnnet.plots.write_figure", lambda figure, path, format: None)
    assert main(["plot", model, "--data", data]) == 0
    printed, errors = capsys.readouterr()
    assert errors == "fnnet: curves skipped: there is no model.history.jsonl\n"
    assert printed.splitlines() == [f"model.{name}.png" for name in ALL[1:]]
    assert main(["plot", model, "curves"]) == 1
    assert capsys.readouterr() == ("", "fnnet: error: model.history.jsonl: No such file or directory\n")


@pytest.mark.parametrize(
    "content, reason",
    [
        ("text\n", "model.history.jsonl, line 1: expected a JSON object of the numbers .*"),
        ("", "model.history.jsonl has no epoch"),
    ],
)
def test_a_broken_history_is_skipped(
    content: str,
    reason: str,
    model: str,
    data: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("model.history.jsonl").write_text(content)
    monkeypatch.setattr("fnnet.plots.write_figure", lambda figure, path, format: None)
    assert main(["plot", model, "--data", data]) == 0
    printed, errors = capsys.readouterr()
    assert re.fullmatch(f"fnnet: curves skipped: {reason}\n", errors)
    assert printed.splitlines() == [f"model.{name}.png" for name in ALL[1:]]


def test_a_small_table_is_not_an_image(
    data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as the four measurements of a flower; who asks for the picture gets it."""
    save(init_params((4, 2), 0), "m")
    Path("table.csv").write_text("1,2,3,4,0\n5,6,7,8,1\n" * 5)
    monkeypatch.setattr("fnnet.plots.write_figure", lambda figure, path, format: None)
    options = ["--data", "table.csv", "--label", "-1"]
    assert main(["plot", "m", *options]) == 0
    assert capsys.readouterr().out.splitlines() == ["m.confusion.png", "m.reliability.png"]
    assert main(["plot", "m", "weights"]) == 0


@pytest.mark.parametrize(
    "sizes, head, skipped",
    [
        ("65-4", "softmax-cross-entropy", ["errors", "weights", "saliency"]),
        ("64-4", "identity-squared-error", ["errors", "reliability"]),
        ("64-4", "exp-poisson", ["errors", "reliability"]),
    ],
)
def test_impossible_pictures_are_skipped(
    sizes: str,
    head: str,
    skipped: list[str],
    data: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    features = int(sizes.split("-")[0])
    x, y = np.random.default_rng(0).random((50, features)), np.arange(50) % 4
    np.savez("other.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    train("other.npz", "--sizes", sizes, "--head", head, "--epochs", "1")
    capsys.readouterr()
    monkeypatch.setattr("fnnet.plots.write_figure", lambda figure, path, format: None)
    assert main(["plot", "model.npz", "--data", "other.npz"]) == 0
    printed, errors = capsys.readouterr()
    assert printed.splitlines() == [f"model.{name}.png" for name in ALL if name not in skipped]
    reasons = [
        re.fullmatch(r"fnnet: (\w+) skipped: .*(are not those of a square image|are not probabilities)", line)
        for line in errors.splitlines()
    ]
    assert [match and match[1] for match in reasons] == skipped
    for name in skipped:
        assert main(["plot", "model.npz", name, "--data", "other.npz"]) == 1
        assert re.fullmatch("fnnet: error: (features|head): expected .*\n", capsys.readouterr().err)


def test_each_error_is_one_line(model: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.2-history.jsonl").write_text("text\n")
    Path("other.2").write_bytes(Path(model).read_bytes())
    cases = [
        (["missing.npz"], "missing.npz: No such file or directory"),
        ([data], "expected a model saved by `fnnet train`, got another npz file"),
        (["other.2", "curves"], "other.2-history.jsonl, line 1: expected a JSON object"),
        (
            [model, "confusion"],
            "--data: expected 64 features, as model.npz reads, got 784, as the bundled MNIST has; name the data",
        ),
        ([model, "confusion", "--data", data, "--max-bytes", "100"], "expected at most 100 bytes, which is the limit"),
        ([model, "curves", "--out", data], "--out: expected a folder, got the file data.npz"),
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
def test_the_extra_is_named_first() -> None:
    code = "import sys; sys.modules['matplotlib'] = None; from fnnet.cli import main; sys.exit(main(sys.argv[1:]))"
    run = subprocess.run([sys.executable, "-c", code, "plot", "any.npz"], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "fnnet: error: pictures need matplotlib: pip install 'fnnet[plot]'\n"


def test_plots_need_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "fnnet.plots", raising=False)
    with pytest.raises(ImportError, match=r"^pictures need matplotlib: pip install 'fnnet\[plot\]'$"):
        import_module("fnnet.plots")
