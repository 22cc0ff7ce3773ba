"""Hypothesis profiles: `HYPOTHESIS_PROFILE=ci pytest` repeats itself exactly, `mutation` is short."""

import os
import signal
from importlib.util import find_spec

from hypothesis import Phase, settings

# Tests press Ctrl-C. What a shell starts in the background ignores it, and so would all that it starts in turn.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True)
settings.register_profile(
    "mutation", deadline=None, max_examples=20, derandomize=True, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# What needs other packages is collected where these are installed (extras `interop` and `peers`).
_NEEDS = {
    "test_optimizers_torch.py": ("torch",),
    "test_dask.py": ("distributed",),
    "test_interop_page.py": ("scipy",),
    "test_jax.py": ("jax",),
    "test_onnx.py": ("onnx", "onnxruntime"),
    "campaigns/scaling.py": ("distributed",),
}
collect_ignore = [file for file, packages in _NEEDS.items() if not all(map(find_spec, packages))]
