"""The tests mirror the package; what concerns several parts of it is at the top.

Laws as properties, a reference in plain Python, worked examples, errors, types, and the command.
"""
