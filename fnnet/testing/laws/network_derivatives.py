"""The laws of a network's derivatives: each is the slope of what it is the derivative of."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from fnnet.core.arrays import Bools, Numbers
from fnnet.nn.hessians import hvp
from fnnet.nn.inference import apply, loss
from fnnet.nn.jacobians import jvp, vjp
from fnnet.nn.network import forward
from fnnet.nn.params import Grads, Params
from fnnet.nn.targets import as_targets
from fnnet.nn.tree import add, ravel, scale
from fnnet.testing.laws.mismatch import require_close
from fnnet.testing.laws.problems import LOGITS, Network, Samples, gradient, law, near, wide
from fnnet.testing.laws.slopes import TOLERANCE, require_slope

_H = 1e-5
_ONE = np.array(1.0)
_TINY = 1e-9


class _Line:
    """A network and its samples on a line of displacements, on which no pre-activation is faster than 1."""

    def __init__(self, params: Network, samples: Samples, v: Grads[np.float64], dx: Numbers) -> None:
        self.params, self.samples = params, samples
        there, here = (forward(at, x).pre_activations for at, x in self._ends(v, dx, (_H / 100, 0)))
        fastest = max(float(np.max(abs(a - b), initial=0)) for a, b in zip(there, here)) / (_H / 100)
        self.v, self.dx = scale(v, 1 / max(1, fastest)), dx / max(1, fastest)
        rows = self._smooth()
        self.samples, self.dx = samples[rows], self.dx[rows]

    def __len__(self) -> int:
        return len(self.samples)

    def at(self, s: Any) -> tuple[Network, Numbers]:
        return add(self.params, scale(self.v, float(s))), self.samples.x + s * self.dx

    def _ends(self, v: Grads[np.float64], dx: Numbers, steps: tuple[float, float]) -> Iterator[tuple[Network, Numbers]]:
        return ((add(self.params, scale(v, s)), self.samples.x + s * dx) for s in steps)

    def _smooth(self) -> Bools:
        """The samples that cross no kink: there slopes jump, as much in a hundredth of the way as in the whole."""
        (far, sizes), (close, _) = (self._changes(step) for step in (2 * _H, 2 * _H / 100))
        rows = np.ones(len(self.samples), bool)
        for whole, part, size in zip(far, close, sizes):
            rows &= ((whole <= 1e-3 * size) & (part <= whole / 2 + _TINY * size)).all(axis=1)
        return rows

    def _changes(self, step: float) -> tuple[list[Numbers], list[Numbers]]:
        """How much each slope changes from one end to the other, and how large it is."""
        ends = [list(_slopes(at, x, self.samples.y)) for at, x in self._ends(self.v, self.dx, (step, -step))]
        return [abs(a - b) for a, b in zip(*ends)], [1 + abs(a) for a in ends[0]]


def _slopes(params: Network, x: Numbers, y: Numbers) -> Iterator[Numbers]:
    """f' of each hidden unit, delta of each output, and what these change by, of each sample."""
    f, head, cache = params.hidden, params.head, forward(params, x)
    for z, a in zip(cache.pre_activations[:-1], cache.activations[:-1]):
        yield f.pullback(z, a, np.ones_like(z))
        if f.second:
            yield f.second(z, a)
    z, p = cache.pre_activations[-1], cache.output
    t = as_targets(head, y, p)
    yield head.delta(z, p, t)
    if head.curvature:
        yield head.curvature(z, p, t, np.ones_like(z))


def _derivative(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None, v: Grads[Any]) -> None:
    network, samples = wide(params, x, y, weights, logits=LOGITS)
    line = _Line(network, samples, v.astype(np.float64), 0 * samples.x)
    if len(line):
        y, weights = line.samples.y, line.samples.weights
        derivative = ravel(gradient(network, line.samples)) @ ravel(line.v)
        require_slope(lambda s: loss(*line.at(s), y, weights), 0 * _ONE, _ONE, derivative, "the slope of L along v")


def _adjoint(
    params: Params[Any], x: Numbers, y: Numbers, weights: None, v: Grads[Any], dx: Numbers, u: Numbers
) -> None:
    network, samples = wide(params, x, y, weights)
    x, step, u = samples.x, v.astype(np.float64), u[: len(samples)].astype(np.float64)
    moved = dx[: len(samples)].astype(np.float64)
    tangent = jvp(network, x, step, moved)[1]
    grads, back = vjp(network, x)[1](u)
    terms = [tangent * u, ravel(grads) * ravel(step), back * moved]
    size = 1 + sum(float(abs(term).sum()) for term in terms)
    got, *expected = (float(term.sum()) for term in terms)
    require_close(got, sum(expected), 0, 1e-9 * size, "<J v, u>")


def _output(params: Params[Any], x: Numbers, y: Numbers, weights: None, v: Grads[Any], dx: Numbers) -> None:
    network, samples = wide(params, x, y, weights, logits=LOGITS)
    line = _Line(network, samples, v.astype(np.float64), dx[: len(samples)].astype(np.float64))
    tangent = jvp(network, line.samples.x, line.v, line.dx)[1]
    require_slope(lambda s: apply(*line.at(s)), 0 * _ONE, _ONE, tangent, "J v")


def _hessian(
    params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None, v: Grads[Any], w: Grads[Any]
) -> None:
    network, samples = wide(params, x, y, weights, logits=LOGITS)
    line = _Line(network, samples, v.astype(np.float64), 0 * samples.x)
    if len(line):
        rows = line.samples
        hv, hw = (ravel(hvp(network, rows.x, rows.y, step, rows.weights)) for step in (line.v, w.astype(np.float64)))
        ahead, behind = (ravel(gradient(line.at(s)[0], rows)) for s in (_H, -_H))
        size = float(max(1, abs(ahead).max()))
        near(hv / size, (ahead - behind) / (2 * _H * size), 1e-5, "H v, in parts of the largest derivative")
        one, other = ravel(w) * hv, ravel(line.v) * hw
        size = 1 + float(abs(one).sum() + abs(other).sum())
        require_close(float(one.sum()), float(other.sum()), 0, 1e-7 * size, "<w, H v>")


LAWS = (
    law("derivative", "<backward, v> = the slope of L along v, away from kinks", TOLERANCE, _derivative, "v"),
    law(
        "adjoint",
        "<J v, u> = <v, Jᵀ u> with J v of jvp and Jᵀ u of vjp",
        "1e-9 of the largest terms, for rounding",
        _adjoint,
        "v",
        "dx",
        "u",
        applies=lambda network: network.head.pullback is not None,
    ),
    law(
        "tangent",
        "J v of jvp = the slope of the output along v, away from kinks",
        TOLERANCE,
        _output,
        "v",
        "dx",
        applies=lambda network: bool(network.head.pullback or network.head.pushforward),
    ),
    law(
        "Hessian",
        "H v of hvp = the slope of the gradient along v, away from kinks; <w, H v> = <v, H w>",
        "1e-5 of the largest derivative, for differences of h = 1e-5",
        _hessian,
        "v",
        "w",
        applies=lambda network: (
            network.head.curvature is not None and (network.hidden.second is not None or len(network.layers) == 1)
        ),
    ),
)
