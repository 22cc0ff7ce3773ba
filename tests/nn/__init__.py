"""Tests of fnnet/nn."""
