"""The zips of the functions: built from the registries by hash, gated, with a bill of materials. Runs in .venv-package."""
