"""What a picture calls the classes: by their names, as far as there is room for them, or by their numbers."""

from collections.abc import Sequence

from fnnet.core.checks import check_iterable, check_text
from fnnet.core.messages import cut, invalid


def class_names(labels: Sequence[str], classes: int, longest: int) -> list[str]:
    """The text for each class; write it with `parse_math=False`, since a name may hold a dollar sign.

    Args:
        labels: the names of the classes; none for their numbers.
        classes: how many there are.
        longest: how many characters a name may have; more are cut.

    Raises:
        ValueError: there are names, but not one for each class.

    >>> class_names(("cat", "hippopotamus"), 2, 5), class_names((), 2, 5)
    (['cat', 'hipp…'], ['0', '1'])
    """
    names = [check_text("labels", name) for name in check_iterable("labels", "a sequence of strings", labels)]
    if len(names) not in (0, classes):
        raise invalid("labels", f"a name for each of {classes} classes", len(names))
    return [cut(name, longest) for name in names] or [str(label) for label in range(classes)]
