"""The benchmark itself, without a clock or a peer: what it compares, in what order, what it prints."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fnnet import Params, init_params, load_mnist, predict_proba, sgd_fold
from fnnet.data.dataset import order
from fnnet.data.loaders import load_npz
from fnnet.nn.initializers import lecun_normal
from fnnet.nn.tree import scale
from fnnet.recipes.recipe import CLASSIC
from tests.bench import environment, launch, optimizers, options, table, whole
from tests.bench.agreement import check_probabilities, check_weights
from tests.bench.cases import CASES, TrainingCase
from tests.bench.contender import Contender, Images, Problem
from tests.bench.contenders import LOADERS, OURS, PLAIN, assemble
from tests.bench.growth import DEPTH, WIDTH, Growth
from tests.bench.jobs import recipe
from tests.bench.measure import Measurement
from tests.bench.timing import Times, Work, interleaved, work


def _problem(batch_size: int) -> Problem:
    rng = np.random.default_rng(0)
    x, y = rng.random((24, 7), np.float32), rng.integers(0, 3, 24)
    return Problem(init_params((7, 6, 5, 3), seed=0), x, y, 0.5, batch_size)


def _ours() -> tuple[Contender, Contender]:
    field = assemble({name: LOADERS[name] for name in (OURS, PLAIN)}, threads=1)
    return field.present[OURS], field.present[PLAIN]


@pytest.mark.parametrize("batch_size", [1, 2, 8])
def test_the_fold_and_its_definition_agree(batch_size: int) -> None:
    problem = _problem(batch_size)
    trained: dict[str, Params[np.float32]] = {}
    for contender in _ours():
        assert contender.training is not None
        trained[contender.name] = contender.training(problem).result()
    differences = check_weights(problem.params, trained[PLAIN], trained)
    assert differences[PLAIN] == 0


def test_other_arithmetic_is_found_out() -> None:
    problem = _problem(1)
    goal = sgd_fold(problem.params, problem.x, problem.y, problem.lr)
    for wrong in (
        sgd_fold(problem.params, problem.x, problem.y, problem.lr * 1.001),
        sgd_fold(problem.params, problem.x, problem.y, problem.lr, batch_size=2),
        sgd_fold(problem.params, problem.x[::-1], problem.y[::-1], problem.lr),
        scale(goal, float("nan")),
    ):
        with pytest.raises(AssertionError, match="other results than the reference.*peer"):
            check_weights(problem.params, goal, {"peer": wrong})
    p = predict_proba(goal, problem.x)
    with pytest.raises(AssertionError, match="peer"):
        check_probabilities(p, {"peer": p + np.float32(1e-4)})


@pytest.mark.parametrize("size", [1, 24])
def test_inference_gives_the_probabilities_of_all_images(size: int) -> None:
    problem = _problem(1)
    inference = _ours()[0].inference
    assert inference is not None
    output = inference(Images(problem.params, problem.x, size)).result()
    check_probabilities(predict_proba(problem.params, problem.x), {"fnnet": output})


def test_a_round_gives_every_contender_its_turn() -> None:
    calls: list[str] = []

    def fake(name: str) -> Work[str]:
        def seconds() -> float:
            calls.append(name)
            return float(len(calls))

        return Work(lambda: name, seconds)

    times = interleaved({name: fake(name) for name in "abc"}, repeats=3)
    assert calls == list("abcabcabc")
    assert times == {"a": Times((1, 4, 7)), "b": Times((2, 5, 8)), "c": Times((3, 6, 9))}
    assert (times["a"].median, times["a"].best) == (4, 1)


def test_each_run_begins_at_the_start() -> None:
    log: list[str] = []

    def told(text: str, value: int) -> int:
        log.append(text)
        return value

    counted = work(
        start=lambda: told("start", 0),
        run=lambda state: told("run", state + 1),
        read=lambda state: told("read", state),
    )
    assert [counted.result(), counted.result()] == [1, 1]
    counted.seconds()
    assert log == ["start", "run", "read"] * 2 + ["start", "run"]


def _absent(package: str) -> Callable[[int], Contender]:
    def load(threads: int) -> Contender:
        raise ImportError(package)

    return load


def test_missing_peers_are_named() -> None:
    field = assemble({OURS: LOADERS[OURS], "JAX": _absent("jax"), "Keras": _absent("keras")}, threads=1)
    assert list(field.present) == [OURS]
    assert field.notice == "Not installed, so not compared: JAX, Keras (pip install -e '.[peers]')."
    assert assemble({OURS: LOADERS[OURS]}, threads=1).notice == ""


def _measurement(title: str, targets: dict[str, float], **seconds: float) -> Measurement:
    times = {name: Times((s, s * 3, s * 2)) for name, s in seconds.items()}
    return Measurement(title, 1000, times, targets, dict.fromkeys(seconds, 0.0) | {"JAX": 2e-6})


def test_the_tables_of_cases() -> None:
    found = [
        _measurement("one sample", {"JAX": 0.8}, fnnet=0.01, JAX=0.0085, Torch=0.0815),
        _measurement("one image", {}, fnnet=0.002, Torch=0.003, ONNX=0.0018),
    ]
    assert table.ratios(found) == (
        "| peer's time / ours (target) | fnnet | JAX | Torch | ONNX |\n"
        "|---|---:|---:|---:|---:|\n"
        "| one sample | 20.0 µs | 0.85 (0.8) | 8.15 | – |\n"
        "| one image | 4.00 µs | – | 1.50 | 0.90 |"
    )
    assert table.times(found) == (
        "| µs a sample, median / best | fnnet | JAX | Torch | ONNX |\n"
        "|---|---:|---:|---:|---:|\n"
        "| one sample | 20.0 / 10.0 | 17.0 / 8.50 | 163 / 81.5 | – |\n"
        "| one image | 4.00 / 2.00 | – | 6.00 / 3.00 | 3.60 / 1.80 |"
    )
    assert table.agreement(found) == (
        "All reach the same weights, to 0.0001 of the distance moved, and the same probabilities, to 1e-05; "
        "the farthest is JAX, by 2e-06."
    )


def test_the_table_of_processes() -> None:
    outcomes = {
        OURS: [whole.Outcome(9.0, 300.0, 0.978), whole.Outcome(11.0, 301.0, 0.978)],
        "JAX": [whole.Outcome(12.5, 820.4, 0.9781)],
    }
    assert table.whole(outcomes, {"JAX": 0.9}) == (
        "| process | runs | s, median / best | ratio (target) | peak MiB | test accuracy |\n"
        "|---|---:|---:|---:|---:|---:|\n"
        "| fnnet | 2 | 10.0 / 9.00 | 1.00 | 301 | 97.80% |\n"
        "| JAX | 1 | 12.5 / 12.5 | 1.25 (0.9) | 820 | 97.81% |"
    )


def test_the_table_of_optimizers() -> None:
    header, rule, *rows = optimizers.cost(load_mnist(), 1, batch_sizes=(32, 64), samples=256).splitlines()
    assert header == "| images a step | plain, µs an image | momentum | adam | adamw | adam, averaged |"
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    assert [row[0] for row in cells] == ["32", "64"] and all(float(cell) > 0 for row in cells for cell in row)


def test_the_table_of_growth() -> None:
    kind = Growth("width", (64, 256), ())
    found = [_measurement("", {}, fnnet=0.02, JAX=0.01), _measurement("", {}, fnnet=0.05, JAX=0.1)]
    assert table.growth(kind, found) == (
        "| width | fnnet, µs | JAX, µs | JAX / ours |\n"
        "|---|---:|---:|---:|\n"
        "| 64 | 40.0 | 20.0 | 0.50 |\n"
        "| 256 | 100 | 200 | 2.00 |\n"
        "\n"
        "JAX is faster than fnnet at the smallest width; they cross near 128."
    )


def test_every_case_cuts_the_data_into_whole_batches() -> None:
    cases = [case for case in (*CASES, *WIDTH.cases, *DEPTH.cases) if isinstance(case, TrainingCase)]
    assert all(0 < case.samples <= 60_000 and case.samples % case.batch_size == 0 for case in cases)
    names = [case.name for case in (*CASES, *WIDTH.cases, *DEPTH.cases)]
    assert len(set(names)) == len(names)


def test_the_programs_of_the_peers_follow_our_recipe(tmp_path: Path) -> None:
    params = init_params(recipe.SIZES, seed=recipe.SEED, initializer=lecun_normal)
    for (weights, bias), layer in zip(recipe.first_weights(), params.layers, strict=True):
        assert np.array_equal(weights, layer.weights) and np.array_equal(bias, layer.bias)
    assert recipe.SIZES[1:-1] == CLASSIC.widths and params.hidden.name == CLASSIC.hidden
    assert CLASSIC.init == lecun_normal.name and CLASSIC.batch_size == 1
    for epoch in range(3):
        assert np.array_equal(recipe.order(50, epoch), order(50, recipe.SEED, epoch))
        assert recipe.rate(epoch) == CLASSIC.lr * CLASSIC.decay**epoch

    images, labels = np.arange(24, dtype=np.uint8).reshape(6, 2, 2), np.arange(6, dtype=np.uint8)
    np.savez(tmp_path / "d.npz", x_train=images, y_train=labels, x_test=images[1:], y_test=labels[1:])
    ours, theirs = load_npz(tmp_path / "d.npz"), recipe.load(str(tmp_path / "d.npz"))
    assert all(np.array_equal(data.x, x) for data, x in zip(ours, theirs[::2], strict=True))
    assert all(np.array_equal(data.y, y) for data, y in zip(ours, theirs[1::2], strict=True))
    assert [array.dtype for array in theirs] == [np.float32, np.int64] * 2


def test_a_process_is_launched_and_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "output"
    command = [sys.executable, "-c", "print('Epoch: 1, Accuracy: 97.50%'); raise SystemExit(3)"]
    assert launch.main(str(output), command) == 3
    seconds, peak = map(float, capsys.readouterr().out.split())
    assert seconds > 0 and peak > 0
    assert whole.last_accuracy(output.read_text()) == 0.975


def test_options(capsys: pytest.CaptureFixture[str]) -> None:
    found = options.parse(["--cases", "one", "--peers", "JAX", "--growth", "--out", "bench.md"])
    assert found.cases == ("one",) and found.peers == ("JAX",) and found.growth
    assert found.out == Path("bench.md") and found.threads == 1
    for wrong in (["--cases", "none-such"], ["--repeats", "0"], ["--peers", "fnnet"]):
        with pytest.raises(SystemExit, match="2"):
            options.parse(wrong)
    assert "expected one-sample-128, one-sample-300" in capsys.readouterr().err


def test_more_threads_than_processors_are_refused() -> None:
    with pytest.raises(ValueError, match="threads: expected up to 2, the processors there are, got 3"):
        environment.processors([0, 1], 3)
