"""Malformed files by the thousand: at random, or guided by the code that they reach."""

import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.hostile import formats, malformed, outcome

_ROOM = 64 << 20
"""Bytes beside those that the process has when the campaign begins; the limit of each reader is 1 MiB."""


def limit_memory() -> None:
    """Let the operating system refuse memory to a reader that asks for far more than its limit."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _ROOM, used + _ROOM))


def by_chance(names: Sequence[str], first: int, count: int) -> None:
    """Read the files number `first` to `first + count` of each format, and print the outcomes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known = formats(folder)
        for form in known.values():  # a first file of each, which imports what its reader needs
            outcome(form, form.whole[0], folder)
        limit_memory()
        for form in (known[name] for name in names or known):
            ends = Counter(outcome(form, malformed(form, seed), folder) for seed in range(first, first + count))
            print(f"{form.name}: {count} files, {ends['refused']} refused, {ends['read']} read, 0 failed", flush=True)


def by_coverage(name: str, seconds: int) -> None:
    """Let atheris look for a file that the reader of this format cannot handle; atheris ends the process."""
    import atheris

    folder = Path(tempfile.mkdtemp())
    form = formats(folder)[name]
    corpus = folder / "corpus"
    corpus.mkdir()
    for i, content in enumerate(form.whole):
        (corpus / str(i)).write_bytes(content)

    def mutated(content: bytes, most: int, seed: int) -> bytes:
        """A change to the unpacked content, if the file can be unpacked."""
        rng = np.random.default_rng(seed)
        try:
            if rng.random() < 0.8:
                return form.inside(content, lambda part: atheris.Mutate(part, len(part) + 64), rng)[:most]
        except Exception:
            pass
        return atheris.Mutate(content, most)

    atheris.instrument_all()
    arguments = [sys.argv[0], str(corpus), f"-max_total_time={seconds}", "-max_len=8192", "-rss_limit_mb=1024"]
    atheris.Setup(arguments, lambda content: void(outcome(form, content, folder)), custom_mutator=mutated)
    atheris.Fuzz()


def void(_: object) -> None:
    """Return None, as atheris requires."""
