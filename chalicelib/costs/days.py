"""Sizes: a district, the city, the country; their mean day and their peak. Pure figures.

In: nothing. Out: dossiers a year, a working day, a peak second. Refuses nothing.
"""

from dataclasses import dataclass

WORKING_DAYS = 250
PEAK = 10  # times the mean day
BUSIEST_HOUR = 0.13  # share of a day's dossiers, as in `peak.PROFILE`


@dataclass(frozen=True, slots=True)
class Size:
    """Who files how many dossiers a year; `why` tells where the number comes from."""

    name: str
    dossiers: int
    why: str

    @property
    def mean_day(self) -> int:
        """Dossiers on a mean working day."""
        return round(self.dossiers / WORKING_DAYS)

    @property
    def peak_second(self) -> float:
        """Dossiers a second in the busiest hour of a peak day."""
        return self.mean_day * PEAK * BUSIEST_HOUR / 3600


SIZES = (
    Size("a district", 17_505, "one district of Hanoi in 2019"),
    Size(
        "the city",
        30 * 17_505,
        "the thirty districts that Hanoi had in 2019, each like this one (assumed)",
    ),
    Size("the country", 30_000_000, "given"),
)
