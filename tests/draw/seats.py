"""Where offices sit: a unit of Hanoi on a day, and the many ways papers write the office of that unit."""

from dataclasses import dataclass
from datetime import date
from random import Random

from tests.draw import names
from tests.draw.people import TWO_TIERS, make_ward


@dataclass(frozen=True, slots=True)
class Seat:
    """`ward` as "phường Hàng Bạc"; `rest` as "quận Hoàn Kiếm, thành phố Hà Nội"; one tier less since 7/2025."""

    ward: str
    rest: str

    def office(self, rng: Random, whole: float = 0.5) -> str:
        """The people's committee, with what it lies in at odds of `whole`."""
        head = rng.choice(("Ủy ban nhân dân", "Ủy ban nhân dân", "UBND", "Uỷ ban nhân dân"))
        return f"{head} {self.ward}" + (f", {self.rest}" if rng.random() < whole else "")

    def place(self, rng: Random) -> str:
        """What stands after "Làm tại"."""
        ward = self.ward[0].upper() + self.ward[1:]
        return rng.choice((f"UBND {self.ward}", ward, "Hà Nội", f"{self.ward}, {self.rest}"))

    @property
    def whole(self) -> str:
        return f"{self.ward}, {self.rest}"

    def police(self, on: date, rng: Random) -> str:
        """Residence was the district's business until 1 July 2021, then the ward's."""
        district = self.rest.split(",")[0]
        if on < date(2021, 7, 1):
            return f"Công an {district}" + rng.choice(("", ", thành phố Hà Nội"))
        return f"Công an {self.ward}" + rng.choice(("", f", {self.rest}"))

    def letterhead(self) -> list[str]:
        tiers = [] if ", " not in self.rest else [self.rest.split(",")[0]]
        return ["THÀNH PHỐ HÀ NỘI", *[t.upper() for t in tiers], f"UBND {self.ward}".upper()]


def make_seat(rng: Random, on: date) -> Seat:
    """A seat whose city is always named in full, as printed forms do."""
    ward, rest = make_ward(rng, on)
    district = rest.rpartition(", ")[0]
    city = rng.choice(("thành phố Hà Nội", "thành phố Hà Nội", "TP. Hà Nội"))
    return Seat(ward, city if on >= TWO_TIERS else f"{district}, {city}")


def seat_of(office: str) -> Seat:
    """The seat of an office as written: "UBND phường Hàng Bạc" lies in quận Hoàn Kiếm unless it says otherwise."""
    ward, _, rest = office.removeprefix("UBND ").partition(", ")
    ward = ward.partition(" dân ")[2].removeprefix("dân ") if " dân " in ward else ward
    bare = ward.removeprefix("phường ")
    found = (d for d, wards in names.HANOI.items() if bare in wards.split(","))
    return Seat(ward, rest or next((f"{d}, thành phố Hà Nội" for d in found), "thành phố Hà Nội"))
