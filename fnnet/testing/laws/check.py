"""`laws_of`: the laws of each kind of value, and how they are checked together."""

from collections.abc import Callable, Collection
from typing import Any

from fnnet.core.checks import check_integer
from fnnet.core.messages import invalid, quoted
from fnnet.testing.laws import (
    activation,
    augmentation,
    fit,
    gradient,
    head,
    network,
    optimizer,
    optimizer_values,
    order,
    reader,
    schedule,
    training,
    training_values,
)
from fnnet.testing.laws import map as maps
from fnnet.testing.laws.augmentation import Augmentation
from fnnet.testing.laws.kind import check_kind, kind_of
from fnnet.testing.laws.law import Claim, Law, LawBroken
from fnnet.testing.laws.loop import Loop
from fnnet.testing.laws.step import Training

LAWS: dict[str, tuple[Law, ...]] = {
    "activation": activation.LAWS,
    "head": head.LAWS,
    "network": network.LAWS,
    "optimizer": optimizer.LAWS,
    "schedule": schedule.LAWS,
    "gradient": gradient.LAWS,
    "training": training.LAWS,
    "fit": fit.LAWS,
    "order": order.LAWS,
    "map": maps.LAWS,
    "augmentation": augmentation.LAWS,
    "reader": reader.LAWS,
}
"""The laws of each kind of value."""

_LIKE: dict[str, Callable[[Any], Law]] = {
    "activation": activation.like,
    "head": head.like,
    "optimizer": optimizer_values.like,
    "schedule": schedule.like,
    "gradient": gradient.like,
    "training": training_values.like,
}
_KNOWN: dict[str, Callable[..., tuple[Law, ...]]] = {"schedule": schedule.laws, "gradient": gradient.laws}
_SUBJECTS: dict[str, Callable[..., Any]] = {
    "training": Training.of,
    "fit": Loop.of,
    "augmentation": Augmentation.of,
}  # what laws need to know beside a function


def laws_of(
    value: object, kind: str | None = None, *, like: object = None, without: Collection[str] = (), **known: object
) -> tuple[Claim, ...]:
    """The laws that should hold of a value: each has a name, an equation, and `check()`.

    Args:
        value: an activation, or another of the kinds below.
        kind: what it is, as in "schedule"; for functions, whose kind their type does not tell.
        like: another way of writing the same, with which the value is compared.
        without: names of laws that are not meant to hold.
        known: what else is known of the value, by the names that its check has for it: of a schedule, `peak=0.1`.

    Returns:
        The laws, from the plainest on, for `pytest.mark.parametrize("law", laws_of(mine))`.

    Raises:
        ValueError: the kind is unknown, not told by the type, or has no `like`; or no law has such a name.
        TypeError: the value is not of this kind, or its laws do not depend on what is known.

    >>> from fnnet import tanh
    >>> print(*laws_of(tanh), sep=", ")
    shape, pure, own memory, local, finite, derivative, linear, float32, second
    """
    chosen = kind_of(value) if kind is None else kind
    if chosen not in LAWS:
        raise invalid("kind", f"one of {', '.join(LAWS)}", quoted(chosen))
    check_kind(chosen, value, chosen)
    if like is not None and chosen not in _LIKE:
        raise invalid("like", f"None, or a kind of {', '.join(_LIKE)}", chosen)
    if like is not None:
        check_kind("like", like, chosen)
    laws, subject = LAWS[chosen], value
    if chosen in _SUBJECTS:
        subject = _SUBJECTS[chosen](value, **known)
    elif known:
        if chosen not in _KNOWN:
            raise TypeError(f"{next(iter(known))}: expected nothing but `like` of the kind {chosen}")
        laws = _KNOWN[chosen](**known)
    if like is not None:
        laws = (*laws, _LIKE[chosen](like))
    claims = tuple(Claim(law, subject) for law in laws if law.applies(subject))
    if isinstance(without, str):
        raise invalid("without", "a list of names", quoted(without), f"[{quoted(without)}]")
    if unknown := sorted(set(without) - {str(claim) for claim in claims}):
        raise invalid("without", f"names of laws, {', '.join(map(str, claims))}", quoted(unknown[0]))
    return tuple(claim for claim in claims if str(claim) not in without)


def check_claims(claims: tuple[Claim, ...], examples: int | None, seed: int | None) -> None:
    """Check all of them; raise the error of the first that does not hold, which names the others."""
    __tracebackhide__ = True
    examples = None if examples is None else check_integer("examples", examples, 1)
    seed = None if seed is None else check_integer("seed", seed, 0)
    broken: list[LawBroken] = []
    for claim in claims:
        try:
            claim.check(examples, seed)
        except LawBroken as error:
            broken.append(error)
    if broken:
        first, *others = broken
        raise LawBroken(first.claim, first.example, first.mismatch, others)
