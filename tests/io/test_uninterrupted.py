"""Work that Ctrl-C does not interrupt; what runs in its thread is called here directly, where coverage sees it."""

import io
import subprocess
import sys
from _thread import allocate_lock

import numpy as np
import pytest

from fnnet.io.header import Refused
from fnnet.io.npz import archive_arrays
from fnnet.io.uninterrupted import run, uninterrupted


def fail() -> None:
    raise ArithmeticError("no")


def test_errors_reach_the_caller() -> None:
    with pytest.raises(ArithmeticError, match="^no$"):
        uninterrupted(fail)


@pytest.mark.parametrize("work, expected", [(fail, [ArithmeticError]), (list, [])])
def test_the_lock_is_always_released(work: type[list[int]], expected: list[type[Exception]]) -> None:
    errors: list[BaseException] = []
    done = allocate_lock()
    done.acquire()
    run(work, errors, done)
    assert [type(error) for error in errors] == expected and not done.locked()


def test_an_archive_is_checked() -> None:
    content = io.BytesIO()
    archive_arrays(content, {"a": np.arange(3)}, 1000, 100)
    with np.load(io.BytesIO(content.getvalue())) as arrays:
        assert arrays["a"].tolist() == [0, 1, 2]
    with pytest.raises(Refused, match="expected at most 10 bytes"):
        archive_arrays(io.BytesIO(), {"a": np.arange(3)}, 10, 100)


CODE = """
import random, signal, sys
from fnnet import init_params, save

def press(*_):
    raise KeyboardInterrupt

params, pressed = init_params((3, 2), seed=0), 0
signal.signal(signal.SIGALRM, press)
for _ in range(1000):
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-5, 2.5e-3))
        save(params, sys.argv[1])
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        pressed += 1
signal.setitimer(signal.ITIMER_REAL, 0)
assert pressed > 100
"""


@pytest.mark.slow
def test_interrupts_at_any_moment_are_clean(tmp_path: object) -> None:
    """No other error, no complaint of zipfile, and no lock that waits forever."""
    done = subprocess.run([sys.executable, "-c", CODE, f"{tmp_path}/m"], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
