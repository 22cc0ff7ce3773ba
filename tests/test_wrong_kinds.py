"""Every argument of every public function given something else: one line that names the argument, or an answer."""

from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import Dataset, plots, recipes
from tests.calls import CALLS, DATA, FUNCTIONS, PARAMS, TRAINED, write_files

SQUARE = Dataset(np.ones((3, 4), np.float32), np.array([0, 1, 2]))
RECIPE = attrs.evolve(recipes.FAST, epochs=1, widths=(5,))
PLOTS: dict[str, tuple[object, ...]] = {
    "plot_confusion": (PARAMS, SQUARE),
    "plot_curves": ([recipes.Row(1, 0.5, 0.4, 0.8, 0.5, 0.7)],),
    "plot_errors": (PARAMS, SQUARE),
    "plot_reliability": (PARAMS, SQUARE),
    "plot_saliency": (PARAMS, SQUARE),
    "plot_weights": (PARAMS,),
}
RUNS: dict[str, tuple[object, ...]] = {
    "adapted": (RECIPE,),
    "initial_params": (RECIPE, 4, 3, 0),
    "initial_state": (RECIPE, 4, 3, 0),
    "settled": (RECIPE,),
    "sweep": (RECIPE, {"epochs": [1]}, lambda: (DATA, DATA)),
    "train": (RECIPE, PARAMS, DATA, 0),
}
ALL: dict[str, tuple[Callable[..., object], tuple[object, ...], dict[str, object]]] = {
    **{name: (FUNCTIONS[name], *call) for name, call in CALLS.items()},
    **{name: (getattr(plots, name), args, {}) for name, args in PLOTS.items()},
    **{f"recipes.{name}": (getattr(recipes, name), args, {}) for name, args in RUNS.items()},
}

KINDS: dict[str, object] = {
    "text": "abc",
    "none": None,
    "number": 3,
    "array": np.ones((6, 4), np.float32),
    "array of rank 0": np.array(3.5),
    "list of networks": [PARAMS],
    "state": TRAINED,
    "data": DATA,
    "network": PARAMS,
}

NAMED = (str, int, float, tuple, type(None), type(map))
"""Types of defaults in whose place other kinds are tried, too."""

# Where another kind is taken, too, or, as the step, is handed on to another function that is not given.
TAKEN = {
    "array of rank 0 as factor of scale",
    "array of rank 0 as lr of sgd_step",
    "list of networks as teacher of distilled",
    "network as a of add",
    "network as b of dot",
    "network as b of subtract",
    "network as record of norm",
    "none as dparams of jvp",
    "none as dtype of load",
    "none as dx of jvp",
    "none as initializer of init_params",
    "none as path of load_data",
    "none as patience of best",
    "none as weights of average",
    *(f"{kind} as step of adversarial_gradient" for kind in KINDS if kind != "number"),
}


def others(value: object) -> Iterator[tuple[str, object]]:
    """What is of another kind than the value; in place of what is true or false, Python takes anything."""
    for name, other in KINDS.items():
        numbers = isinstance(value, (int, float)) and isinstance(other, (int, float))
        if type(other) is not type(value) and not numbers and not isinstance(value, bool):
            yield name, other


def outcome(function: Callable[..., Any], args: Sequence[object], options: dict[str, object]) -> str:
    """What came of a call: "taken", "" for an error in one line of ours, or the error."""
    try:
        result = function(*args, **options)
        if isinstance(result, Iterator):
            next(result, None)
    except OSError:  # there is no such file
        return ""
    except (TypeError, ValueError) as error:
        is_ours = ": expected " in str(error) and "\n" not in str(error)
        return "" if is_ours else repr(error)
    except Exception as error:
        return repr(error)
    return "taken"


@pytest.mark.parametrize("name", ALL)
def test_wrong_kinds_are_explained(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_files()
    function, args, options = ALL[name]
    parameters = signature(function).parameters
    names = [*parameters][: len(args)]
    rest = [each for each in parameters.values() if each.name not in names and each.default is not each.empty]
    named = {each.name: each.default for each in rest if isinstance(each.default, NAMED)}
    for place, value in [*zip(names, args), *(named | options).items()]:
        for kind, other in others(value):
            what = f"{kind} as {place} of {name}"
            given = [other if parameter == place else arg for parameter, arg in zip(names, args)]
            found = outcome(function, given, options if place in names else {**options, place: other})
            assert found == ("taken" if what in TAKEN else ""), what


def test_what_is_taken_is_tried() -> None:
    """No exception is for a call that is not made."""
    tried = {
        f"{kind} as {place} of {name}"
        for name, (function, args, options) in ALL.items()
        for place, value in [*zip(signature(function).parameters, args), *options.items()]
        for kind, _ in others(value)
    }
    assert TAKEN <= tried, TAKEN - tried
