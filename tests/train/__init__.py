"""Tests of fnnet/train."""
