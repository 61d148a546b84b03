"""What a count of errors shows about their share (Clopper–Pearson, one-sided). In: counts. Out: a bound on the share.

So many values that none of them wrong shows at most 1 in 1,000 with 95 %: 2,995.
"""

from math import exp, lgamma, log, log1p


def upper_bound(wrong: int, total: int, level: float = 0.95) -> float:
    """The share of wrong ones that is exceeded by no more than chance; 1 of nothing."""
    return 1.0 if wrong >= total else _share_where(wrong, total, 1 - level)


def lower_bound(wrong: int, total: int, level: float = 0.95) -> float:
    """The share that is undercut by no more than chance; 0 of nothing."""
    return 0.0 if wrong == 0 else _share_where(wrong - 1, total, level)


def _share_where(wrong: int, total: int, chance: float) -> float:
    """The share for which so few errors or fewer have this chance, found by halving."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, total, middle) > chance else (low, middle)
    return high


def _at_most(wrong: int, total: int, share: float) -> float:
    """How probable so few errors or fewer are, if each value is wrong with this share (binomial)."""
    if share in (0.0, 1.0):
        return float(share == 0.0)
    logs = log(share), log1p(-share)
    ways = (lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) for k in range(wrong + 1))
    return sum(exp(w + k * logs[0] + (total - k) * logs[1]) for k, w in enumerate(ways))
