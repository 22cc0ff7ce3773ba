"""Campaigns that take minutes to hours: fuzzing, kills, mutants, scaling."""
