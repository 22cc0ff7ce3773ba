"""Models as files: a round trip, and clear refusals."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from fnnet import Params, init_params, load, relu, save
from fnnet.nn.tree import astype, map_layers
from tests.strategies import Problem, problems

PARAMS = init_params((3, 4, 2), seed=0)


@given(problems())
def test_load_undoes_save(tmp_path_factory: pytest.TempPathFactory, problem: Problem[np.float32]) -> None:
    path = tmp_path_factory.mktemp("models") / "any name"
    save(problem.params, path)
    assert load(path) == problem.params
    assert load(path, np.float64) == astype(problem.params, np.float64)


def test_numpy_alone_reads_a_model(tmp_path: Path) -> None:
    save(PARAMS, tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz", allow_pickle=False) as arrays:
        assert str(arrays["format"]) == "fnnet model 1"
        assert (str(arrays["hidden"]), str(arrays["head"])) == ("sigmoid", "softmax-cross-entropy")
        assert np.array_equal(arrays["weights_1"], PARAMS.layers[1].weights)
        assert sorted(arrays.files) == [
            "bias_0",
            "bias_1",
            "format",
            "head",
            "hidden",
            "weights_0",
            "weights_1",
        ]


def test_saving_is_deterministic(tmp_path: Path) -> None:
    """The same network makes the same bytes."""
    for name in ("a", "b"):
        save(PARAMS, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


WHOLE: dict[str, object] = {
    "format": "fnnet model 1",
    "hidden": "relu",
    "head": "softmax-cross-entropy",
    "weights_0": np.ones((3, 2)),
    "bias_0": np.ones(2),
    "weights_1": np.ones((2, 2)),
    "bias_1": np.ones(2),
}


def test_files_of_numpy_load(tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", **WHOLE)  # type: ignore[arg-type]  # strings become arrays
    params = load(tmp_path / "m.npz")
    assert params.sizes == (3, 2, 2) and params.hidden == relu


@pytest.mark.parametrize(
    "change, message",
    [
        ({"format": None}, "expected an array named format, got 'hidden, head, weights_0"),
        ({"format": "fnnet model 2"}, "expected the format 'fnnet model 1', got 'fnnet model 2'$"),
        ({"format": "fnnet checkpoint 5"}, "expected the format .*; use load_checkpoint, or train --resume$"),
        (
            {"hidden": "swish"},
            r"hidden: expected one of sigmoid, tanh, .*, got 'swish'; use load\(path, activations=\[f\]\), if f ",
        ),
        (
            {"head": "nose"},
            r"head: expected one of softmax-cross-entropy, .*, got 'nose'; use load\(path, heads=\[f\]\), if f ",
        ),
        ({"bias_1": None}, "layers: expected weights_0, bias_0 and so on, got 'format, hidden, head, "),
        ({"weights_0": None, "bias_0": None}, "expected an array named weights_0, got"),
        (
            {"extra": np.ones(1)},
            "layers: expected weights_0, bias_0 and so on, got 'format, hidden, head, weights_0, bias_0, ",
        ),
        ({"weights_0": np.ones((3, 3))}, r"bias: expected shape \(3,\), got \(2,\)"),
        (
            {"weights_0": np.ones(3)},
            r"weights: expected shape \(fan_in, fan_out\), both at least 1, got \(3,\)",
        ),
        ({"weights_1": np.ones((5, 2))}, "layers: expected a layer of fan_in 2 after"),
        ({"weights_1": np.ones((2, 2), int)}, "weights_1: expected float32 or float64, got int64"),
        ({"bias_1": np.array([1, np.nan])}, "bias_1: expected finite numbers"),
        ({"bias_1": np.array([1, np.inf])}, "bias_1: expected finite numbers"),
        ({"bias_1": np.array([None])}, "'bias_1.npy': expected numbers or text, got Python objects"),
    ],
)
def test_malformed_files_are_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = tmp_path / "m.npz"
    arrays = {name: value for name, value in {**WHOLE, **change}.items() if value is not None}
    np.savez(path, **arrays)  # type: ignore[arg-type]  # strings become arrays
    with pytest.raises(ValueError, match=f"{path}: {message}") as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_hostile_function_names_are_quoted(tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", **{**WHOLE, "hidden": "\x1b[2J" + 99 * "x"})  # type: ignore[arg-type]  # as above
    with pytest.raises(ValueError, match=r"got '\\x1b\[2Jx{40,50}…; use load") as caught:
        load(tmp_path / "m.npz")
    assert str(caught.value).isprintable()


def test_what_is_not_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    with pytest.raises(ValueError, match="expected a valid npz file, got a truncated file or one of another kind"):
        load(tmp_path / "text")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "missing")


def test_dtype_is_kept(tmp_path: Path) -> None:
    """It is converted only when asked for."""
    wide: Params[np.float64] = init_params((3, 2), seed=0, dtype=np.float64)
    save(wide, tmp_path / "m")
    assert load(tmp_path / "m").dtype == np.float64
    assert load(tmp_path / "m", np.float32) == init_params((3, 2), seed=0)


def test_nonfinite_numbers_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="^params: expected finite numbers, got NaN or infinity$"):
        save(map_layers(lambda a: a + np.inf, PARAMS), tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_float32_overflow_is_refused(tmp_path: Path) -> None:
    """Numbers beyond the range of float32 are not loaded as float32."""
    large = map_layers(lambda a: a + 1e300, init_params((3, 2), seed=0, dtype=np.float64))
    save(large, tmp_path / "m")
    assert load(tmp_path / "m") == large
    with pytest.raises(ValueError, match="expected numbers within the range of float32, got larger ones"):
        load(tmp_path / "m", np.float32)
