"""How the samples of a fold are divided into blocks of steps."""

from collections.abc import Iterator

_STEPS = 64  # in a block: with more the products are larger, but the sums of the steps longer


def runs(n: int, batch_size: int) -> Iterator[tuple[int, int, int, int]]:
    """Where blocks of the same size start and stop, with the samples a step and the steps a block.

    First the whole blocks, then the whole batches that remain, then the remaining samples as one batch.
    """
    steps = max(1, _STEPS // batch_size)
    blocks, batches = n - n % (steps * batch_size), n - n % batch_size
    runs = (
        (0, blocks, batch_size, steps),
        (blocks, batches, batch_size, (batches - blocks) // batch_size),
        (batches, n, n - batches, 1),
    )
    return (run for run in runs if run[0] < run[1])
