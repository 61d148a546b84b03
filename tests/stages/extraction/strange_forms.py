"""Forms of civil status and of daily life that no kind of ours is, as typed pages: title first, then the rest."""

PERSON = """
Họ, chữ đệm, tên: ..........................................
Ngày, tháng, năm sinh: ..........................................
Giới tính: ............ Dân tộc: ............ Quốc tịch: ............
Nơi cư trú: ..........................................
Giấy tờ tùy thân: ..........................................
"""
PLEDGE = """
Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về cam đoan của mình.
Làm tại: ................, ngày ...... tháng ...... năm ............
Người yêu cầu
(Ký, ghi rõ họ, chữ đệm, tên)
"""
HEAD = """
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
"""
APPLICANT = """
Kính gửi: ..........................................
Họ, chữ đệm, tên người yêu cầu: ..........................................
Nơi cư trú: ..........................................
Giấy tờ tùy thân: ..........................................
"""
FORMS = {
    "TỜ KHAI ĐĂNG KÝ NHẬN CHA, MẸ, CON": f"{HEAD}{{title}}{APPLICANT}"
    f"Quan hệ với người nhận cha/mẹ/con: ..............\n"
    f"Đề nghị cơ quan công nhận người có tên dưới đây:{PERSON}"
    f"Là .............. của người có tên dưới đây:{PERSON}"
    f"Ý kiến của người hiện đang là mẹ hoặc cha: ..............{PLEDGE}",
    "TỜ KHAI ĐĂNG KÝ GIÁM HỘ": f"{HEAD}{{title}}{APPLICANT}"
    f"Đề nghị cơ quan đăng ký việc giám hộ giữa:\nNgười giám hộ:{PERSON}Người được giám hộ:{PERSON}"
    f"Lý do đăng ký giám hộ: ..............{PLEDGE}",
    "TỜ KHAI ĐĂNG KÝ VIỆC THAY ĐỔI, CẢI CHÍNH, BỔ SUNG THÔNG TIN HỘ TỊCH": f"{HEAD}{{title}}{APPLICANT}"
    f"Quan hệ với người được thay đổi, cải chính: ..............\n"
    f"Đề nghị cơ quan đăng ký việc cải chính cho người có tên dưới đây:{PERSON}"
    f"Đã đăng ký tại: ..............\nNội dung: ..............\nLý do: ..............\n"
    f"Đề nghị cấp bản sao: Có, Không. Số lượng: ....... bản{PLEDGE}",
    "ĐƠN XIN XÁC NHẬN DÂN SỰ": f"{HEAD}{{title}}\nKính gửi: Công an phường ..............\n"
    f"Tôi tên là: ..............{PERSON}Số điện thoại: ..............\nLý do: ..............{PLEDGE}",
    "SƠ YẾU LÝ LỊCH": f"{HEAD}{{title}}\nI. LÝ LỊCH BẢN THÂN{PERSON}Tôn giáo: ..............\n"
    "Thành phần gia đình: ..............\nTrình độ văn hóa: ..............\nNgày vào Đoàn: ..............\n"
    "II. QUAN HỆ GIA ĐÌNH\nHọ và tên bố: ..............\nHọ và tên mẹ: ..............\n"
    f"Họ và tên vợ hoặc chồng: ..............\nNghề nghiệp: ..............{PLEDGE}",
    "GIẤY RA VIỆN": f"{HEAD}{{title}}\nHọ tên người bệnh: ..............\nTuổi: ....... Giới tính: .......\n"
    "Dân tộc: ....... Nghề nghiệp: .......\nMã số BHXH/Thẻ BHYT số: ..............\nĐịa chỉ: ..............\n"
    "Vào viện lúc: ..............\nRa viện lúc: ..............\nChẩn đoán: ..............\n"
    "Phương pháp điều trị: ..............\nGhi chú: ..............\n"
    "Ngày ...... tháng ...... năm ......\nThủ trưởng đơn vị",
    "PHIẾU KHAI BÁO TẠM VẮNG": f"{HEAD}{{title}}\nKính gửi: ..............{PERSON}"
    "Số định danh cá nhân: ..............\nSố điện thoại: ..............\nNơi thường trú: ..............\n"
    "Lý do tạm vắng: ..............\nThời gian tạm vắng: ..............\nNơi đến: ..............\n"
    "NGƯỜI KHAI BÁO",
    "HỢP ĐỒNG THUÊ NHÀ": f"{HEAD}{{title}}\nBên cho thuê (Bên A):{PERSON}Bên thuê (Bên B):{PERSON}"
    "Giá thuê: ..............\nThời hạn: ..............\nHai bên cam kết thực hiện đúng hợp đồng.\n"
    "BÊN A BÊN B",
    "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN": f"{HEAD}{{title}}\nXét đề nghị của ông/bà: ..............\n"
    f"về việc cấp Giấy xác nhận tình trạng hôn nhân,\nXÁC NHẬN:{PERSON}"
    "Trong thời gian cư trú tại: ..............\nTình trạng hôn nhân: ..............\n"
    "Giấy này được cấp để: ..............\nNGƯỜI KÝ GIẤY XÁC NHẬN",
    "TRÍCH LỤC CẢI CHÍNH HỘ TỊCH": f"{HEAD}{{title}}\nSố: ..............{PERSON}"
    "Số định danh cá nhân: ..............\nĐã đăng ký tại: ..............\nNội dung cải chính: ..............\n"
    "NGƯỜI KÝ TRÍCH LỤC",
}


def without_title(name: str) -> str:
    return FORMS[name].format(title="")


def with_title(name: str) -> str:
    return FORMS[name].format(title=name)
