"""Made-up families of the strangers' papers: own word stock, nothing shared with `tests/draw`.

In: a seed. Out: a `Family`. Names are joined part by part; numbers end in 0000nn after province code 001.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

LAST = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Vũ",
    "Bùi",
    "Đặng",
    "Hoàng",
    "Đỗ",
    "Ngô",
    "Trịnh",
    "Mai",
    "Phùng",
    "Nghiêm",
    "Khuất",
    "Lã",
    "Cù",
    "Tạ",
    "Đào",
    "Âu",
]
HERS = ["Thị Bích", "Thị", "Thu", "Ngọc", "Thị Minh", "Hồng", "Phương", "Thị Hải", "Mỹ", "Tú"]
HIS = ["Văn", "Hữu", "Đức", "Quốc", "Tiến", "Xuân", "Mạnh", "Trọng", "Anh", "Ngọc"]
HER = [
    "Thủy",
    "Hằng",
    "Ngần",
    "Nhài",
    "Phượng",
    "Thơm",
    "Lụa",
    "Ngà",
    "Duyên",
    "Tuyết",
    "Hiên",
    "Yến",
    "Nguyệt",
    "Huế",
    "Xoan",
]
HIM = [
    "Thuấn",
    "Tuệ",
    "Khoa",
    "Cảnh",
    "Dưỡng",
    "Hoạt",
    "Tùng",
    "Thức",
    "Đạt",
    "Nghị",
    "Thế",
    "Luân",
    "Kỳ",
    "Vượng",
    "Thuận",
]
HOMES = [
    "Số 12, ngõ 45 phố Kim Ngưu, phường Thanh Nhàn, quận Hai Bà Trưng, thành phố Hà Nội",
    "Phòng 1204, tòa CT3, khu đô thị Văn Khê, phường La Khê, quận Hà Đông, Hà Nội",
    "Thôn Đoài, xã Kim Nỗ, huyện Đông Anh, thành phố Hà Nội",
    "Tổ dân phố Kiên Thành, thị trấn Trâu Quỳ, huyện Gia Lâm, TP. Hà Nội",
    "18/5 Nguyễn Thái Học, phường Quang Trung, thị xã Sơn Tây, thành phố Hà Nội",
    "Xóm 7, xã Cần Kiệm, huyện Thạch Thất, Hà Nội",
    "Số 3 ngách 29/70 Khương Hạ, phường Khương Đình, quận Thanh Xuân, Hà Nội",
    "Số 86 phố Hàng Bạc, phường Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội",
    "Tổ 14, phường Phúc Lợi, quận Long Biên, thành phố Hà Nội",
    "Số 5 đường Tam Trinh, phường Mai Động, quận Hoàng Mai, thành phố Hà Nội",
]
ORIGINS = [
    "xã Yên Thọ, huyện Ý Yên, tỉnh Nam Định",
    "Xã Vũ Hội, huyện Vũ Thư, tỉnh Thái Bình",
    "xã Thanh Lâm, huyện Thanh Chương, tỉnh Nghệ An",
    "phường Minh Khai, thành phố Phủ Lý, tỉnh Hà Nam",
    "xã Đại Đồng, huyện Tiên Du, tỉnh Bắc Ninh",
    "xã Hòa Bình, huyện Thường Tín, thành phố Hà Nội",
]
BIRTHPLACES = [
    "Bệnh viện Phụ sản Hà Nội, phường Ngọc Khánh, quận Ba Đình, thành phố Hà Nội",
    "Bệnh viện đa khoa Đức Giang, phường Đức Giang, quận Long Biên, Hà Nội",
    "Bệnh viện Phụ sản Trung ương, số 43 Tràng Thi, phường Hàng Bông, quận Hoàn Kiếm, thành phố Hà Nội",
    "Trạm y tế xã Phú Cát, huyện Quốc Oai, thành phố Hà Nội",
]
OFFICES = [
    "Ủy ban nhân dân phường Thanh Nhàn",
    "UBND phường La Khê, quận Hà Đông, thành phố Hà Nội",
    "Ủy ban nhân dân xã Kim Nỗ",
    "Ủy ban nhân dân thị trấn Trâu Quỳ",
    "UBND phường Hàng Bạc",
]
NEAR = ["phường Thanh Nhàn", "Hà Nội", "UBND phường La Khê", "xã Kim Nỗ", "phường Hàng Bạc, Hà Nội"]
GROUPS = ["Kinh", "Kinh", "Kinh", "Tày", "Mường", "Nùng", "Thái", "Dao", "Sán Dìu"]
POLICE = "Cục Cảnh sát quản lý hành chính về trật tự xã hội"


@dataclass(frozen=True, slots=True)
class Someone:
    name: str
    born: date
    group: str
    home: str
    number: str
    issued: date
    issuer: str


@dataclass(frozen=True, slots=True)
class Family:
    """Child, parents and what happened; `father` None: the paper leaves him blank."""

    child: Someone
    gender: str
    mother: Someone
    father: Someone | None
    origin: str
    birthplace: str
    office: str
    signed_at: str
    signed: date
    time: str
    grams: int
    rng: Random


def make_family(seed: str) -> Family:
    """The family of a seed, the same every time."""
    r = Random(f"strangers-{seed}")
    home, gender = r.choice(HOMES), r.choice(("Nam", "Nữ"))
    mother, father = _adult(r, "Nữ", home), _adult(r, "Nam", home)
    born = date(2019, 1, 5) + timedelta(days=r.randrange(1900))
    middle, given = (HIS, HIM) if gender == "Nam" else (HERS, HER)
    name = f"{father.name.split()[0]} {r.choice(middle)} {r.choice(given)}"
    child = Someone(name, born, father.group, home, "", born, "")
    return Family(
        child, gender, mother, father, r.choice(ORIGINS), r.choice(BIRTHPLACES), r.choice(OFFICES),
        r.choice(NEAR), born + timedelta(days=r.randint(2, 50)),
        f"{r.randrange(24):02d}:{r.randrange(60):02d}", r.randrange(2300, 4200, 50), r,
    )  # fmt: skip


def _adult(r: Random, gender: str, home: str) -> Someone:
    born = date(1979, 3, 2) + timedelta(days=r.randrange(7600))
    middle, given = (HIS, HIM) if gender == "Nam" else (HERS, HER)
    name = f"{r.choice(LAST)} {r.choice(middle)} {r.choice(given)}"
    digit = (0 if gender == "Nam" else 1) + (2 if born.year >= 2000 else 0)
    number = f"001{digit}{born:%y}0000{r.randrange(10, 99)}"
    issued = date(2016, 5, 3) + timedelta(days=r.randrange(900))
    return Someone(name, born, r.choice(GROUPS), home, number, issued, POLICE)
