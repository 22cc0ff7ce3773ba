"""What several test files share."""

import sys

import pytest


def patch(monkeypatch: pytest.MonkeyPatch, target: str, value: object) -> None:
    """`monkeypatch.setattr` of a dotted name; a function named like its module, as `fnnet.train.fit`, hides it there."""
    names = target.split(".")
    depth = next(k for k in range(len(names) - 1, 0, -1) if ".".join(names[:k]) in sys.modules)
    owner: object = sys.modules[".".join(names[:depth])]
    for name in names[depth:-1]:
        owner = getattr(owner, name)
    monkeypatch.setattr(owner, names[-1], value)
