"""Tests of fnnet/io."""
