"""What is measured after an epoch: one row of a history, as a record and as an object of JSON."""

import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite, nan

import attrs

from fnnet.core.checks import check_number
from fnnet.core.messages import invalid
from fnnet.core.records import Tabular
from fnnet.core.validators import integer, number, plain_float, plain_int
from fnnet.metrics.evaluation import Evaluation


def _check_fraction(row: object, field: "attrs.Attribute[float]", value: float) -> None:
    check_number(field.name, value)
    if value > 1:
        raise invalid(field.name, "a fraction from 0 to 1", value)


_optional_fraction = attrs.validators.optional(_check_fraction)


def _plain(value: float) -> float:
    """A number as a Python float, which is short in a file; all else as it is, for a validator to judge."""
    value = plain_float(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
        return float(value)
    return value


def _plain_or_none(value: float | None) -> float | None:
    return None if value is None else _plain(value)


def _finite_or_none(loss: float) -> float | None:
    return loss if isfinite(loss) else None


@attrs.frozen
class Row(Tabular):
    """What was measured after an epoch.

    Args:
        epoch: the number of the epoch, from 1.
        seconds: the time since the run started or was resumed.
        train_loss, test_loss: mean losses; None where the loss is not finite, or was not measured.
        train_accuracy, test_accuracy: the fractions of samples classified correctly, from 0 to 1; None where the
            targets are real numbers, or it was not measured.
        validation_loss, validation_accuracy: the same of samples held out of the training samples, if there are any.

    Raises:
        ValueError: a field is not a number, or is out of its range.

    >>> Row(epoch=1, seconds=2.5, train_loss=0.5, train_accuracy=0.75, test_loss=None, test_accuracy=1.5)
    Traceback (most recent call last):
        ...
    ValueError: test_accuracy: expected a fraction from 0 to 1, got 1.5
    """

    epoch: int = attrs.field(converter=plain_int, validator=integer(1, 2**63 - 1))
    seconds: float = attrs.field(converter=_plain, validator=number())
    train_loss: float | None = attrs.field(converter=_plain_or_none, validator=attrs.validators.optional(number()))
    train_accuracy: float | None = attrs.field(converter=_plain_or_none, validator=_optional_fraction)
    test_loss: float | None = attrs.field(converter=_plain_or_none, validator=attrs.validators.optional(number()))
    test_accuracy: float | None = attrs.field(converter=_plain_or_none, validator=_optional_fraction)
    validation_loss: float | None = attrs.field(
        default=None, converter=_plain_or_none, validator=attrs.validators.optional(number())
    )
    validation_accuracy: float | None = attrs.field(
        default=None, converter=_plain_or_none, validator=_optional_fraction
    )

    @classmethod
    def of(
        cls,
        epoch: int,
        seconds: float,
        train: Evaluation | None,
        test: Evaluation,
        validation: Evaluation | None = None,
    ) -> "Row":
        """The row of what `evaluate` gave; a loss that is not finite becomes None, and so does what was not measured.

        >>> Row.of(1, 2.5, train=Evaluation(0.5, 0.75), test=Evaluation(float("inf"), 0.5)).test_loss is None
        True
        """
        each = (train or _UNKNOWN, test, validation or _UNKNOWN)
        return cls(epoch, seconds, *(n for found in each for n in (_finite_or_none(found.loss), found.accuracy)))


_UNKNOWN = Evaluation(nan)

LONGEST = 384
"""How many bytes a row takes in a file, at most, with the newline."""

_NAMES = tuple(field.name for field in attrs.fields(Row))
_ALWAYS = _NAMES[:-2]
"""The fields that are there without validation samples, too."""


def check_rows(rows: Sequence[Row]) -> None:
    """Check that the epochs increase.

    Raises:
        ValueError: they do not.

    >>> check_rows([Row(2, 1.0, None, 0.5, None, 0.5), Row(1, 2.0, None, 0.5, None, 0.5)])
    Traceback (most recent call last):
        ...
    ValueError: history: expected epochs that increase, got 1 after 2
    """
    for before, row in pairwise(rows):
        if row.epoch <= before.epoch:
            raise invalid("history", "epochs that increase", f"{row.epoch} after {before.epoch}")


def row_fields(row: Row) -> dict[str, float | None]:
    """The fields of a row, without those of validation samples if there is none of their scores.

    >>> list(row_fields(Row(1, 2.5, 0.5, 0.75, None, 0.5)))[-1]
    'test_accuracy'
    """
    fields = attrs.asdict(row)
    is_judged = row.validation_loss is not None or row.validation_accuracy is not None
    return {name: fields[name] for name in (_NAMES if is_judged else _ALWAYS)}


def encode_row(row: Row) -> str:
    """The row as an object of JSON, on one line.

    >>> encode_row(Row(1, 2.5, 0.5, 0.75, None, 0.5))
    '{"epoch": 1, "seconds": 2.5, "train_loss": 0.5, "train_accuracy": 0.75, "test_loss": null, "test_accuracy": 0.5}'
    """
    return json.dumps(row_fields(row))


def decode_row(fields: object) -> Row:
    """The row of an object that was read from JSON.

    Raises:
        ValueError: it is not an object, has other fields, or a number is out of its range.

    Law: `decode_row(json.loads(encode_row(row))) == row`.

    >>> decode_row({"epoch": 1})
    Traceback (most recent call last):
        ...
    ValueError: expected a JSON object of the numbers epoch, seconds, train_loss, ...
    """
    if not isinstance(fields, dict) or not all(map(_is_number_or_none, fields.values())):
        fields = {}
    if set(fields) not in (set(_ALWAYS), set(_NAMES)):
        raise ValueError(f"expected a JSON object of the numbers {', '.join(_ALWAYS)}")
    return Row(**fields)


def _is_number_or_none(value: object) -> bool:
    return value is None or isinstance(value, (int, float))
