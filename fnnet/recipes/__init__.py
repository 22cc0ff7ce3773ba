"""Whole training runs as values: recipes, sweeps, checkpoints, histories."""

from fnnet.recipes.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from fnnet.recipes.history import History, append_history, history_path, read_history, write_history
from fnnet.recipes.recipe import ARTICLE, BEST, CLASSIC, FAST, RECIPES, WIDE, Recipe
from fnnet.recipes.row import Row
from fnnet.recipes.run import initial_params, initial_state, train
from fnnet.recipes.suitable import adapted, settled, suitable
from fnnet.recipes.sweeps import Result, sweep
from fnnet.recipes.track import track

__all__ = [
    "ARTICLE",
    "BEST",
    "CLASSIC",
    "FAST",
    "RECIPES",
    "WIDE",
    "Checkpoint",
    "History",
    "Recipe",
    "Result",
    "Row",
    "adapted",
    "append_history",
    "history_path",
    "initial_params",
    "initial_state",
    "load_checkpoint",
    "read_history",
    "save_checkpoint",
    "settled",
    "suitable",
    "sweep",
    "track",
    "train",
    "write_history",
]
