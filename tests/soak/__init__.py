"""Long trials, run by `make soak`."""
