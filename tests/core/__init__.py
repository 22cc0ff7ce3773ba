"""Tests of fnnet/core."""
