"""Writes docs/costs.md."""


def write() -> None:
    """Nothing yet."""
