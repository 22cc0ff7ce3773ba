"""Where `fnnet train` starts: at a new run with the settings of the command line, or at a checkpoint."""

from argparse import Namespace
from itertools import pairwise
from math import isqrt

import attrs
import numpy as np

from fnnet.cli.teacher import Teachers, data_digest
from fnnet.core.messages import shown
from fnnet.data.augment import Warp
from fnnet.data.dataset import Dataset
from fnnet.data.subsets import split
from fnnet.io.limit import LIMIT
from fnnet.nn.initializers import init_params
from fnnet.recipes.checkpoint import Checkpoint, load_checkpoint
from fnnet.recipes.recipe import RECIPES, Recipe
from fnnet.recipes.run import initial_state, optimizer_of
from fnnet.recipes.suitable import adapted, settled

_SETTINGS = (
    "recipe",
    "sizes",
    "limit",
    "seed",
    "validation",
    *(field.name for field in (*attrs.fields(Recipe), *attrs.fields(Warp))),
)
"""The arguments that determine a run: a checkpoint has its own."""
_CLASS_BYTES = 4 * 1024  # that each class takes while outputs are computed


def new_run(
    arguments: Namespace,
    train: Dataset[np.float32],
    test: Dataset[np.float32],
    teachers: Teachers,
) -> Checkpoint:
    """The start of a new run.

    Raises:
        ValueError: the widths do not match the data, or its classes would need more memory than `--max-bytes`.
    """
    recipe, seed, share = _recipe(arguments), arguments.seed or 0, arguments.validation or 0.0
    features, classes = train.x.shape[1], max(part.outputs for part in (train, test))
    most = arguments.max_bytes // _CLASS_BYTES
    if classes > most:
        raise ValueError(f"--data: expected labels below {most}, for the limit of --max-bytes, got {classes - 1}")
    sizes: tuple[int, ...] = arguments.sizes or (features, *recipe.widths, classes)
    _check_ends(sizes, features, classes)
    recipe = attrs.evolve(recipe, widths=sizes[1:-1])
    _check_warp(arguments, recipe, features)
    _check_size(recipe, sizes, bool(arguments.checkpoint), bool(share))
    samples = first(train, arguments.limit or len(train))
    state = initial_state(recipe, sizes[0], sizes[-1], seed)
    return Checkpoint(
        recipe,
        seed,
        len(samples),
        data_digest(samples, teachers) if arguments.checkpoint else "",
        state,
        validation=share,
        patience=_patience(arguments, share),
    )


def _patience(arguments: Namespace, validation: float) -> int | None:
    """The patience; raise ValueError if there is nothing to judge the epochs by."""
    patience: int | None = arguments.patience
    if patience and not validation:
        raise ValueError("--patience: expected samples to judge the epochs by, got none; use --validation 0.1")
    return patience


def _check_ends(sizes: tuple[int, ...], features: int, classes: int) -> None:
    """Raise ValueError unless the sizes begin with the features and end with the classes of the data."""
    begin, end = (() if sizes[0] == features else (features,)), (() if sizes[-1] == classes else (classes,))
    if begin or end:
        expected = f"{features} features first and {classes} classes last, as the data has"
        whole = _joined((*begin, *sizes, *end))
        raise ValueError(f"--sizes: expected {expected}, got {_joined(sizes)}; use --sizes {whole}")


def _check_warp(arguments: Namespace, recipe: Recipe, features: int) -> None:
    """Raise ValueError if images are to be changed at random and there are none."""
    if recipe.warp == Warp() or isqrt(features) ** 2 == features:
        return
    own = [field.name for field in attrs.fields(Warp) if getattr(arguments, field.name) is not None]
    option = f"--{own[0]}" if own else f"--recipe {arguments.recipe}"
    cure = "leave it out" if own else "use --recipe fast"
    raise ValueError(f"{option}: expected square images to change at random, got {features} features; {cure}")


def _joined(sizes: tuple[int, ...]) -> str:
    return "-".join(map(str, sizes))


def _check_size(recipe: Recipe, sizes: tuple[int, ...], has_checkpoint: bool, has_best: bool) -> None:
    """Raise ValueError if the files of the run would be larger than what is read again, before there is an epoch."""
    small = init_params((1, 1), 0)
    records = 1 + has_best + len(optimizer_of(recipe, 1).init(small).slots) if has_checkpoint else 1
    size = 4 * records * sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))
    if size > LIMIT:
        expected = f"a network whose {'checkpoint' if has_checkpoint else 'model'} takes at most {LIMIT} bytes"
        raise ValueError(f"--sizes: expected {expected}, got one of {size}")


def resumed_run(arguments: Namespace) -> Checkpoint:
    """The run of the checkpoint that `--resume` names, with the epochs and the patience that the command line asks for.

    Raises:
        ValueError: the file is not a checkpoint, or another setting is given.
    """
    given = [name for name in _SETTINGS if getattr(arguments, name, None) is not None and name != "epochs"]
    if given:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        expected = "no setting except --epochs and --patience (the checkpoint has the others)"
        raise ValueError(f"--resume: expected {expected}, got {options}")
    run = load_checkpoint(arguments.resume)
    patience = _patience(arguments, run.validation) or run.patience
    recipe = attrs.evolve(run.recipe, epochs=arguments.epochs or run.recipe.epochs)
    return attrs.evolve(run, recipe=recipe, patience=patience)


def check_same_data(arguments: Namespace, run: Checkpoint, train: Dataset[np.float32], teachers: Teachers) -> None:
    """Raise ValueError unless these are the samples that the run of the checkpoint was trained on, and its teachers."""
    samples, _, taught = run.digest.partition(" ")
    own_samples, _, own_taught = data_digest(first(train, run.samples), teachers).partition(" ")
    if len(train) < run.samples or own_samples != samples:
        got = "other samples" if arguments.data else "the bundled MNIST; use the --data of that run"
        raise ValueError(
            f"--data: expected the {run.samples} samples that {shown(arguments.resume)} was trained on, got {got}"
        )
    if own_taught != taught:
        run_name = shown(arguments.resume)
        expected = f"what {run_name} was trained with" if taught else f"none, as when {run_name} was trained"
        others = "another, or several in another order" if taught else f"{len(teachers)}"
        raise ValueError(f"--teacher: expected {expected}, got {others if own_taught else 'none'}")


def first(data: Dataset[np.float32], n: int) -> Dataset[np.float32]:
    """The first n samples, or all if there are fewer."""
    return split(data, n)[0] if n < len(data) else data


def _recipe(arguments: Namespace) -> Recipe:
    """The recipe of the command line, with the settings that it overrides and what suits them."""
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    warp = {field.name: given[field.name] for field in attrs.fields(Warp) if field.name in given}
    own = {field.name: given[field.name] for field in attrs.fields(Recipe) if field.name in given}
    recipe = RECIPES[given.get("recipe", "classic")]
    return settled(adapted(recipe, **own, warp=attrs.evolve(recipe.warp, **warp)))
