"""Many dossiers at once, as if their papers had been read without fault."""

from chalicelib import journey
from tests.journeys.house import JPEG, PAPERS, House


def filed(house: House, count: int, wards: tuple[str, ...] = ("Phường Hoàn Kiếm",)) -> list[str]:
    """Codes of dossiers that were submitted before their papers were read, to be checked."""
    codes = []
    for n in range(count):
        code = house.open(ward=wards[n % len(wards)])
        papers = {k: house.bring(code, JPEG + k.encode() + code.encode()) for k in PAPERS}
        house.drop_reads()
        journey.submit(house.world, code)
        for kind, values in PAPERS.items():
            own = {"number": code} if kind == "giay_chung_sinh" else {}  # no two notes are the same
            house.note(code, papers[kind], kind, {**values, **own})
        codes.append(code)
    return codes
