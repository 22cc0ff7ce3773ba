"""Checkpoints: a resumed run gives the same bits, and malformed files are refused."""

import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, Grads, TrainState, fit, recipes, sgd_step
from fnnet.data.augment import Warp
from fnnet.io.encoding import encode_layers
from fnnet.nn.tree import map_layers
from fnnet.optim.optimizer import State
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.optim.pure import pure
from fnnet.optim.wrappers import ema
from fnnet.recipes.checkpoint import Checkpoint, digest, load_checkpoint, save_checkpoint
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.row import Row, decode_row
from fnnet.recipes.run import initial_params, initial_state
from fnnet.recipes.suitable import settled

RNG = np.random.default_rng(0)
DATA = Dataset(RNG.random((30, 9), np.float32), RNG.integers(0, 3, 30))

any_recipe = st.builds(
    Recipe,
    widths=st.lists(st.integers(1, 4), max_size=2),
    hidden=st.sampled_from(["relu", "sigmoid"]),
    epochs=st.just(3),
    batch_size=st.sampled_from([1, 7, 30]),
    optimizer=st.sampled_from(sorted(OPTIMIZERS)),
    lr=st.sampled_from([0.0, 0.01]),
    schedule=st.sampled_from(["exponential", "cosine"]),
    warp=st.sampled_from([Warp(), Warp(shift=1, elastic=3)]),
    l2=st.sampled_from([0.0, 0.1]),
    dropout=st.sampled_from([0.0, 0.5]),
    adversary=st.sampled_from([0.0, 0.1]),
    average=st.sampled_from([0.0, 0.9]),
)


def run(recipe: Recipe, seed: int) -> list[Checkpoint]:
    """The checkpoints of a run: one before the first epoch, and one after each."""
    start = initial_state(recipe, 9, 3, seed)
    epochs = [start, *recipes.train(recipe, start.params, DATA, seed)]
    rows = [Row(epoch.epoch, 0.5, None, 0.5, 1 / epoch.epoch, 1) for epoch in epochs[1:]]
    return [Checkpoint(recipe, seed, len(DATA), digest(DATA), at, tuple(rows[: at.epoch])) for at in epochs]


@given(any_recipe, st.integers(0, 2**70), st.integers(0, 3))
def test_resumed_runs_give_the_same_bits(
    tmp_path_factory: pytest.TempPathFactory, recipe: Recipe, seed: int, done: int
) -> None:
    path = tmp_path_factory.mktemp("run") / "checkpoint"
    whole = run(recipe, seed)
    save_checkpoint(whole[done], path)
    read = load_checkpoint(path)
    assert read == whole[done]
    rest = recipes.train(read.recipe, read.state, DATA, read.seed)
    assert list(rest) == [checkpoint.state for checkpoint in whole[done + 1 :]]


ROW = {
    "epoch": 2,
    "seconds": 1.5,
    "train_loss": 0.5,
    "train_accuracy": 1.0,
    "test_loss": None,
    "test_accuracy": 0.25,
}
JUDGED = ROW | {"validation_loss": 0.5, "validation_accuracy": 0.75}
RECIPE = Recipe(widths=[4], optimizer="adam", epochs=2, batch_size=8)
LAST = attrs.evolve(run(RECIPE, 5)[-1], history=(decode_row(ROW),), model="m.npz")
BEST_ARRAYS = encode_layers(LAST.state.params.layers, "best_")
NARROW = encode_layers(initial_params(RECIPE, 8, 3, 0).layers, "best_")
ABOUT = {
    "seed": 5,
    "samples": 30,
    "digest": digest(DATA),
    "validation": 0.0,
    "patience": None,
    "epochs": 2,
    "history": [ROW],
    "model": "m.npz",
    "optimizer": "adam",
    "steps": 8,
    "average": None,
    "slots": [True, True],
}


def test_numpy_alone_reads_a_checkpoint(tmp_path: Path) -> None:
    save_checkpoint(LAST, tmp_path / "c")
    with np.load(tmp_path / "c", allow_pickle=False) as arrays:
        assert str(arrays["format"]) == "fnnet checkpoint 5"
        about = json.loads(str(arrays["about"]))
        assert about.pop("recipe")["widths"] == [4]
        assert about == ABOUT
        assert len(arrays.files) == 2 + 4 * 3
        assert np.array_equal(arrays["weights_1"], LAST.state.params.layers[1].weights)
        assert np.array_equal(arrays["slot_1_bias_0"], LAST.state.opt_state.layered[1].layers[0].bias)


def test_numpy_settings_are_kept(tmp_path: Path) -> None:
    recipe = attrs.evolve(RECIPE, epochs=np.int64(2), lr=np.float64(0.1))  # type: ignore[arg-type]  # an integer
    save_checkpoint(attrs.evolve(LAST, recipe=recipe), tmp_path / "c")
    assert load_checkpoint(tmp_path / "c").recipe == settled(recipe)


def test_other_data_has_another_digest() -> None:
    y = DATA.y.copy()
    y[0] += 1
    x = DATA.x.copy()
    x[3, 3] += 1
    halves = Dataset(DATA.x.reshape(15, 18), DATA.y[:15])
    weighted = [Dataset(DATA.x, DATA.y, np.full(30, weight)) for weight in (1, 2)]
    others = [Dataset(x, DATA.y), Dataset(DATA.x, y), halves, DATA[:29], *weighted]
    digests = {digest(data) for data in [DATA, *others]}
    assert len(digests) == 7
    assert digest(Dataset(DATA.x.copy(), DATA.y.copy())) == digest(DATA)


def altered(path: Path, about: dict[str, Any], recipe: dict[str, Any], arrays: dict[str, Any]) -> None:
    """Write a checkpoint with these fields in place of its own; None removes a field."""
    save_checkpoint(LAST, path)
    with np.load(path) as file:
        content: dict[str, Any] = dict(file)
    fields = json.loads(str(content["about"]))
    fields["recipe"] = {k: v for k, v in {**fields["recipe"], **recipe}.items() if v is not None}
    fields |= about
    content |= {"about": np.array(json.dumps(fields)), **arrays}
    with path.open("wb") as out:
        np.savez(out, allow_pickle=True, **{k: v for k, v in content.items() if v is not None})


@pytest.mark.parametrize(
    "about, recipe, arrays, message",
    [
        ({}, {}, {"format": np.array("fnnet checkpoint 4")}, "expected the format 'fnnet checkpoint 5', got"),
        (
            {},
            {},
            {"format": np.array("fnnet model 1")},
            "expected the format .*; use load, or evaluate, predict and plot$",
        ),
        ({}, {}, {"about": np.array("{")}, "Expecting property name"),
        ({}, {}, {"about": np.array("[" * 100_000)}, "."),
        ({}, {}, {"about": np.array("7")}, "about: expected the fields recipe, seed, .*, got 7"),
        ({}, {}, {"about": None}, "expected an array named about, got"),
        ({"extra": 1}, {}, {}, r"about: expected the fields recipe, .*, got \['average', .*'extra'"),
        ({"seed": -1}, {}, {}, "seed: expected an integer of at least 0, got -1"),
        ({"seed": 1.5}, {}, {}, "seed: expected an integer of at least 0, got 1.5"),
        ({"samples": 0}, {}, {}, "samples: expected an integer of at least 1, got 0"),
        ({"digest": 7}, {}, {}, "digest: expected str, got 7"),
        ({"epochs": None}, {}, {}, "epochs: expected an integer of at least 0, got None"),
        ({"steps": -1}, {}, {}, "steps: expected an integer of at least 0, got -1"),
        ({"steps": None}, {}, {}, "steps: expected an integer of at least 0, got None"),
        ({"history": 3}, {}, {}, "history: expected a list, got 3"),
        ({"history": [3]}, {}, {}, "expected a JSON object of the numbers epoch, "),
        ({"history": [ROW, ROW]}, {}, {}, "history: expected epochs that increase, got 2 after 2"),
        ({"history": [ROW | {"epoch": 3}]}, {}, {}, "history: expected no epoch after the last that is done, 2, got 3"),
        ({"history": [ROW | {"seconds": -1}]}, {}, {}, "seconds: expected a finite number of at least 0, got -1"),
        ({"validation": 1}, {}, {}, "validation: expected a number of at least 0 and less than 1, got 1"),
        ({"patience": 3}, {}, {}, "patience: expected None without validation, got 3"),
        ({"validation": 0.1, "patience": 0}, {}, {}, "patience: expected an integer of at least 1, got 0"),
        ({"validation": 0.1}, {}, {}, "history: expected an epoch with a validation score, got none"),
        ({"validation": 0.1, "history": [JUDGED]}, {}, {}, "best: expected Params, got NoneType"),
        ({}, {}, BEST_ARRAYS, "best: expected None without validation or before the first epoch, got Params"),
        ({"validation": 0.1, "history": [JUDGED]}, {}, NARROW, "best: expected weights .*, as the parameters, got"),
        ({"validation": 0.1}, {}, {"best_x": np.ones(1)}, "expected an array named best_weights_0, got 'best_x'"),
        ({}, {}, BEST_ARRAYS | {"best_x": np.ones(1)}, "arrays: expected the 4 of the best epoch, got 5"),
        ({"model": 7}, {}, {}, "model: expected a file name without a folder, got 7"),
        ({"model": "../m"}, {}, {}, "model: expected a file name without a folder, got '../m'"),
        ({"model": "/m"}, {}, {}, "model: expected a file name without a folder, got '/m'"),
        ({"model": "."}, {}, {}, "model: expected a file name without a folder, got '.'"),
        ({"model": "m\n\x1b[31m"}, {}, {}, r"model: expected a file name without a folder, got 'm\\n\\x1b"),
        ({"model": "m\0"}, {}, {}, "model: expected a file name without a folder, got"),
        ({"model": "m/"}, {}, {}, "model: expected a file name without a folder, got 'm/'"),
        ({"slots": 2}, {}, {}, "slots: expected a list, got 2"),
        ({"slots": [True, 1]}, {}, {}, r"slots: expected true or false for each, got \[True, 1\]"),
        (
            {"slots": [True]},
            {},
            {},
            "arrays: expected the 8 of the parameters and of 1 slots, got 'slot_1_bias_0', too",
        ),
        ({"slots": [True] * 3}, {}, {}, "arrays: expected the 16 of the parameters and of 3 slots, got no slot_2_bias"),
        ({"slots": [True, False]}, {}, {}, "arrays: expected the 9 of the parameters and of 2 slots, got no slot_1"),
        ({"average": 2}, {}, {}, "average: expected an integer from 0 to 1, got 2"),
        ({"average": True}, {}, {}, "average: expected an integer of at least 0, got True"),
        (
            {"average": 0, "slots": [False]},
            {},
            {"slot_0": np.ones(2)},
            "average: expected a slot in the shapes of the parameters, got 0",
        ),
        ({"optimizer": 3}, {}, {}, "optimizer: expected the name of a kind of optimizer, got 3"),
        ({"optimizer": "a\n"}, {}, {}, r"optimizer: expected the name of a kind of optimizer, got 'a\\n'"),
        ({"optimizer": "a" * 99}, {}, {}, "optimizer: expected the name of a kind of optimizer, got 'aaa"),
        ({}, {"widths": [5]}, {}, r"weights: expected float32 and hidden widths \(5,\), as in the recipe, got Params"),
        ({}, {"widths": []}, {}, "arrays: expected the 6 of the parameters and of 2 slots, got 'bias_1', too"),
        ({}, {"widths": 4}, {}, "widths: expected a list, got 4"),
        ({}, {"widths": [0]}, {}, "widths: expected an integer of at least 1, got 0"),
        ({}, {"widths": "44"}, {}, "widths: expected a list, got '44'"),
        ({}, {"hidden": "swish"}, {}, "hidden: expected one of sigmoid, .*, got 'swish'"),
        ({}, {"hidden": []}, {}, r"hidden: expected one of sigmoid, .*, got \[\]"),
        ({}, {"head": "nose"}, {}, "head: expected one of"),
        ({}, {"optimizer": "prayer"}, {}, "optimizer: expected one of"),
        ({}, {"schedule": "none"}, {}, "schedule: expected one of exponential, cosine, got 'none'"),
        ({}, {"init": "zero"}, {}, "init: expected one of"),
        ({}, {"lr": float("nan")}, {}, "lr: expected a finite number of at least 0, got nan"),
        ({}, {"lr": float("inf")}, {}, "lr: expected a finite number of at least 0, got inf"),
        ({}, {"lr": 10**400}, {}, "lr: expected a finite number of at least 0, got 1000"),
        ({}, {"lr": "fast"}, {}, "lr: expected a number, got 'fast'"),
        ({}, {"dropout": 1}, {}, "dropout: expected a number of at least 0 and less than 1, got 1"),
        ({}, {"lr": None}, {}, "recipe: expected the fields widths, .*, got"),
        ({}, {"warp": {"shift": 1}}, {}, "warp: expected the fields shift, .*, got"),
        ({}, {"warp": 3}, {}, "warp: expected the fields shift, .*, got 3"),
        ({}, {}, {"weights_0": None}, "arrays: expected the 12 of the parameters and of 2 slots, got no weights_0"),
        ({}, {}, {"weights_0": None, "extra": np.ones(1)}, "arrays: expected .*, got no weights_0"),
        ({}, {}, {"extra": np.ones(1)}, "arrays: expected the 12 .*, got 'extra', too"),
        ({}, {}, {"weights_0": np.ones((9, 5), np.float32)}, r"bias: expected shape \(5,\), got \(4,\)"),
        ({}, {}, {"bias_1": np.full(3, np.nan, np.float32)}, "bias_1: expected finite numbers"),
        ({}, {}, {"slot_0_bias_1": np.full(3, np.inf, np.float32)}, "slot_0_bias_1: expected finite numbers"),
        ({}, {}, {"slot_1_weights_0": np.ones((8, 4), np.float32)}, "grads: expected weights"),
        (
            {},
            {},
            {"weights_0": np.array([None])},
            "'weights_0.npy': expected numbers or text, got Python objects",
        ),
    ],
)
def test_malformed_files_are_refused(
    tmp_path: Path, about: dict[str, Any], recipe: dict[str, Any], arrays: dict[str, Any], message: str
) -> None:
    path = tmp_path / "c"
    altered(path, about, recipe, arrays)
    with pytest.raises(ValueError, match=f"{path}: {message}") as caught:
        load_checkpoint(path)
    assert "\n" not in str(caught.value)


def test_float64_is_refused(tmp_path: Path) -> None:
    save_checkpoint(LAST, tmp_path / "c")
    with np.load(tmp_path / "c") as file:
        wide = {k: v.astype(np.float64) if v.dtype == np.float32 else v for k, v in file.items()}
    np.savez(tmp_path / "wide.npz", **wide)
    with pytest.raises(ValueError, match="weights: expected float32"):
        load_checkpoint(tmp_path / "wide.npz")


def test_nonfinite_numbers_are_not_saved(tmp_path: Path) -> None:
    params, state = LAST.state.params, LAST.state.opt_state
    broken = map_layers(lambda a: a + np.inf, params)
    slots = (state.layered[0], Grads(broken.layers))
    for epoch in (TrainState(2, broken, state), TrainState(2, params, State(8, slots))):
        with pytest.raises(ValueError, match="^checkpoint: expected finite numbers, got NaN or infinity$"):
            save_checkpoint(attrs.evolve(LAST, state=epoch), tmp_path / "c")
    assert list(tmp_path.iterdir()) == []


def test_the_limit_can_be_changed(tmp_path: Path) -> None:
    save_checkpoint(LAST, tmp_path / "c")
    with pytest.raises(ValueError, match="expected at most 100 bytes, which is the limit, got"):
        load_checkpoint(tmp_path / "c", limit=100)
    assert load_checkpoint(tmp_path / "c", limit=1 << 40) == LAST


def counted(params: Any, grads: Any, slots: Any) -> Any:
    """Descent with a counter of its own and a key, which remembers the last gradient."""
    _, count, key = slots
    return sgd_step(params, grads, 0.1 / (1 + count)), (grads, count + 1, key + np.uint32(1))


def test_states_of_own_optimizers_are_kept(tmp_path: Path) -> None:
    """With a counter and a key: the run that is resumed from the file goes on to the same bits."""
    optimizer = ema(pure("counted", lambda p: (Grads(p.layers), 0, np.zeros(2, np.uint32)), counted), 0.9)
    first, *rest = fit(initial_params(RECIPE, 9, 3, 0), DATA, epochs=3, optimizer=optimizer, batch_size=4)
    save_checkpoint(Checkpoint(RECIPE, 0, len(DATA), digest(DATA), first), tmp_path / "c")
    read = load_checkpoint(tmp_path / "c").state
    assert read == first and read.opt_state.average == 3
    assert list(fit(read, DATA, epochs=3, optimizer=optimizer, batch_size=4)) == rest


def test_a_state_for_another_recipe(tmp_path: Path) -> None:
    """A file may name any kind of optimizer: the recipe's refuses it, or slots that are not its own."""
    slots = [f"slot_1_{name}_{l}" for name in ("weights", "bias") for l in (0, 1)]
    for about, arrays, message in (
        ({"optimizer": "momentum"}, {}, "state: expected that of adam, got that of momentum"),
        ({"slots": [True]}, dict.fromkeys(slots), "start: expected the slots of adam, layers, layers, got layers"),
    ):
        altered(tmp_path / "c", about, {}, arrays)
        read = load_checkpoint(tmp_path / "c")
        with pytest.raises(ValueError, match=f"^{message}$"):
            recipes.train(read.recipe, read.state, DATA, read.seed)


def test_weights_are_in_the_digest() -> None:
    weights = np.ones(len(DATA), np.float32)
    digests = {digest(Dataset(DATA.x, DATA.y, w)) for w in (None, weights, 2 * weights)}
    assert len(digests) == 3


def test_digest_separates_x_from_y() -> None:
    """The same bytes, divided differently into inputs and targets, have another digest."""
    numbers = np.arange(8, dtype=np.float32)
    one = Dataset(numbers[:6].reshape(2, 3), numbers[6:].reshape(2, 1))
    other = Dataset(numbers[:2].reshape(2, 1), numbers[2:].reshape(2, 3))
    assert digest(one) != digest(other)
