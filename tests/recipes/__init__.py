"""Tests of fnnet/recipes."""
