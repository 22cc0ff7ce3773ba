"""Tests of fnnet/metrics."""
