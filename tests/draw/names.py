"""Word stock of the generator: surnames, middle and given names, the 54 ethnic groups, places, facilities.

Names are drawn part by part, so that a person met here exists nowhere. Wards are those of Hanoi before 1 July
2025 (unless the list says new), one line a district; the other places are a handful per region.
"""


def _listed(text: str) -> list[str]:
    return text.split(",")


SURNAMES = _listed(
    "Nguyễn,Nguyễn,Nguyễn,Nguyễn,Trần,Trần,Lê,Lê,Phạm,Phạm,Hoàng,Huỳnh,Phan,Vũ,Võ,Đặng,Bùi,Đỗ,Hồ,Ngô,"
    "Dương,Lý,Đinh,Đào,Đoàn,Lâm,Mai,Trịnh,Trương,Phùng,Tạ,Tô,Tống,Thái,Chu,Kiều,Lương,Lưu,Quách,Vương,"
    "Hà,Cao,Nghiêm,Khuất,Doãn,Bạch,Ninh,Thạch,Triệu,Ông,La,Đàm,Từ,Giang"
)
MIDDLES = {
    "Nam": _listed(
        "Văn,Văn,Hữu,Đức,Minh,Quang,Xuân,Công,Đình,Ngọc,Quốc,Thành,Trọng,Duy,Gia,Bá,Khắc,Mạnh,Tuấn,Nhật,"
        "Anh,Đăng,Thế,Việt,Hoàng,Bảo,Tiến,Viết,Huy,Thiện"
    ),
    "Nữ": _listed(
        "Thị,Thị,Thị,Thị Ngọc,Thị Thu,Thị Mỹ,Thị Thanh,Thị Hồng,Thị Kim,Ngọc,Thu,Thanh,Phương,Khánh,Bảo,Minh,"
        "Mai,Diệu,Thùy,Quỳnh,Hoài,Kiều,Tường,Gia,Hải,Bích,Thúy,Vân,Cẩm,Như"
    ),
}
GIVEN = {
    "Nam": _listed(
        "Anh,An,Bách,Bảo,Bình,Chiến,Cường,Dũng,Duy,Đạt,Đăng,Đức,Giang,Hải,Hiếu,Hiển,Hoà,Hùng,Huy,Hưng,Khang,"
        "Khánh,Khôi,Kiên,Lâm,Long,Lộc,Mạnh,Minh,Nam,Nghĩa,Nguyên,Nhân,Phong,Phúc,Quân,Quang,Quý,Sơn,Tài,Tấn,"
        "Thắng,Thành,Thiện,Thịnh,Thuỷ,Tiến,Toàn,Trí,Trung,Trường,Tuấn,Tùng,Vinh,Vỹ,Vũ,Tỵ,Ngọ,Chữ,Thưởng"
    ),
    "Nữ": _listed(
        "Anh,An,Ánh,Bích,Chi,Châu,Cúc,Diễm,Dung,Duyên,Đào,Giang,Hà,Hạnh,Hằng,Hiền,Hoa,Hồng,Huệ,Huyền,Hương,"
        "Hường,Khuê,Lan,Lê,Liên,Linh,Loan,Ly,Mai,My,Mỹ,Nga,Ngân,Ngọc,Nguyệt,Nhàn,Nhi,Nhung,Oanh,Phương,Phượng,"
        "Quyên,Quỳnh,Sen,Tâm,Thảo,Thắm,Thi,Thơ,Thu,Thủy,Thuý,Thư,Tiên,Trà,Trang,Trâm,Trinh,Tú,Tuyết,Uyên,Vân,"
        "Vy,Xuân,Yến,Ý"
    ),
}
# Whole names of peoples whose names are not built from the three parts above.
OTHER_NAMES = {
    ("Mông", "Nam"): ("Vừ A Páo", "Giàng A Sử", "Thào A Của", "Sùng A Lử"),
    ("Mông", "Nữ"): ("Giàng Thị Dợ", "Vàng Thị Mỷ", "Lầu Y Dở"),
    ("Thái", "Nam"): ("Lò Văn Pâng", "Cầm Bá Ún", "Quàng Văn Pọm"),
    ("Thái", "Nữ"): ("Lò Thị Inh", "Lường Thị Ẻn", "Tòng Thị Ọi"),
    ("Ê Đê", "Nam"): ("Y Kô Niê", "Y Bhăm Êban"),
    ("Ê Đê", "Nữ"): ("H'Loan Niê", "H'Wôn Mlô", "H'Ngă Byă"),
    ("Khmer", "Nam"): ("Thạch Sô Khia", "Kim Sa Rết"),
    ("Khmer", "Nữ"): ("Sơn Thị Sà Ry", "Thạch Thị Ngọc Rinh"),
    ("Chăm", "Nam"): ("Báo Văn Trì", "Đàng Năng Quạ"),
    ("Chăm", "Nữ"): ("Thị Kiều Mri", "Quảng Thị Kim Nhớ"),
}
# The 54 groups of the official list (Quyết định 121-TCTK/PPCĐ of 1979).
ETHNIC_GROUPS = _listed(
    "Kinh,Tày,Thái,Hoa,Khmer,Mường,Nùng,Mông,Dao,Gia Rai,Ngái,Ê Đê,Ba Na,Xơ Đăng,Sán Chay,Cơ Ho,Chăm,Sán Dìu,"
    "Hrê,Mnông,Raglay,Xtiêng,Bru - Vân Kiều,Thổ,Giáy,Cơ Tu,Giẻ Triêng,Mạ,Khơ Mú,Co,Tà Ôi,Chơ Ro,Kháng,"
    "Xinh Mun,Hà Nhì,Chu Ru,Lào,La Chí,La Ha,Phù Lá,La Hủ,Lự,Lô Lô,Chứt,Mảng,Pà Thẻn,Cơ Lao,Cống,Bố Y,Si La,"
    "Pu Péo,Brâu,Ơ Đu,Rơ Măm"
)
# district: its wards or communes, as the civil-status papers write them (lower-case kinds of unit).
HANOI = {
    "quận Ba Đình": "Cống Vị,Liễu Giai,Trúc Bạch,Quán Thánh,Phúc Xá,Vĩnh Phúc",
    "quận Hoàn Kiếm": "Hàng Bạc,Hàng Đào,Hàng Mã,Đồng Xuân,Trần Hưng Đạo,Hàng Bông",
    "quận Tây Hồ": "Phú Thượng,Quảng An,Xuân La,Tứ Liên,Bưởi",
    "quận Long Biên": "Phúc Đồng,Cự Khối,Thượng Thanh,Đức Giang,Bồ Đề",
    "quận Cầu Giấy": "Quan Hoa,Mai Dịch,Nghĩa Tân,Nghĩa Đô,Dịch Vọng Hậu",
    "quận Đống Đa": "Khâm Thiên,Hàng Bột,Cát Linh,Khương Thượng,Láng Thượng",
    "quận Hai Bà Trưng": "Thanh Nhàn,Đống Mác,Phố Huế,Đồng Nhân,Bách Khoa",
    "quận Hoàng Mai": "Tương Mai,Thịnh Liệt,Trần Phú,Đại Kim,Yên Sở",
    "quận Thanh Xuân": "Thượng Đình,Thanh Xuân Nam,Phương Liệt,Hạ Đình",
    "quận Nam Từ Liêm": "Mỹ Đình 1,Mễ Trì,Đại Mỗ,Mỹ Đình 2,Tây Mỗ",
    "quận Bắc Từ Liêm": "Đức Thắng,Thụy Phương,Phú Diễn,Thượng Cát,Cổ Nhuế 1",
    "quận Hà Đông": "Phúc La,Đồng Mai,Kiến Hưng,Quang Trung,Vạn Phúc",
    "huyện Sóc Sơn": "xã Xuân Giang,xã Minh Phú,xã Trung Giã,xã Việt Long",
    "huyện Đông Anh": "xã Uy Nỗ,xã Cổ Loa,xã Vân Nội,thị trấn Đông Anh",
    "huyện Gia Lâm": "thị trấn Yên Viên,xã Cổ Bi,xã Kiêu Kỵ,xã Đông Dư",
    "huyện Thanh Trì": "xã Ngũ Hiệp,xã Tứ Hiệp,xã Yên Mỹ,xã Thanh Liệt",
    "huyện Ba Vì": "xã Minh Châu,xã Yên Bài,xã Phong Vân,xã Tiên Phong",
    "huyện Thạch Thất": "xã Tân Xã,xã Thạch Xá,xã Phú Kim,thị trấn Liên Quan",
    "huyện Mỹ Đức": "xã Hợp Tiến,xã An Phú,xã Thượng Lâm,xã Lê Thanh",
    "thị xã Sơn Tây": "Ngô Quyền,xã Thanh Mỹ,Quang Trung,Phú Thịnh",
}
HANOI_2025 = _listed(
    "Hoàn Kiếm,Ba Đình,Ngọc Hà,Giảng Võ,Cửa Nam,Hồng Hà,Tây Hồ,Cầu Giấy,Đống Đa,Hai Bà Trưng"
)
STREETS = _listed(
    "Hàng Bạc,Lý Thường Kiệt,Trần Duy Hưng,Nguyễn Trãi,Lạc Long Quân,Giải Phóng,Bạch Mai,Kim Mã,Đội Cấn,Láng Hạ,"
    "Tôn Đức Thắng,Quang Trung,Ngọc Lâm,Phạm Văn Đồng,Xuân Thủy,Trường Chinh,Lê Trọng Tấn,Tố Hữu,Âu Cơ,Thụy Khuê"
)
ELSEWHERE = (
    "xã Nam Giang, huyện Nam Trực, tỉnh Nam Định",
    "xã Kim Liên, huyện Nam Đàn, tỉnh Nghệ An",
    "phường Đông Thọ, thành phố Thanh Hóa, tỉnh Thanh Hóa",
    "phường Đình Bảng, thành phố Từ Sơn, tỉnh Bắc Ninh",
    "phường Hồng Hải, thành phố Hạ Long, tỉnh Quảng Ninh",
    "xã Tân Trào, huyện Sơn Dương, tỉnh Tuyên Quang",
    "xã Ea Tu, thành phố Buôn Ma Thuột, tỉnh Đắk Lắk",
    "xã Đông Hòa, thành phố Thái Bình, tỉnh Thái Bình",
    "thị trấn Hòa Mạc, thị xã Duy Tiên, tỉnh Hà Nam",
    "xã Mường Phăng, thành phố Điện Biên Phủ, tỉnh Điện Biên",
    "xã Ẳng Tở, huyện Mường Ảng, tỉnh Điện Biên",
    "phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh",
    "xã Cẩm Thanh, thành phố Hội An, tỉnh Quảng Nam",
    "xã Phước Hậu, huyện Ninh Phước, tỉnh Ninh Thuận",
)
# name | where it lay until 30 June 2025 | its ward since then
HOSPITALS = (
    "Bệnh viện Phụ sản Hà Nội|phường Ngọc Khánh, quận Ba Đình, thành phố Hà Nội|phường Giảng Võ",
    "Bệnh viện Phụ sản Trung ương|phường Hàng Bông, quận Hoàn Kiếm, thành phố Hà Nội|phường Hoàn Kiếm",
    "Bệnh viện Bạch Mai|phường Phương Mai, quận Đống Đa, thành phố Hà Nội|phường Kim Liên",
    "Bệnh viện đa khoa Xanh Pôn|phường Điện Biên, quận Ba Đình, thành phố Hà Nội|phường Ba Đình",
    "Bệnh viện Bưu điện|phường Định Công, quận Hoàng Mai, thành phố Hà Nội|phường Định Công",
    "Bệnh viện đa khoa Hà Đông|phường Quang Trung, quận Hà Đông, thành phố Hà Nội|phường Hà Đông",
    "Bệnh viện đa khoa Đức Giang|phường Đức Giang, quận Long Biên, thành phố Hà Nội|phường Việt Hưng",
    "Bệnh viện đa khoa huyện Đông Anh|thị trấn Đông Anh, huyện Đông Anh, thành phố Hà Nội|xã Đông Anh",
    "Bệnh viện Thanh Nhàn|phường Thanh Nhàn, quận Hai Bà Trưng, thành phố Hà Nội|phường Bạch Mai",
    "Trung tâm Y tế huyện Ba Vì|xã Chu Minh, huyện Ba Vì, thành phố Hà Nội|xã Quảng Oai",
)
ISSUERS = {
    "cccd": ("Cục Cảnh sát quản lý hành chính về trật tự xã hội", "Cục Cảnh sát QLHC về TTXH"),
    "can_cuoc": ("Bộ Công an",),
    "cmnd": ("Công an thành phố Hà Nội", "Công an TP. Hà Nội"),
    "ho_chieu": ("Cục Quản lý xuất nhập cảnh",),
}
