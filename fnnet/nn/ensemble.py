"""Networks made of networks: `ensemble`, which answers for several, and `tempered`, which is more or less sure."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix, Numbers, Vector
from fnnet.core.checks import check_iterable, check_positive
from fnnet.core.messages import invalid, quoted, wrong_type
from fnnet.nn.params import Dense, Params, require_params
from fnnet.nn.space import average
from fnnet.nn.tree import is_finite


def ensemble(networks: Sequence[Params[F]]) -> Params[F]:
    """One network whose logits are the mean of those of several.

    Their hidden layers stand side by side, and the last layer adds up what they lead to:

        z = 1/n Σ z_i,   W_1 = (W_1¹ | W_1² | …),   W_l = diag(W_l¹, W_l², …),   W_L = 1/n (W_L¹; W_L²; …).

    Args:
        networks: at least one, of the same features, outputs, number of layers, dtype, activation and head; their
            hidden widths may differ.

    Returns:
        A network like any other. Laws, to rounding: where the head leaves z as it is, its output is the mean of
        theirs; its probabilities of classes are the geometric mean of theirs, normalized; where the loss is convex in z
        (every head of the library but `softmax-squared-error`), it is at most the mean of theirs. The ensemble of one
        network is that network. Each matrix between hidden layers has n² blocks, of which all but n are zeros: with
        many networks of several hidden layers it is faster to ask each of them.

    Raises:
        ValueError: there is no network, or two of them differ.
        TypeError: they are not networks.

    Hansen and Salamon, "Neural network ensembles", 1990; Hinton, "Training products of experts by minimizing
    contrastive divergence", 2002, for the geometric mean.

    >>> from fnnet import apply, identity_squared_error, init_params
    >>> networks = [init_params((2, 3, 1), seed, head=identity_squared_error) for seed in range(3)]
    >>> x = np.ones(2, np.float32)
    >>> ensemble(networks).sizes, np.allclose(apply(ensemble(networks), x), np.mean([apply(p, x) for p in networks]))
    ((2, 9, 1), True)
    """
    networks = as_networks("networks", networks)
    _check_members(networks)
    first, n = networks[0], len(networks)
    if len(first.layers) == 1:
        return average(networks)
    start, *middle, end = zip(*(params.layers for params in networks))
    return attrs.evolve(
        first,
        layers=(
            Dense(np.hstack([each.weights for each in start]), _joined(start)),
            *(Dense(_diagonal([each.weights for each in layers]), _joined(layers)) for layers in middle),
            _stacked([_divided(each, n) for each in end]),
        ),
    )


def tempered(params: Params[F], temperature: float) -> Params[F]:
    """The network with its logits divided by a temperature: less sure where that is above 1, surer where it is below.

    Args:
        params: the network.
        temperature: T, above 0.

    Returns:
        A network with z / T in place of z: its last layer is divided by T. Laws: a temperature of 1 changes nothing; to
        rounding, T after S is S T, and the largest of several outputs stays the largest.

    Raises:
        ValueError: the temperature is not a finite number above 0, or the last layer divided by it is beyond the
            dtype.
        TypeError: `params` is not a network.

    Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015; Guo, Pleiss, Sun and Weinberger, "On
    calibration of modern neural networks", 2017, who choose T on validation samples.

    >>> from fnnet import identity, predict_proba, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> [predict_proba(tempered(params, t), np.array([2.0, 0.0])).round(2).tolist() for t in (1, 2)]
    [[0.88, 0.12], [0.73, 0.27]]
    """
    require_params(params)
    *layers, last = params.layers
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        tempered_last = _divided(last, check_positive("temperature", temperature))
    network = attrs.evolve(params, layers=(*layers, tempered_last))
    if is_finite(params) and not is_finite(network):
        expected = f"one by which the last layer can be divided in {params.dtype}"
        raise invalid("temperature", expected, quoted(temperature))
    return network


def as_networks(name: str, networks: Any) -> tuple[Params[Any], ...]:  # Any: it finds out what they are
    """One or more networks as a tuple; raise an error, with this name, if there is something else.

    >>> as_networks("teacher", "abc")
    Traceback (most recent call last):
        ...
    TypeError: teacher: expected networks, got str
    """
    cures = {"Params": "[params]", "TrainState": "[state.eval_params]"}
    if isinstance(networks, (Params, Mapping)) or type(networks).__name__ in cures:
        raise wrong_type(name, "networks", networks, cures)
    found = tuple(check_iterable(name, "networks", networks))
    if not found:
        raise invalid(name, "at least one network", "none")
    for each in found:
        if not isinstance(each, Params):
            cure = "; use state.eval_params" if type(each).__name__ == "TrainState" else ""
            got = f"{type(networks).__name__} of {type(each).__name__}"
            raise TypeError(f"{name}: expected networks, got {got}{cure}")
    return found


def _check_members(networks: Sequence[Params[F]]) -> None:
    """Raise an error unless all fit the first."""
    first = networks[0]
    for params in networks:
        for expected, got in zip(_traits(first), _traits(params)):
            if got != expected:
                raise invalid("networks", f"{expected}, as the first has", got)
        if (params.hidden, params.head) != (first.hidden, first.head):
            raise invalid("networks", "the activation and the head of the first", "others of the same names")


def _traits(params: Params[F]) -> tuple[str, ...]:
    """What must be the same in all, in words."""
    return (
        f"{len(params.layers)} layer{'s' if len(params.layers) > 1 else ''}",
        f"{params.sizes[0]}-…-{params.sizes[-1]}",
        f"{params.dtype}",
        f"{params.hidden.name} and {params.head.name}",
    )


def _joined(layers: Sequence[Dense[F]]) -> Vector[F]:
    bias: Vector[F] = np.concatenate([layer.bias for layer in layers])
    return bias


def _stacked(layers: Sequence[Dense[F]]) -> Dense[F]:
    """The layer that adds up what several give, each of inputs of its own."""
    bias: Numbers = np.sum([each.bias for each in layers], axis=0)
    return Dense(np.vstack([each.weights for each in layers]), bias)


def _divided(layer: Dense[F], by: float) -> Dense[F]:
    weights: Numbers = layer.weights / by
    bias: Numbers = layer.bias / by
    return Dense(weights, bias)


def _diagonal(blocks: Sequence[Matrix[F]]) -> Matrix[F]:
    """The blocks along the diagonal of a matrix of zeros."""
    rows = np.cumsum([0] + [block.shape[0] for block in blocks])
    columns = np.cumsum([0] + [block.shape[1] for block in blocks])
    matrix: Matrix[F] = np.zeros((rows[-1], columns[-1]), blocks[0].dtype)
    for block, i, j in zip(blocks, rows, columns):
        matrix[i : i + block.shape[0], j : j + block.shape[1]] = block
    return matrix
