"""Pages typed as text, made into words as an engine would hand them over: one box per word, one line per row."""

import re

from chalicelib.dossier.paper import Word


def words_of(text: str, page: int = 1, confidence: float = 0.95) -> list[Word]:
    """Words of a page; blanks in the text keep their width."""
    found = []
    for line, row in enumerate(text.strip("\n").split("\n")):
        for word in re.finditer(r"\S+", row):
            box = (100 + word.start() * 20, 100 + line * 50, len(word[0]) * 20 - 6, 30)
            found.append(Word(word[0], box, confidence, page, line))
    return found


DECLARATION = """
                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                      Độc lập - Tự do - Hạnh phúc
                    TỜ KHAI ĐĂNG KÝ KHAI SINH
        Kính gửi: (1) Ủy ban nhân dân phường Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội
Họ, chữ đệm, tên người yêu cầu: NGUYỄN VĂN MẪU
Nơi cư trú: (2) số 12 ngõ 5 phố Hàng Bạc, phường Hàng Bạc, quận Hoàn Kiếm, thành phố
Hà Nội
Giấy tờ tùy thân: (3) Căn cước công dân số 001090000017 do Cục Cảnh sát QLHC về TTXH
cấp ngày 20/11/2021
Quan hệ với người được khai sinh: Cha
Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:
Họ, chữ đệm, tên: NGUYỄN THỊ THỬ
Ngày, tháng, năm sinh: 05/03/2020 ghi bằng chữ: Ngày năm tháng ba năm hai nghìn không
trăm hai mươi
Giới tính: Nữ      Dân tộc: Kinh      Quốc tịch: Việt Nam
Nơi sinh: (4) Bệnh viện Phụ sản Hà Nội, phường Ngọc Khánh, quận Ba Đình, Hà Nội
Quê quán: phường Hàng Bạc, quận Hoàn Kiếm, Hà Nội
Họ, chữ đệm, tên người mẹ: TRẦN THỊ LỆ
Năm sinh: (5) 1992   Dân tộc: Tày   Quốc tịch: Việt Nam
Nơi cư trú: (2) số 12 ngõ 5 phố Hàng Bạc, phường Hàng Bạc, quận Hoàn Kiếm, Hà Nội
Họ, chữ đệm, tên người cha: ........
Năm sinh: ....  Dân tộc: ....  Quốc tịch: ....
Nơi cư trú: .......
Tôi cam đoan nội dung đề nghị đăng ký khai sinh trên đây là đúng sự thật, được sự thỏa thuận
nhất trí của các bên liên quan theo quy định pháp luật.
                    Làm tại: Hà Nội, ngày 10 tháng 03 năm 2020
                                              Người yêu cầu
                                       (Ký, ghi rõ họ, chữ đệm, tên)
Đề nghị cấp bản sao: Có [X], Không [ ]
Số lượng: 02 bản
                                               Nguyễn Văn Mẫu
"""

DECLARATION_OF_2015 = """
CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
TỜ KHAI ĐĂNG KÝ
KHAI SINH
Kính gửi UBND xã Kim Nỗ, huyện Đông Anh
Họ, chữ đệm, tên người yêu cầu NGUYỄN VĂN MẪU
Nơi cư trú thôn Đoài, xã Kim Nỗ, huyện Đông Anh, thành phố Hà Nội
Giấy tờ tùy thân CMND số 001089123 do Công an thành phố Hà Nội cấp ngày 20/10/2014
Quan hệ với người được khai sinh Bố
Đề nghị cơ quan đăng ký khai sinh cho người có
tên dưới đây
1. Họ, chữ đệm, tên NGUYỄN MINH THỬ
Ngày, tháng, năm sinh ngày 05 tháng 03 năm 2020
(Ghi bằng chữ: Ngày năm tháng ba năm hai nghìn không trăm hai mươi)
Nơi sinh Bệnh viện đa khoa Đông Anh
Giới tính Nam Dân tộc Kinh Quốc tịch Việt Nam
Quê quán xã Kim Nỗ, huyện Đông Anh, Hà Nội
Họ, chữ đệm, tên người cha NGUYỄN VĂN MẪU
Năm sinh 1990 Dân tộc Kinh Quốc tịch Việt Nam
Nơi cư trú thôn Đoài, xã Kim Nỗ, huyện Đông Anh, thành phố Hà Nội
Họ, chữ đệm, tên người mẹ
TRẦN THỊ LỆ
Năm sinh 1992
Dân tộc Tày
Quốc tịch Việt Nam
Nơi cư trú
thôn Đoài, xã Kim Nỗ, huyện Đông Anh, thành phố Hà Nội
Tôi cam đoan nội dung đề nghị đăng ký khai sinh trên đây là đúng sự thật
Làm tại xã Kim Nỗ, ngày 10 tháng 3 năm 2020
Người yêu cầu
Nguyễn Văn Mẫu
"""

BIRTH_NOTE = """
Cơ sở khám bệnh, chữa bệnh: Bệnh       CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
viện Phụ sản Hà Nội                        Độc lập - Tự do - Hạnh phúc
Số: 158/2020
Quyển số: 03
                    GIẤY CHỨNG SINH
Họ và tên mẹ/Người nuôi dưỡng: Trần Thị Lệ
Năm sinh: 1992
Nơi đăng ký thường trú: thôn 3, xã Nam Hồng, huyện Đông Anh, Hà Nội
Mã số BHXH/Thẻ BHYT số: 0100000123
Giấy CMND/Thẻ căn cước/Hộ chiếu số: 001192000017 Ngày cấp: 20/10/2019 Nơi cấp: Cục Cảnh sát
quản lý hành chính về trật tự xã hội
Dân tộc: Kinh
Họ và tên cha: Nguyễn Văn Mẫu
Đã sinh con vào lúc:10 giờ05 phút ngày05 tháng03 năm 2020
Tại: Bệnh viện Phụ sản Hà Nội
Số con trong lần sinh này: 01 (một)
Giới tính của con: Nữ Cân nặng: 3.200 (gam)
Dự định đặt tên con là: chưa đặt tên
Ghi chú: Đẻ thường
                      Hà Nội, ngày 06 tháng 03 năm 2020
Cha, mẹ/Người nuôi dưỡng  Người đỡ đẻ  Người ghi phiếu Thủ trưởng cơ sở y tế
Lê Thị Ký           Phạm Văn Ký
"""

LAW = """
QUỐC HỘI
Luật số: 60/2014/QH13
LUẬT HỘ TỊCH
Điều 13. Thẩm quyền đăng ký khai sinh
Ủy ban nhân dân cấp xã nơi cư trú của người cha hoặc người mẹ thực hiện đăng ký khai sinh.
Điều 16. Người đi đăng ký khai sinh nộp tờ khai theo mẫu quy định và giấy chứng sinh cho cơ quan đăng ký
hộ tịch. Công chức tư pháp cấp giấy khai sinh cho người được đăng ký khai sinh.
"""
