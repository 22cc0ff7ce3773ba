"""Tests of fnnet/plots."""
