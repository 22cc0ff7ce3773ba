"""The command, run as a user runs it."""

import io
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import attrs
import numpy as np
import pytest
from PIL import Image
from threadpoolctl import threadpool_info

from fnnet import (
    Dataset,
    Dense,
    Head,
    Params,
    accuracy,
    fit,
    identity_squared_error,
    init_params,
    load,
    logistic_cross_entropy,
    predict_proba,
    save,
    sigmoid,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.cli import main
from fnnet.cli.images import read_digit
from fnnet.cli.outputs import Outputs, command_to_resume
from fnnet.cli.parser import parse
from fnnet.cli.report import confusion
from fnnet.core.arrays import Order, Vector
from fnnet.core.threads import blas_threads
from fnnet.data.loaders import load_npz
from fnnet.metrics.accuracy import confusion_matrix
from fnnet.nn.initializers import article_normal, lecun_normal
from fnnet.nn.tree import astype
from fnnet.recipes.checkpoint import load_checkpoint, save_checkpoint
from fnnet.recipes.recipe import BEST
from fnnet.train.fit import Progress
from tests.test_loaders import write_set

LINE = r"Epoch: (\d+), Time Spent: \d+\.\d\ds, Loss: (\d+\.\d{4}), Accuracy: (\d+\.\d\d)%"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Four-pixel images in which the label says which pixel is lit."""
    rng = np.random.default_rng(0)

    def images(n: int) -> tuple[np.ndarray[tuple[int, ...]], np.ndarray[tuple[int, ...]]]:
        y = rng.integers(0, 4, n, np.uint8)
        return (np.eye(4)[y] * 200 + rng.integers(0, 50, (n, 4))).astype(np.uint8).reshape(n, 2, 2), y

    (x_train, y_train), (x_test, y_test) = images(300), images(50)
    path = tmp_path / "data.npz"
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return path


def test_train_prints_a_line_an_epoch_and_saves(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "m.npz"
    assert main(["train", "--data", str(data), "--epochs", "3", "--out", str(out)]) == 0
    printed, errors = capsys.readouterr()
    lines = printed.splitlines()
    matches = [re.fullmatch(LINE, line) for line in lines[:3]]
    assert [m and m[1] for m in matches] == ["1", "2", "3"]
    assert lines[4].split() == ["true", "\\", "said", "0", "1", "2", "3"]
    assert lines[-1] == f"Saved to {out}"
    assert errors == ""
    train, test = load_npz(data)
    start = init_params((4, 128, 64, 4), 0, initializer=lecun_normal)
    *_, last = fit(start, train, epochs=3, lr=lambda k: 0.1 * 0.8**k)
    assert load(out) == last.params
    assert matches[2] and matches[2][3] == f"{100 * accuracy(last.params, test):.2f}"
    assert main(["evaluate", str(out), "--data", str(data)]) == 0
    assert f"Accuracy: {accuracy(last.params, test):.2%}" in capsys.readouterr().out


def test_every_option_reaches_the_training(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.npz"
    options = "--sizes 4-7-4 --hidden relu --head softmax-squared-error --epochs 2 --lr 0.3 --decay 0.5"
    options += " --batch-size 8 --seed 5 --init article-normal --limit 100"
    assert main(["train", "--data", str(data), "--out", str(out), *options.split()]) == 0
    from fnnet import relu, split

    train, _ = split(load_npz(data)[0], 100)
    start = init_params((4, 7, 4), 5, relu, softmax_squared_error, article_normal)
    *_, last = fit(start, train, epochs=2, lr=lambda k: 0.3 * 0.5**k, batch_size=8, seed=5)
    assert load(out) == last.params


def test_the_articles_setup_can_be_overridden(data: Path, tmp_path: Path) -> None:
    train, _ = load_npz(data)
    start = init_params((4, 128, 64, 4), 0, head=softmax_squared_error, initializer=article_normal)
    for extra, lr in (([], 0.001), (["--lr", "0.5"], 0.5)):
        out = tmp_path / "m.npz"
        assert main(["train", "--article", "--epochs", "2", "--data", str(data), "--out", str(out), *extra]) == 0
        *_, last = fit(start, train, epochs=2, lr=lr)
        assert load(out) == last.params


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "the following arguments are required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["train", "--epochs", "0"], "argument --epochs: expected an integer of at least 1, got '0'"),
        (["train", "--epochs", "2.5"], "argument --epochs: expected an integer of at least 1, got '2.5'"),
        (["train", "--lr", "fast"], "argument --lr: expected a number of 0 or more, got 'fast'"),
        (["train", "--lr", "nan"], "argument --lr: expected a number of 0 or more, got 'nan'"),
        (["train", "--decay", "-1"], "argument --decay: expected a number of 0 or more, got '-1'"),
        (
            ["train", "--sizes", "784"],
            "argument --sizes: expected widths of 1 or more as in 784-128-64-10, got '784'",
        ),
        (["train", "--sizes", "784-0-10"], "argument --sizes: expected widths"),
        (["train", "--sizes", "a-b"], "argument --sizes: expected widths"),
        (["train", "--hidden", "swish"], "argument --hidden: invalid choice: 'swish'"),
        (["train", "--seed", "-1"], "argument --seed: expected an integer of at least 0, got '-1'"),
        (["train", "--article", "--recipe", "fast"], "argument --recipe: not allowed with argument --article"),
        (["predict", "m.npz"], "the following arguments are required: IMAGE"),
        (["evaluate"], "the following arguments are required: MODEL"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_what_fails_exits_with_1_and_one_line(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text("hello")
    out, missing, text = str(tmp_path / "m.npz"), str(tmp_path / "missing"), str(tmp_path / "text")
    cases = [
        (["train", "--data", missing, "--out", out], "No such file"),
        (["train", "--data", str(tmp_path), "--out", out], "expected train-images-idx3-ubyte"),
        (["train", "--data", text, "--out", out], "expected a whole npz file"),
        (["train", "--data", str(data), "--out", f"{missing}/m.npz"], "No such file or directory"),
        (["train", "--data", str(data), "--out", str(tmp_path)], "expected a file to write, got a folder"),
        (
            ["train", "--data", str(data), "--out", out, "--sizes", "5-4"],
            "--sizes: expected 4 features and 4 classes, as the data, got (5, 4)",
        ),
        (
            ["train", "--data", str(data), "--out", out, "--sizes", "4-3"],
            "--sizes: expected 4 features and 4 classes, as the data, got (4, 3)",
        ),
        (["evaluate", missing], "No such file"),
        (["evaluate", str(data)], "expected the arrays format, got x_train"),
        (["predict", text, text], "expected a whole npz file"),
    ]
    for arguments, message in cases:
        assert main(arguments) == 1
        printed, errors = capsys.readouterr()
        assert printed == "" and errors.startswith("fnnet: error: ") and errors.count("\n") == 1
        assert message in errors
    assert not Path(out).exists()


def test_help_fits_80_columns_and_has_an_example(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for command in ("train", "evaluate", "predict", "plot"):
        with pytest.raises(SystemExit) as caught:
            main([command, "--help"])
        text = capsys.readouterr().out
        assert caught.value.code == 0
        assert max(map(len, text.splitlines())) < 80 and f"  fnnet {command} " in text


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert re.fullmatch(r"fnnet \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_many_classes_are_summed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (60, 2, 2), np.uint8), np.arange(60, dtype=np.uint8) % 20
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    assert main(["train", "--data", str(tmp_path / "d.npz"), "--epochs", "1", "--out", str(tmp_path / "m")]) == 0
    text = capsys.readouterr().out
    lines = text.splitlines()
    assert max(map(len, lines)) < 80
    params = load(tmp_path / "m", np.float32)
    counts = confusion_matrix(params, load_npz(tmp_path / "d.npz")[1])
    pairs = [(counts[i, j], -i, -j) for i in range(20) for j in range(20) if i != j and counts[i, j]]
    expected = [f"{-i:6} said to be {-j:6}: {n:6} times" for n, i, j in sorted(pairs, reverse=True)[:10]]
    start = lines.index("Commonest mistakes:")
    assert lines[start + 1 : start + 1 + len(expected)] == expected and lines[start + 1 + len(expected)] == ""


def test_training_that_diverges_keeps_the_last_whole_epoch(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "m.npz"
    options = "--hidden relu --head identity-squared-error --lr 0.001 --decay 1e30 --epochs 5"
    assert main(["train", "--data", str(data), "--out", str(out), *options.split()]) == 1
    printed, errors = capsys.readouterr()
    assert re.fullmatch(r"fnnet: error: training diverged in epoch 2, step \d+, at a learning rate of 1e\+27\n", errors)
    assert printed.count("\n") == 1 and load(out)
    assert main(["train", "--data", str(data), "--out", str(out), "--decay", "1e300", "--epochs", "5"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.slow
def test_closed_streams_are_no_trouble(data: Path, tmp_path: Path) -> None:
    arguments = [*command("train", "--epochs", "1"), "--data", str(data), "--out", str(tmp_path / "m")]
    for closed in (">&-", "2>&-", ">&- 2>&-"):
        assert subprocess.run(f"{shlex.join(arguments)} {closed}", shell=True).returncode == 0


def test_a_folder_may_hold_several_sets(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for part, n in (("train", 9), ("test", 4)):
        for kind, array in (
            ("images-idx3", rng.integers(0, 9, (n, 2, 2))),
            ("labels-idx1", np.arange(n) % 3),
        ):
            header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            (tmp_path / f"emnist-letters-{part}-{kind}-ubyte").write_bytes(header + array.astype(np.uint8).tobytes())
    data, out = str(tmp_path / "emnist-letters-"), tmp_path / "m"
    assert main(["train", "--data", data, "--epochs", "1", "--out", str(out)]) == 0
    assert load(out).sizes == (4, 128, 64, 3)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fnnet", *arguments]


@pytest.mark.slow
def test_ctrl_c_keeps_the_last_whole_epoch(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.npz"
    arguments = command("train", "--data", str(data), "--epochs", "100000", "--out", str(out))
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    match = re.fullmatch(r"fnnet: interrupted after (\d+) whole epochs: the model of epoch (\d+) is in .*\n", errors)
    assert process.returncode == 130 and match and match[1] == match[2] and int(match[1]) >= 3
    train, _ = load_npz(data)
    start = init_params((4, 128, 64, 4), 0, initializer=lecun_normal)
    *_, last = fit(start, train, epochs=int(match[1]), lr=lambda k: 0.1 * 0.8**k)
    assert load(out) == last.params
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.npz", "m.history.jsonl", "m.npz"]


@pytest.mark.slow
def test_a_reader_that_leaves_is_no_error_message(data: Path, tmp_path: Path) -> None:
    arguments = command("train", "--data", str(data), "--epochs", "500", "--out", str(tmp_path / "m"))
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 1 and errors == ""


def in_a_terminal(arguments: list[str], cwd: Path) -> str:
    """What the command writes when standard output and error are a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    with subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs, cwd=cwd, env=environment) as process:
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 4096):
                text += part
        except OSError:  # how Linux says that the terminal was closed
            pass
    os.close(ours)
    assert process.returncode == 0
    return text.decode()


@pytest.mark.slow
def test_a_terminal_shows_a_bar_with_the_rate(data: Path, tmp_path: Path) -> None:
    text = in_a_terminal(command("train", "--data", str(data), "--epochs", "2"), tmp_path)
    assert "images/s" in text and len(re.findall(LINE, text)) == 2
    assert (tmp_path / "model.npz").exists()


@pytest.mark.slow
def test_without_the_library_for_bars_the_lines_are_plain(data: Path, tmp_path: Path) -> None:
    code = "import sys; sys.modules['rich'] = None; from fnnet.cli import main; sys.exit(main(sys.argv[1:]))"
    text = in_a_terminal([sys.executable, "-c", code, "train", "--data", str(data), "--epochs", "2"], tmp_path)
    assert len(re.findall(LINE, text)) == 2 and "images/s" not in text and "\x1b" not in text


@pytest.mark.slow
def test_running_the_command_takes_no_extra_package(data: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules.update(rich=None, PIL=None, threadpoolctl=None); "
        "from fnnet.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    out = str(tmp_path / "m.npz")
    train = [sys.executable, "-c", code, "train", "--data", str(data), "--epochs", "1", "--out", out]
    assert subprocess.run(train, capture_output=True).returncode == 0
    predict = [sys.executable, "-c", code, "predict", out, "digit.png"]
    run = subprocess.run(predict, capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr == "fnnet: error: reading images needs Pillow: pip install 'fnnet[cli]'\n"


def test_ctrl_c_before_the_first_whole_epoch_saves_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def pressed(parts: Sequence[Order]) -> Iterator[Order]:
        yield parts[0]
        raise KeyboardInterrupt

    monkeypatch.setattr("fnnet.cli.train.progress_bar", lambda samples: pressed)
    assert main(["train", "--data", str(data), "--out", str(tmp_path / "m")]) == 130
    assert capsys.readouterr() == ("", "fnnet: interrupted after 0 whole epochs: nothing new is saved\n")
    assert not (tmp_path / "m").exists()


def test_small_steps_take_one_thread_and_large_ones_all() -> None:
    def threads() -> list[object]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = threads()
    with blas_threads(batch_size=1):
        assert set(threads()) == {1}
    with blas_threads(batch_size=1000):
        assert threads() == before
    assert threads() == before


def test_a_resumed_run_gives_the_same_model_file(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = ["--data", str(data), "--limit", "200", "--seed", "3", "--recipe", "fast", "--average", "0.9"]
    assert main(["train", *settings, "--epochs", "4", "--out", "whole"]) == 0
    assert main(["train", *settings, "--epochs", "4", "--checkpoint", "run", "--out", "all"]) == 0
    lines = [re.sub("Spent: .*s,", "", line) for line in capsys.readouterr().out.splitlines()[:4]]

    class Killed(BaseException):
        pass

    def killed(params: Params[np.float32], path: str) -> None:
        raise Killed

    assert load_checkpoint("run").state.epoch == 4
    Path("run").unlink()
    with monkeypatch.context() as patch, pytest.raises(Killed):
        stop: Iterator[Callable[[Params[np.float32], str], None]] = iter([save, save, killed])
        patch.setattr("fnnet.cli.train.save", lambda params, path: next(stop)(params, path))
        main(["train", *settings, "--epochs", "4", "--checkpoint", "run", "--out", "parts"])
    assert load_checkpoint("run").state.epoch == 2
    capsys.readouterr()
    assert main(["train", "--data", str(data), "--resume", "run", "--out", "parts"]) == 0
    resumed = [re.sub("Spent: .*s,", "", line) for line in capsys.readouterr().out.splitlines()]
    assert resumed[:2] == lines[2:] and resumed[2] == ""
    assert {Path(name).read_bytes() for name in ("all", "parts")} == {Path("whole").read_bytes()}
    # done: nothing is left to do but to say so
    assert main(["train", "--data", str(data), "--resume", "run", "--out", "again"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("4 epochs are done; more with --epochs.\n\ntrue")
    assert "Epoch:" not in printed and printed.endswith("Saved to again\n")
    assert Path("again.history.jsonl").read_bytes() == Path("parts.history.jsonl").read_bytes()
    assert load_checkpoint("run").model == "again"
    assert Path("again").read_bytes() == Path("whole").read_bytes()


def test_more_epochs_can_be_asked_for(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    begin = ["train", "--data", str(data), "--checkpoint", "run"]
    assert main([*begin, "--epochs", "2"]) == 0
    assert main(["train", "--data", str(data), "--resume", "run", "--checkpoint", "more", "--epochs", "3"]) == 0
    assert main(["train", "--data", str(data), "--epochs", "3", "--out", "whole"]) == 0
    assert load_checkpoint("run").state.epoch == 2
    assert load_checkpoint("more").state.params == load("whole")


def test_a_checkpoint_of_another_run_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--data", str(data), "--epochs", "1", "--checkpoint", "run", "--limit", "100"]) == 0
    with np.load(data) as arrays:
        np.savez("other.npz", **{**arrays, "x_train": 255 - arrays["x_train"]})
    refused = [
        (["--lr", "0.2", "--shift", "1"], "--resume: expected no setting but --epochs, .*, got --lr, --shift"),
        (["--seed", "0"], ".* got --seed"),
        (["--batch-size", "3"], ".* got --batch-size"),
        (["--recipe", "classic", "--sizes", "4-4"], ".* got --recipe, --sizes"),
        (["--limit", "50"], ".* got --limit"),
        ([], "--data: expected the 100 samples that run was trained on, got the bundled MNIST"),
        (["--data", "other.npz"], "--data: expected the 100 samples that run was trained on, got others"),
        (
            ["--data", str(data), "--out", "run"],
            "run: expected the format 'fnnet model 1', got 'fnnet checkpoint 2'; .*",
        ),
    ]
    for arguments, message in refused:
        capsys.readouterr()
        assert main(["train", "--resume", "run", *arguments]) == 1
        assert re.fullmatch(f"fnnet: error: {message}\n", capsys.readouterr().err)
    assert main(["train", "--resume", str(data)]) == 1
    assert "expected the arrays format, got x_train" in capsys.readouterr().err


def test_ctrl_c_says_how_to_go_on(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def pressed(parts: Sequence[Order], calls: list[int]) -> Iterator[Order]:
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        yield from parts

    monkeypatch.setattr("fnnet.cli.train.progress_bar", lambda samples: partial(pressed, calls=[]))
    assert main(["train", "--data", str(data), "--checkpoint", "run"]) == 130
    where = "after 1 whole epochs: the model of epoch 1 is in"
    advice = f"fnnet train --resume run --data {data}"
    assert capsys.readouterr().err == f"fnnet: interrupted {where} model.npz; `{advice}` goes on\n"
    # what goes on is done
    monkeypatch.setattr("fnnet.cli.train.progress_bar", lambda samples: iter)
    assert main(shlex.split(advice)[1:]) == 0
    # elsewhere, and under a name that a shell would take apart
    Path("my runs").mkdir()
    monkeypatch.setattr("fnnet.cli.train.progress_bar", lambda samples: partial(pressed, calls=[]))
    assert main(["train", "--data", str(data), "--checkpoint", "my runs/run"]) == 130
    advice = f"fnnet train --resume 'my runs/run' --out model.npz --data {data}"
    assert f"in model.npz; `{advice}` goes on\n" in capsys.readouterr().err


def test_the_limit_on_data_can_be_moved(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["train", "--data", str(data), "--epochs", "1", "--out", str(tmp_path / "m")]
    assert main([*arguments, "--max-bytes", "100"]) == 1
    assert "over the limit of 100" in capsys.readouterr().err
    assert main([*arguments, "--max-bytes", str(1 << 40)]) == 0
    assert main(["evaluate", str(tmp_path / "m"), "--data", str(data), "--max-bytes", "100"]) == 1


@pytest.mark.slow
def test_the_same_command_gives_the_same_bits_in_another_process(data: Path, tmp_path: Path) -> None:
    arguments = [
        "train",
        "--data",
        str(data),
        "--recipe",
        "fast",
        "--epochs",
        "2",
        "--dropout",
        "0.1",
        "--elastic",
        "2",
    ]
    for name in ("a", "b"):
        subprocess.run(command(*arguments, "--out", str(tmp_path / name)), check=True, capture_output=True)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("sizes", ["4-1-4", "4,1,4", "4-1,4"])
def test_sizes_may_be_1_and_parted_by_commas(sizes: str, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "m"
    arguments = ["--sizes", sizes, "--lr", "0", "--epochs", "1", "--out", str(out)]
    assert main(["train", "--data", str(data), *arguments]) == 0
    assert load(out) == init_params((4, 1, 4), 0)


def test_models_in_float64_are_evaluated_in_float32(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    params = init_params((4, 4), 0, dtype=np.float64)
    save(params, tmp_path / "m")
    assert main(["evaluate", str(tmp_path / "m"), "--data", str(data)]) == 0
    _, test = load_npz(data)
    score, matrix = capsys.readouterr().out.split("\n\n")
    assert score.endswith(f"Accuracy: {accuracy(astype(params, np.float32), test):.2%}")
    counts = confusion_matrix(astype(params, np.float32), test)
    rows = [[str(label), *map(str, row)] for label, row in enumerate(counts)]
    assert [line.split() for line in matrix.splitlines()[1:]] == rows


@pytest.mark.parametrize(
    "head, outputs, line",
    [
        (softmax_cross_entropy, 2, lambda p: f"{np.argmax(p)} ({max(p):.1%})"),
        (softmax_cross_entropy, 3, lambda p: f"{np.argmax(p)} ({max(p):.1%})"),
        (logistic_cross_entropy, 1, lambda p: f"{int(p[0] > 0.5)} ({max(p[0], 1 - p[0]):.1%})"),
        (identity_squared_error, 3, lambda p: f"{np.argmax(p)}"),
    ],
)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_predict_says_the_digit_and_how_sure_it_is(
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
    Image.fromarray(image).save(tmp_path / "d.png")
    params = init_params((784, outputs), seed, head=head, dtype=dtype)
    save(params, tmp_path / "m")
    path = str(tmp_path / "d.png")
    assert main(["predict", str(tmp_path / "m"), path]) == 0
    p = predict_proba(astype(params, np.float32), read_digit(path, 28))
    assert capsys.readouterr().out == f"{path}: {line(p)}\n"


NUMBERS = ["lr", "decay", "l2", "shift", "rotation", "scale", "shear", "elastic", "final-warp"]
SHARES = ["smoothing", "dropout", "average"]
INTEGERS = {"limit": 1, "seed": 0, "epochs": 1, "batch_size": 1, "max_bytes": 1}


@pytest.mark.parametrize("name", [*NUMBERS, "smoothness", *SHARES])
def test_numbers_are_read_as_numbers(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    def value(text: str) -> object:
        return vars(parse(["train", f"--{name}", text]))[name.replace("-", "_")]

    assert value("0.25") == 0.25 and type(value("0.25")) is float
    assert value("0") == 0
    if name not in SHARES:
        assert value("1") == 1
    bounds = "from 0 to below 1" if name in SHARES else "of 0 or more"
    for text in ("-0.1", "nan", "inf", "x", *(["1"] if name in SHARES else [])):
        with pytest.raises(SystemExit):
            parse(["train", f"--{name}={text}"])
        assert f"argument --{name}: expected a number {bounds}, got '{text}'" in capsys.readouterr().err


@pytest.mark.parametrize("name, least", INTEGERS.items())
def test_integers_are_read_as_integers(name: str, least: int, capsys: pytest.CaptureFixture[str]) -> None:
    option = f"--{name.replace('_', '-')}"
    given = vars(parse(["train", option, str(least)]))
    assert given[name] == least and type(given[name]) is int
    for text in (str(least - 1), "1.5", "x"):
        with pytest.raises(SystemExit):
            parse(["train", f"{option}={text}"])
        assert f"argument {option}: expected an integer of at least {least}, got '{text}'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["recipe", "hidden", "head", "init", "optimizer", "schedule"])
def test_names_are_among_those_that_are_known(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["train", f"--{name}", "nonesuch"])
    assert f"argument --{name}: invalid choice: 'nonesuch'" in capsys.readouterr().err


def test_nothing_given_is_nothing_set() -> None:
    given = {name: value for name, value in vars(parse(["train"])).items() if value is not None}
    del given["run"]
    assert given == {"max_bytes": 1 << 30}


def test_options_change_a_recipe_and_leave_the_rest(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = "--recipe best --epochs 1 --shift 0.5 --elastic 3 --lr 0.01 --seed 4 --limit 1 --checkpoint run"
    assert main(["train", "--data", str(data), *options.split()]) == 0
    warp = attrs.evolve(BEST.warp, shift=0.5, elastic=3)
    checkpoint = load_checkpoint("run")
    assert checkpoint.recipe == attrs.evolve(BEST, epochs=1, lr=0.01, warp=warp)
    assert (checkpoint.seed, checkpoint.samples) == (4, 1)


def test_folders_have_the_limit_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path, "{}-{}-idx{}-ubyte")
    write_set(tmp_path, "other-{}-{}-idx{}-ubyte")
    for path in (tmp_path, tmp_path / "other-"):
        assert main(["train", "--data", str(path), "--max-bytes", "10", "--out", str(tmp_path / "m")]) == 1
        assert "expected at most 10 bytes, which is the limit" in capsys.readouterr().err


@pytest.mark.parametrize("classes, lines", [(12, 13), (13, None)])
def test_twelve_classes_still_fit_a_table(classes: int, lines: int | None) -> None:
    x = np.eye(classes, dtype=np.float32)
    params = Params(
        (Dense(np.eye(classes, dtype=np.float32)[:, ::-1], np.zeros(classes, np.float32)),),
        sigmoid,
        softmax_cross_entropy,
    )
    text = confusion(params, Dataset(x, np.arange(classes)))
    if lines:
        header, *rows = text.splitlines()
        assert header == "true \\ said" + "".join(f"{label:6}" for label in range(classes))
        for label, row in enumerate(rows):
            counts = [int(said == classes - 1 - label) for said in range(classes)]
            assert row == f"{label:11}" + "".join(f"{count:6}" for count in counts)
    else:
        assert text.startswith("Commonest mistakes:\n")


def test_the_last_width_must_hold_the_classes(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["train", "--data", str(data), "--out", str(tmp_path / "m"), "--epochs", "1"]
    assert main([*arguments, "--sizes", "4-9-3"]) == 1
    assert "--sizes: expected 4 features and 4 classes, as the data, got (4, 9, 3)" in capsys.readouterr().err
    assert main([*arguments, "--sizes", "4-2-4"]) == 0


def test_the_bar_knows_how_many_images_there_are_and_the_line_how_long_it_took(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[int] = []

    def no_bar(samples: int) -> Progress:
        asked.append(samples)
        return iter

    monkeypatch.setattr("fnnet.cli.train.progress_bar", no_bar)
    assert main(["train", "--data", str(data), "--limit", "70", "--epochs", "1", "--out", str(tmp_path / "m")]) == 0
    assert asked == [70]
    spent = re.search(r"Time Spent: (\d+\.\d\d)s", capsys.readouterr().out)
    assert spent and float(spent[1]) < 60


@pytest.mark.parametrize("options, whole", [(["--checkpoint", "run"], 0), ([], 1)])
def test_ctrl_c_offers_to_go_on_only_where_it_can(
    options: list[str],
    whole: int,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    calls: list[int] = []

    def pressed(parts: Sequence[Order]) -> Iterator[Order]:
        calls.append(1)
        if len(calls) > whole:
            raise KeyboardInterrupt
        yield from parts

    monkeypatch.setattr("fnnet.cli.train.progress_bar", lambda samples: pressed)
    assert main(["train", "--data", str(data), *options]) == 130
    assert "--resume" not in capsys.readouterr().err


def test_a_resumed_run_saves_where_it_did(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever it goes on from, and wherever the folder is by then."""
    (tmp_path / "run").mkdir()
    monkeypatch.chdir(tmp_path / "run")
    begin = ["train", "--data", str(data), "--epochs", "1"]
    assert main([*begin, "--out", "digits.npz", "--checkpoint", "c"]) == 0
    (tmp_path / "run").rename(tmp_path / "moved")
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--data", str(data), "--resume", "moved/c", "--epochs", "2"]) == 0
    assert capsys.readouterr().out.endswith(f"Saved to {tmp_path}/moved/digits.npz\n")
    assert load("moved/digits.npz") == load_checkpoint("moved/c").state.params
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.npz", "moved"]
    Path("moved/digits.npz").unlink()
    assert main(["train", "--data", str(data), "--resume", "moved/c"]) == 0
    assert load("moved/digits.npz") == load_checkpoint("moved/c").state.params
    # --out moves it for good
    assert main(["train", "--data", str(data), "--resume", "moved/c", "--epochs", "3", "--out", "moved/other"]) == 0
    assert load_checkpoint("moved/c").model == "other"
    assert main([*begin, "--out", "moved/a", "--checkpoint", "c"]) == 0
    assert main(["train", "--data", str(data), "--resume", "c", "--epochs", "2"]) == 1
    message = "--out: expected where this run keeps its model, which is not beside c, got none"
    assert capsys.readouterr().err == f"fnnet: error: {message}\n"


@pytest.mark.parametrize("name", ["data.npz", "notes.txt", "..", "link", "dangling"])
def test_a_checkpoint_alone_replaces_nothing_but_a_model(
    name: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("mine")
    Path("link").symlink_to("model.npz")
    Path("dangling").symlink_to("elsewhere.npz")
    assert main(["train", "--data", str(data), "--epochs", "1", "--checkpoint", "run"]) == 0
    save_checkpoint(attrs.evolve(load_checkpoint("run"), model=name), "run")
    before = data.read_bytes(), Path("notes.txt").read_bytes()
    capsys.readouterr()
    assert main(["train", "--data", str(data), "--epochs", "2", "--resume", "run"]) == 1
    printed, errors = capsys.readouterr()
    told = "got a folder" if name == ".." else f"{name}: .*; it is what run names; choose --out"
    assert printed == "" and errors.count("\n") == 1 and re.search(told, errors)
    assert not Path("elsewhere.npz").exists()
    assert (data.read_bytes(), Path("notes.txt").read_bytes()) == before


def test_a_model_is_no_checkpoint_and_the_other_way_round(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--data", str(data), "--epochs", "1", "--checkpoint", "run"]) == 0
    capsys.readouterr()
    assert main(["evaluate", "run", "--data", str(data)]) == 1
    assert main(["train", "--resume", "model.npz", "--data", str(data)]) == 1
    assert main(["train", "--resume", ".", "--data", str(data)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "fnnet: error: run: expected the format 'fnnet model 1', got 'fnnet checkpoint 2'",
        "fnnet: error: model.npz: expected the format 'fnnet checkpoint 2', got 'fnnet model 1'",
        "fnnet: error: .: Is a directory",
    ]


def test_an_image_that_cannot_be_read_hides_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    save(init_params((784, 10), 0), "m")
    for name, level in (("a.png", 255), ("blank.png", 0), ("b.png", 200)):
        image = np.zeros((28, 28), np.uint8)
        image[4:24, 10:18] = level
        Image.fromarray(image).save(name)
    assert main(["predict", "m", "a.png", "blank.png", "none.png", "b.png"]) == 1
    printed, errors = capsys.readouterr()
    assert [line.partition(":")[0] for line in printed.splitlines()] == ["a.png", "b.png"]
    assert errors.splitlines() == [
        "fnnet: error: blank.png: expected a digit, got a blank image",
        "fnnet: error: none.png: No such file or directory",
    ]


def test_data_of_another_size_is_named(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(init_params((9, 4), 0), tmp_path / "m")
    assert main(["evaluate", str(tmp_path / "m"), "--data", str(data)]) == 1
    expected = f"fnnet: error: --data: expected 9 features, as {tmp_path / 'm'} reads, got 4\n"
    assert capsys.readouterr() == ("", expected)


def test_errors_of_the_system_have_no_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raised: list[Exception] = [OSError(28, "No space left on device"), OSError("odd"), MemoryError()]
    for error, told in zip(raised, ("No space left on device", "odd", "MemoryError")):

        def fail(*arguments: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("fnnet.cli.evaluate.load", fail)
        assert main(["evaluate", "m"]) == 1
        assert capsys.readouterr().err == f"fnnet: error: {told}\n"


class Watched(io.StringIO):
    """A stream that remembers how many lines there were whenever it was flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []

    def flush(self) -> None:
        self.lines.append(self.getvalue().count("\n"))


def test_each_epoch_and_each_picture_is_told_at_once(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (["train", "--epochs", "3"], ["plot", "model.npz", "weights", "curves"]):
        stream = Watched()
        monkeypatch.setattr(sys, "stdout", stream)
        assert main([*arguments, "--data", str(data)]) == 0
        assert stream.lines[:2] == [1, 2]


@pytest.mark.parametrize(
    "options, message",
    [
        (
            ["--out", "data.npz"],
            "data.npz: expected the arrays format, got .*; it is not replaced: move it away, or .*",
        ),
        (["--out", "run"], "run: expected the format 'fnnet model 1', got .*; it is not replaced: move it away, or .*"),
        (["--resume", "run", "--checkpoint", "c", "--out", "run"], "run: expected the format 'fnnet model 1', got .*"),
        (
            ["--checkpoint", "run"],
            "--checkpoint: expected a new file, or --resume to go on from it, got run, which is there",
        ),
        (["--checkpoint", "data.npz"], "--checkpoint: expected a new file, or .*, got data.npz, which is there"),
        (["--checkpoint", "model.npz"], "--checkpoint: expected a new file, or .*, got model.npz, which is there"),
        (["--resume", "run", "--checkpoint", "data.npz"], "--checkpoint: expected a new file, or .*, got data.npz, .*"),
    ],
)
def test_nothing_is_replaced_but_a_model_by_a_model(
    options: list[str],
    message: str,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--data", str(data), "--epochs", "1", "--checkpoint", "run"]) == 0
    before = data.read_bytes(), Path("run").read_bytes()
    capsys.readouterr()
    assert main(["train", "--data", str(data), *options]) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and re.fullmatch(f"fnnet: error: {message}\n", errors)
    assert (data.read_bytes(), Path("run").read_bytes()) == before


def test_a_link_is_named_again(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it leads to is not the name that the user gave."""
    monkeypatch.chdir(tmp_path)
    Path("latest.npz").symlink_to("run-7.npz")
    begin = ["train", "--data", str(data), "--epochs", "1", "--checkpoint", "c", "--out", "latest.npz"]
    assert main(begin) == 0
    assert Path("latest.npz").is_symlink() and load("run-7.npz") == load_checkpoint("c").state.params
    assert load_checkpoint("c").model == "" and Path("latest.history.jsonl").exists()


def test_ctrl_c_in_the_first_epoch_of_a_resumed_run_promises_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The checkpoint does not know of the new model and the new number of epochs yet."""
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--data", str(data), "--epochs", "1", "--checkpoint", "run"]) == 0
    capsys.readouterr()

    def pressed(parts: Sequence[Order]) -> Iterator[Order]:
        yield parts[0]
        raise KeyboardInterrupt

    monkeypatch.setattr("fnnet.cli.train.progress_bar", lambda samples: pressed)
    assert main(["train", "--data", str(data), "--resume", "run", "--epochs", "3", "--out", "new.npz"]) == 130
    assert capsys.readouterr().err == "fnnet: interrupted after 1 whole epochs: nothing new is saved\n"
    assert not Path("new.npz").exists()


@pytest.mark.slow
def test_what_failed_is_told_after_what_did_not(tmp_path: Path) -> None:
    save(init_params((784, 10), 0), tmp_path / "m")
    page = np.zeros((28, 28), np.uint8)
    page[4:24, 10:18] = 255
    Image.fromarray(page).save(tmp_path / "a.png")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    run = partial(subprocess.run, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True)
    predict = shlex.join(command("predict", "m", "none.png", "a.png"))
    answer, error = run(f"{predict} 2>&1").stdout.splitlines()
    assert answer.startswith("a.png: ") and error == "fnnet: error: none.png: No such file or directory"
    full = run(f"{predict} > /dev/full")
    assert (full.returncode, full.stderr) == (1, "fnnet: error: No space left on device\n")


def test_an_error_names_the_file_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object) -> None:
        raise PermissionError(1, "Operation not permitted", ".m.new", None, "m")

    monkeypatch.setattr("fnnet.cli.evaluate.load", fail)
    assert main(["evaluate", "m"]) == 1
    assert capsys.readouterr().err == "fnnet: error: m: Operation not permitted\n"


@pytest.mark.parametrize(
    "options, model, expected",
    [
        ("", "m", ""),
        ("--checkpoint c", "m", "fnnet train --resume c"),
        ("--resume c", "m", "fnnet train --resume c"),
        ("--resume b --checkpoint c", "elsewhere/m", "fnnet train --resume c --out elsewhere/m"),
        ("--checkpoint c --data d --max-bytes 7", "m", "fnnet train --resume c --data d --max-bytes 7"),
    ],
)
def test_the_command_to_go_on_with_says_what_the_checkpoint_does_not(options: str, model: str, expected: str) -> None:
    arguments = parse(["train", *options.split()])
    files = Outputs(model, arguments.checkpoint or arguments.resume, "h")
    assert command_to_resume(arguments, files) == expected


def test_the_same_checkpoint_may_be_named_twice(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--data", str(data), "--epochs", "1", "--checkpoint", "run"]) == 0
    both = ["--resume", "run", "--checkpoint", "../" + tmp_path.name + "/run"]
    assert main(["train", "--data", str(data), "--epochs", "2", *both]) == 0
    assert load_checkpoint("run").state.epoch == 2


def test_labels_that_would_fill_the_memory_are_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with np.load(data) as arrays:
        np.savez(tmp_path / "many.npz", **{**arrays, "y_test": arrays["y_test"].astype(np.int64) + 10**6})
    arguments = ["train", "--data", str(tmp_path / "many.npz"), "--out", str(tmp_path / "m"), "--epochs", "1"]
    assert main(arguments) == 1
    message = "--data: expected labels below 262144, to have room, got 1000003"
    assert capsys.readouterr() == ("", f"fnnet: error: {message}\n")
    assert main(["train", "--data", str(data), *arguments[3:], "--max-bytes", str(4 * 4096 - 1)]) == 1
    assert "--data: expected labels below 3, to have room, got 3\n" in capsys.readouterr().err
    assert main(["train", "--data", str(data), *arguments[3:], "--max-bytes", str(4 * 4096)]) == 0
