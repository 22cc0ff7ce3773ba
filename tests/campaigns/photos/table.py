"""The table of `python -m tests.campaigns photos`."""

import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from zlib import crc32

import attrs
import numpy as np

from fnnet import load, load_mnist, predict
from fnnet.cli import main
from tests.campaigns.photos import STYLES

TEST = load_mnist()[1]
_LINE = r"(\d+)\.image: ([\d ]+) \(([\d.%, ]+)\)"
_SURE = 90  # percent


@attrs.frozen
class Score:
    """What became of digits, as counts.

    Args:
        digits: how many were drawn.
        clean: how many the network reads as they are in MNIST.
        correct: how many the command answered, in images whose number of digits it saw.
        miscounted: how many images gave another number of digits, or none.
        sure: how many wrong answers were given with more than 90 %.
    """

    digits: int = 0
    clean: int = 0
    correct: int = 0
    miscounted: int = 0
    sure: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(*map(sum, zip(attrs.astuple(self), attrs.astuple(other))))


def campaign(model: str | None, images: int, seeds: Sequence[int], only: str) -> None:
    """Print a row for each style whose name contains `only`: so many images of each seed, read by the command.

    Without a model one is trained by the recipe `fast`.
    """
    with tempfile.TemporaryDirectory() as folder:
        if model is None:
            model = str(Path(folder, "fast.npz"))
            with redirect_stdout(io.StringIO()):
                main(["train", "--recipe", "fast", "--out", model])
        print("| style | digits | clean, % | correct, % | by seed | miscounted | wrong, but over 90 % sure, % |")
        print("|---|---:|---:|---:|---|---:|---:|")
        for name in STYLES:
            if only in name:
                scores = [score(model, name, images, seed, Path(folder)) for seed in seeds]
                print(_row(name, scores), flush=True)


def score(model: str, name: str, images: int, seed: int, folder: Path) -> Score:
    """What the command makes of photos of a style."""
    drawn = list(photos(name, images, seed))
    paths = [folder / f"{k}.image" for k in range(images)]
    for path, (_, content) in zip(paths, drawn):
        path.write_bytes(content)
    output = io.StringIO()
    with redirect_stdout(output), redirect_stderr(io.StringIO()):
        main(["predict", model, *map(str, paths)])
    answers = {int(k): (labels.split(), sure) for k, labels, sure in re.findall(_LINE, output.getvalue())}
    params = load(model, np.float32)
    total = Score()
    for k, (which, _) in enumerate(drawn):
        clean = int(np.sum(predict(params, TEST.x[which]) == TEST.y[which]))
        total += _judged(TEST.y[which].tolist(), *answers.get(k, ([], "")), clean)
    return total


def photos(name: str, images: int, seed: int) -> Iterator[tuple[list[int], bytes]]:
    """Test digits of MNIST, by their indices, and a photo of them; the same for the same seed."""
    for k in range(images):
        rng = np.random.default_rng([seed, k, crc32(name.encode())])
        which = rng.integers(0, len(TEST), rng.integers(2, 5) if name.startswith("two") else 1)
        yield which.tolist(), STYLES[name]([TEST.x[i].reshape(28, 28) for i in which], rng)


def _judged(true: Sequence[int], labels: Sequence[str], percentages: str, clean: int) -> Score:
    sure = [float(text.rstrip("%")) > _SURE for text in percentages.split(", ") if text]
    if len(labels) != len(true):
        return Score(len(true), clean, miscounted=1, sure=sum(sure))
    hits = [int(label) == digit for label, digit in zip(labels, true)]
    return Score(len(true), clean, sum(hits), sure=sum(one and not hit for one, hit in zip(sure, hits)))


def _row(name: str, scores: Sequence[Score]) -> str:
    total = sum(scores, Score())
    seeds = ", ".join(f"{100 * one.correct / one.digits:.1f}" for one in scores)
    clean, correct, sure = (100 * count / total.digits for count in (total.clean, total.correct, total.sure))
    return f"| {name} | {total.digits} | {clean:.1f} | {correct:.1f} | {seeds} | {total.miscounted} | {sure:.1f} |"
