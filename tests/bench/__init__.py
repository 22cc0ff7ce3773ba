"""The benchmark, `python -m tests.bench`: fnnet and its peers on the same network, data and arithmetic."""
