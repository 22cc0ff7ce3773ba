"""The whole job, `fnnet train`, written for each peer: a program of its own, with the arguments EPOCHS MODEL."""
