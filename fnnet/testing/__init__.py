"""For tests of code that uses the library: `fnnet.testing.strategies`, random records for hypothesis."""
