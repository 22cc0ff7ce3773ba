"""Long campaigns, each a command of its own: `python -m tests.campaigns --help`."""

import argparse

from tests.campaigns import fuzz, kills, laws, mutants


def scaling(given: argparse.Namespace) -> None:
    """Import the campaign only when it runs, since it needs a package that the others do not."""
    from tests.campaigns.scaling import campaign

    campaign(given.workers)


def initial(given: argparse.Namespace) -> None:
    """The same."""
    from tests.campaigns.initial import campaign

    campaign(given.activations)


def folds(given: argparse.Namespace) -> None:
    """The same."""
    from tests.campaigns.folds import campaign

    campaign()


def defaults(given: argparse.Namespace) -> None:
    """The same."""
    from tests.campaigns.defaults import campaign

    campaign(given.seed)


def photos(given: argparse.Namespace) -> None:
    """The same."""
    from tests.campaigns.photos.table import campaign

    campaign(given.model, given.images, given.seeds, given.style)


parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
commands = parser.add_subparsers(required=True, metavar="CAMPAIGN")

sub = commands.add_parser("fuzz", help="read randomly malformed files")
sub.add_argument(
    "--formats", nargs="*", default=[], metavar="NAME", help="idx, csv, npz, model, checkpoint, history, image (all)"
)
sub.add_argument("--first", type=int, default=0, metavar="N", help="the number of the first file (0)")
sub.add_argument("--count", type=int, default=10_000, metavar="N", help="files of each format (10000)")
sub.set_defaults(run=lambda given: fuzz.by_chance(given.formats, given.first, given.count))

sub = commands.add_parser("atheris", help="read malformed files, guided by coverage; needs atheris")
sub.add_argument("format", metavar="NAME", help="idx, csv, npz, model, checkpoint, history or image")
sub.add_argument("--seconds", type=int, default=600, metavar="N", help="seconds to run (600)")
sub.set_defaults(run=lambda given: fuzz.by_coverage(given.format, given.seconds))

sub = commands.add_parser("kills", help="kill the command at random moments, and resume it")
sub.add_argument("--count", type=int, default=200, metavar="N", help="number of kills (200)")
sub.add_argument("--seed", type=int, default=0, metavar="N", help="random seed of the moments (0)")
text = "KILL; INT as Ctrl-C sends it; TERM as `kill` does; HUP, when a terminal closes (KILL)"
sub.add_argument("--signal", choices=("KILL", "INT", "TERM", "HUP"), default="KILL", help=text)
sub.add_argument("--rival", action="store_true", help="start two processes on each run, of which one must be refused")
sub.set_defaults(run=lambda given: kills.campaign(given.count, given.seed, given.signal, given.rival))

sub = commands.add_parser("early", help="interrupt the command in its first half second")
sub.add_argument("--count", type=int, default=60, metavar="N", help="number of interruptions (60)")
sub.add_argument("--seed", type=int, default=0, metavar="N", help="random seed of the moments (0)")
sub.add_argument("--signal", choices=("INT", "TERM", "HUP"), default="INT", help="as for kills (INT)")
sub.set_defaults(run=lambda given: kills.early(given.count, given.seed, given.signal))

sub = commands.add_parser("mutants", help="after `mutmut run`: test the mutants that need the extra `interop`")
sub.set_defaults(run=lambda given: mutants.campaign())

sub = commands.add_parser("scaling", help="time shards on 1, 2, ... worker processes; needs distributed")
sub.add_argument("--workers", type=int, nargs="*", default=[1, 2], metavar="N", help="numbers of processes (1 2)")
sub.set_defaults(run=scaling)

sub = commands.add_parser("initial", help="compare initial weights by the scores after training; needs scikit-learn")
names = ["sigmoid", "tanh", "relu", "silu", "gelu", "elu"]
sub.add_argument(
    "--activations", nargs="*", default=names, metavar="NAME", help=f"which to compare ({' '.join(names)})"
)
sub.set_defaults(run=initial)

sub = commands.add_parser("folds", help="compare scores with those of scikit-learn's networks, tuned equally")
sub.set_defaults(run=folds)

sub = commands.add_parser("defaults", help="train three epochs with each option of `fnnet train` alone, and some pairs")
sub.add_argument("--seed", type=int, default=0, metavar="N", help="random seed (0)")
sub.set_defaults(run=defaults)

sub = commands.add_parser("photos", help="read photos of digits with the command, style by style")
sub.add_argument("model", nargs="?", metavar="MODEL", help="of `fnnet train` (one that is trained by the recipe fast)")
sub.add_argument("--images", type=int, default=200, metavar="N", help="of each style and seed (200)")
sub.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2], metavar="N", help="random seeds (0 1 2)")
sub.add_argument("--style", default="", metavar="NAME", help="only those whose names contain this")
sub.set_defaults(run=photos)

sub = commands.add_parser("laws", help="try the laws on right and wrong values, with many seeds")
sub.add_argument("--kinds", nargs="*", default=[], metavar="KIND", help="such as activation (all)")
sub.add_argument("--first", type=int, default=0, metavar="N", help="the first seed (0)")
sub.add_argument("--count", type=int, default=10, metavar="N", help="seeds for each right value (10)")
sub.add_argument("--examples", type=int, default=20, metavar="N", help="examples of each law with each seed (20)")
sub.set_defaults(run=lambda given: laws.campaign(given.kinds, given.first, given.count, given.examples))

if __name__ == "__main__":
    arguments = parser.parse_args()
    arguments.run(arguments)
