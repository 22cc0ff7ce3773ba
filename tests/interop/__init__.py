"""Tests of fnnet/interop."""
