"""Long trials, run by `make soak` and `make bench-agencies`; `test_one_day` is in `.ci/run`."""
