"""Tests of fnnet/data."""
