"""Activations and heads of one's own: a file has their names, and `load` is given the functions."""

from pathlib import Path
from typing import Any, cast

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Activation, Head, Params, init_params, load, relu, save, softmax_cross_entropy, tanh
from fnnet.io import load_labels
from tests.strategies import Problem, problems

SINE = Activation("sine", lambda z: np.sin(z), lambda z, a, g: g * np.cos(z))
COSINE = Activation("sine", lambda z: np.cos(z), lambda z, a, g: -g * np.sin(z))
FALSE_RELU = attrs.evolve(SINE, name="relu")
HEAD = attrs.evolve(softmax_cross_entropy, name="mine")
PARAMS = init_params((3, 4, 2), seed=0, hidden=SINE, head=HEAD)

names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


def renamed(problem: Problem[np.float32], hidden: str, head: str) -> Params[np.float32]:
    """The network with its activation and head under other names, which makes them other values."""
    params = problem.params
    others = attrs.evolve(params.hidden, name=f"my {hidden}"), attrs.evolve(params.head, name=f"my {head}")
    return Params(params.layers, *others)


@given(problems(), names, names)
def test_load_undoes_save_of_own(
    tmp_path_factory: pytest.TempPathFactory, problem: Problem[np.float32], hidden: str, head: str
) -> None:
    path, params = tmp_path_factory.mktemp("models") / "m", renamed(problem, hidden, head)
    save(params, path)
    assert load(path, activations=[tanh, params.hidden], heads=[params.head]) == params
    for given_functions in ({"heads": [params.head]}, {"activations": [params.hidden]}):
        with pytest.raises(ValueError, match=r"expected one of .*, got .*; use load\(path, \w+=\[f\]\), if f is yours"):
            load(path, **cast(Any, given_functions))


def test_numbers_load_without_functions(tmp_path: Path) -> None:
    """NumPy reads the arrays, and the labels need no functions."""
    save(PARAMS, tmp_path / "m", labels=("a", "b"))
    assert load_labels(tmp_path / "m") == ("a", "b")
    with np.load(tmp_path / "m") as arrays:
        assert (str(arrays["hidden"]), str(arrays["head"])) == ("sine", "mine")


def test_the_given_function_is_used(tmp_path: Path) -> None:
    """Only the name is in the file: another function of that name takes its place."""
    save(PARAMS, tmp_path / "m")
    assert load(tmp_path / "m", activations=[COSINE], heads=[HEAD]).hidden == COSINE


def test_equal_functions_may_come_twice(tmp_path: Path) -> None:
    save(PARAMS, tmp_path / "m")
    assert load(tmp_path / "m", activations=(f for f in [SINE, relu, SINE]), heads=[HEAD, HEAD]) == PARAMS


@pytest.mark.parametrize(
    "functions, message",
    [
        (
            {"activations": [SINE, COSINE]},
            "activations: expected a name of its own .*, got two functions named 'sine'; use",
        ),
        (
            {"activations": [FALSE_RELU]},
            "activations: expected a name of its own .*, got two functions named 'relu'; use",
        ),
        (
            {"heads": [attrs.evolve(HEAD, name="softmax-squared-error")]},
            "heads: .* named 'softmax-squared-error'; use ",
        ),
    ],
)
def test_shared_names_are_refused(functions: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        load(tmp_path / "is not read", **functions)


@pytest.mark.parametrize(
    "functions, message",
    [
        ({"activations": SINE}, "activations: expected a list of Activation, got Activation; use [f]"),
        ({"heads": HEAD}, "heads: expected a list of Head, got Head; use [f]"),
        ({"activations": "sine"}, "activations: expected a list of Activation, got str"),
        ({"activations": [HEAD]}, "activations: expected Activation, got Head"),
        ({"heads": [np.sin]}, "heads: expected Head, got ufunc"),
    ],
)
def test_other_things_are_no_functions(functions: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(TypeError) as caught:
        load(tmp_path / "is not read", **functions)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "change, message",
    [
        (
            {"hidden": FALSE_RELU},
            "params: expected a name of its own for each function, got two functions named 'relu'; ",
        ),
        (
            {"head": attrs.evolve(HEAD, name="logistic-cross-entropy")},
            "params: .*, got two .* 'logistic-cross-entropy'; ",
        ),
    ],
)
def test_misleading_names_are_not_saved(change: dict[str, Activation | Head], message: str, tmp_path: Path) -> None:
    """They would be read as another function, or not be found."""
    with pytest.raises(ValueError, match=f"^{message}"):
        save(attrs.evolve(PARAMS, **cast(Any, change)), tmp_path / "m")
    assert list(tmp_path.iterdir()) == []
