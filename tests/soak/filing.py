"""Many dossiers at once, as if their papers had been read without fault."""

from chalicelib import journey
from tests.journeys.house import JPEG, PAPERS, House


def filed(house: House, count: int, wards: tuple[str, ...] = ("Phường Hoàn Kiếm",)) -> list[str]:
    """Codes of submitted dossiers, to be checked."""
    codes = []
    for n in range(count):
        code = house.open(ward=wards[n % len(wards)])
        for kind, values in PAPERS.items():
            paper = house.bring(code, JPEG + kind.encode() + code.encode())
            house.drop_reads()
            own = {"number": code} if kind == "giay_chung_sinh" else {}  # no two notes are the same
            house.note(code, paper, kind, {**values, **own})
        journey.submit(house.world, code)
        codes.append(code)
    return codes
