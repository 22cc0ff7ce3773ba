"""Wrappers of an optimizer: clipped gradients, an L2 penalty, weight decay, a limit on weights, a moving average.

Each takes an optimizer and gives another, so that they compose: `ema(clip(adam(1e-3), 1.0), 0.999)`. A wrapper is
around what it wraps: what it does before the step comes before the other's, what it does after the step comes after
the other's. So read from left to right, a chain says what happens to the gradient, and from right to left what
happens to the parameters after the step:

    clip(l2(adam(…)))   the gradient is clipped, then the penalty's is added (which is not clipped), then Adam steps
    l2(clip(adam(…)))   the penalty's gradient is added, then the sum is clipped, then Adam steps
    ema(max_norm(…))    the step, then the limit, then the average: that of weights within the limit
"""

import numpy as np
from attrs import field, frozen

from fnnet.core.arrays import F
from fnnet.core.checks import check_number, check_positive
from fnnet.core.messages import invalid, wrong_type
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.nn.params import Grads, Params, require_params
from fnnet.optim.optimizer import Cell, Optimizer, State, check_optimizer
from fnnet.optim.optimizers import shrink
from fnnet.optim.schedules import Rate, check_rate, rate_at


class Wrapper(Optimizer):
    """An optimizer that does something before or after the step of another, whose state is its own."""

    __slots__ = ()

    optimizer: Optimizer

    @property
    def kind(self) -> str:
        return self.optimizer.kind

    def init(self, params: Params[F]) -> State[F]:
        return self.optimizer.init(params)

    def rate(self, count: int) -> float | None:
        return self.optimizer.rate(count)


@frozen(repr=False)
class clip(Wrapper):
    """Before the step, a gradient longer than `norm` is shortened to it: g ← g min(1, norm / |g|).

    Args:
        optimizer: what takes the step with the shortened gradient.
        norm: the greatest length, above 0.

    Law: a gradient no longer than the norm is unchanged.

    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.

    Raises:
        ValueError: the norm is not above 0.

    >>> from fnnet import sgd
    >>> clip(sgd(0.1), 1.0)
    clip(sgd(0.1), 1.0)
    """

    optimizer: Optimizer
    norm: float

    def __attrs_post_init__(self) -> None:
        self._settle(optimizer=check_optimizer(self.optimizer), norm=check_positive("norm", self.norm))

    def update(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        # divided by the largest first: squares of numbers of at most 1 do not overflow, and no factor is subnormal
        g = grads.vector
        largest = float(np.abs(g).max()) or 1.0
        direction = g / largest
        length = float(np.linalg.norm(direction))
        if largest * length > self.norm:
            np.multiply(direction, self.norm / length, out=g)
        self.optimizer.update(count, theta, grads, slots)


@frozen(repr=False)
class l2(Wrapper):
    """Before the step, the gradient grows by weight W: that of a loss with weight / 2 Σ W² added.

    Args:
        optimizer: what takes the step with the larger gradient.
        weight: of the penalty, at least 0.
        biases: whether biases are penalized, too; they are spared unless this is True.

    Law: at weight 0 it is the optimizer itself.

    Krogh and Hertz, "A simple weight decay can improve generalization", 1992.

    Raises:
        ValueError: the weight is negative or not finite.

    >>> from fnnet import sgd
    >>> l2(sgd(0.1), 1e-4)
    l2(sgd(0.1), 0.0001)
    """

    optimizer: Optimizer
    weight: float
    biases: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        self._settle(optimizer=check_optimizer(self.optimizer), weight=check_number("weight", self.weight))

    def update(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        if self.biases:
            grads.vector[...] += self.weight * theta.vector
        else:
            for g, w in zip(grads.weights, theta.weights):
                g += self.weight * w
        self.optimizer.update(count, theta, grads, slots)


@frozen(repr=False)
class decay(Wrapper):
    """Before the step, the weights shrink, whatever the gradient: W ← (1 - share) W.

    Args:
        optimizer: what takes the step after it.
        share: of the weights that is lost in each step, a number of at least 0, or a pure function of the step.
        biases: whether biases shrink, too; they are spared unless this is True.

    Laws: at share 0 it is the optimizer itself; with `sgd(η)`, the share η λ is `l2` of weight λ, up to rounding.

    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.

    Raises:
        ValueError: the share is negative or not finite.

    >>> from fnnet import momentum
    >>> decay(momentum(0.1), 1e-5)
    decay(momentum(0.1), 1e-05)
    """

    optimizer: Optimizer
    share: Rate
    biases: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        self._settle(optimizer=check_optimizer(self.optimizer), share=check_rate("share", self.share))

    def update(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        shrink(theta, rate_at("share", self.share, count), self.biases)
        self.optimizer.update(count, theta, grads, slots)


@frozen(repr=False)
class max_norm(Wrapper):
    """After the step, the incoming weights of each unit are shortened to `limit` where they are longer.

    Args:
        optimizer: what takes the step.
        limit: the greatest length of a column of weights, above 0.

    Law: weights within the limit are unchanged.

    Srebro and Shraibman, "Rank, trace-norm and max-norm", 2005.

    Raises:
        ValueError: the limit is not above 0.

    >>> from fnnet import sgd
    >>> max_norm(sgd(0.1), 3.0)
    max_norm(sgd(0.1), 3.0)
    """

    optimizer: Optimizer
    limit: float

    def __attrs_post_init__(self) -> None:
        self._settle(optimizer=check_optimizer(self.optimizer), limit=check_positive("limit", self.limit))

    def update(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        self.optimizer.update(count, theta, grads, slots)
        for w in theta.weights:
            # as in clip, each column divided by its largest first
            largest = np.abs(w).max(axis=0)
            largest[largest == 0] = 1
            directions = w / largest
            lengths = np.linalg.norm(directions, axis=0)
            long = lengths > self.limit / largest
            w[:, long] = directions[:, long] * (self.limit / lengths[long])


@frozen(repr=False)
class ema(Wrapper):
    """After the step, a moving average follows the parameters, which `averaged_params` reads.

    It is the mean of the parameters after each step, those k steps ago weighed by decay^k, and does not contain the
    initial ones: with d the decay and t the step, ē ← ē + (1 - d) / (1 - dᵗ) (θ - ē), which is the bias correction of
    Adam's means written as one update. A constant θ is kept to the bit.

    Args:
        optimizer: what takes the step.
        decay: d, at least 0 and less than 1.

    Laws: at decay 0 the average is θ itself; θ moves as it does without the average.

    Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; Kingma and Ba, "Adam: a method
    for stochastic optimization", 2015, section 3.

    Raises:
        ValueError: the decay is out of range.

    >>> from fnnet import sgd
    >>> ema(sgd(0.1), 0.99)
    ema(sgd(0.1), 0.99)
    """

    optimizer: Optimizer
    decay: float

    def __attrs_post_init__(self) -> None:
        self._settle(optimizer=check_optimizer(self.optimizer), decay=check_number("decay", self.decay, below=1))

    @property
    def kind(self) -> str:
        return f"averaged {self.optimizer.kind}"

    def init(self, params: Params[F]) -> State[F]:
        slots = self.optimizer.init(params).slots
        return State(0, slots + (Grads(params.layers),), len(slots), self.kind)  # noqa: RUF005  # mypy does not see through the star

    def update(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        self.optimizer.update(count, theta, grads, slots[:-1])
        average = slots[-1]
        assert isinstance(average, Buffer), "as `init` made it"
        mean, scratch, share = average.vector, grads.vector, (1 - self.decay) / (1 - self.decay ** (count + 1))
        if share == 1:  # exactly θ, which ē + (θ - ē) need not be
            np.copyto(mean, theta.vector)
            return
        np.subtract(theta.vector, mean, out=scratch)
        scratch *= share
        mean += scratch


def averaged_params(params: Params[F], state: State[F] | None) -> Params[F]:
    """The network whose parameters are the moving average that `ema` keeps.

    Args:
        params: the network as it was trained, for its activation and head.
        state: the state of an optimizer that `ema` wraps.

    Raises:
        ValueError: there is no state, or it is that of an optimizer without a moving average.

    >>> from fnnet import init_params, sgd
    >>> params = init_params((3, 2), seed=0)
    >>> averaged_params(params, ema(sgd(0.1), 0.99).init(params)) == params
    True
    """
    require_params(params)
    if state is not None and not isinstance(state, State):
        raise wrong_type("state", "the State of an optimizer", state, {"TrainState": "state.opt_state"})
    average = None if state is None or state.average is None else state.slots[state.average]
    if not isinstance(average, Grads):
        raise invalid("state", "that of an optimizer with a moving average", "one without", "ema(optimizer, decay)")
    return Params(average.layers, params.hidden, params.head)
