"""Tests of fnnet/cli."""
