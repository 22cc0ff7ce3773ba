"""Tests of fnnet/optim."""
