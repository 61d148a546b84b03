"""The accuracy card's pictures. In: pages read. Out: two PNGs beside docs/accuracy.md."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from tests.tally import Outcome, Page, wilson


def draw_plots(pages: Sequence[Page], folder: Path) -> None:
    """accuracy-reliability.png and accuracy-risk.png."""
    printed = [o for p in pages if "hand" not in p.kind for o in p.outcomes]
    hand = [o for p in pages if "hand" in p.kind for o in p.outcomes]
    _reliability({"printed": printed, "hand": hand}, folder / "accuracy-reliability.png")
    _risk({"printed": printed, "hand": hand}, folder / "accuracy-risk.png")


def _reliability(groups: dict[str, list[Outcome]], file: Path) -> None:
    """Share right against confidence, in ten bins of one size, with 95 % Wilson intervals."""
    figure, axes = pyplot.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    for name, outcomes in groups.items():
        given = sorted(
            (o for o in outcomes if o.confidence is not None), key=lambda o: o.confidence
        )
        size = max(1, len(given) // 10)
        bins = [b for n in range(0, len(given), size) if len(b := given[n : n + size]) == size]
        means = [sum(o.confidence for o in b) / size for b in bins]
        right = [sum(o.right for o in b) for b in bins]
        bounds = [wilson(r, size) for r in right]
        shares = [r / size for r in right]
        low = [max(0.0, s - b[0]) for s, b in zip(shares, bounds, strict=True)]
        high = [max(0.0, b[1] - s) for s, b in zip(shares, bounds, strict=True)]
        axes.errorbar(means, shares, yerr=[low, high], marker="o", capsize=2, label=name)
    axes.set(
        xlabel="confidence said", ylabel="share right", title="Does the confidence tell the truth?"
    )
    _save(figure, axes, file)


def _risk(groups: dict[str, list[Outcome]], file: Path) -> None:
    """Share wrong among the surest, against how many of all fields these are."""
    figure, axes = pyplot.subplots(figsize=(6, 4))
    for name, outcomes in groups.items():
        given = sorted(
            (o for o in outcomes if o.confidence is not None), key=lambda o: -o.confidence
        )
        wrong, covered, risk = 0, [], []
        for n, outcome in enumerate(given, start=1):
            wrong += not outcome.right
            covered.append(n / len(outcomes))
            risk.append(wrong / n)
        axes.plot(covered, risk, label=name)
    axes.axhline(0.001, color="grey", linewidth=0.8, linestyle="--", label="promise: 1 in 1,000")
    axes.set(xlabel="share of all fields, surest first", ylabel="share wrong among them")
    axes.set_yscale("symlog", linthresh=0.001)
    axes.set_ylim(bottom=0)
    _save(figure, axes, file)


def _save(figure, axes, file: Path) -> None:
    axes.legend()
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(file, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
