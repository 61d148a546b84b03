"""Words that are printed on papers, made up after their kind: heads, notes, sentences, second labels in English."""

HEADS = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Độc lập – Tự do – Hạnh phúc",
    "SOCIALIST REPUBLIC OF VIET NAM", "Independence - Freedom - Happiness", "TỜ KHAI", "GIẤY CHỨNG NHẬN", "PHIẾU THÔNG TIN",
    "ĐƠN ĐỀ NGHỊ", "GIẤY ỦY QUYỀN", "BIÊN NHẬN HỒ SƠ", "GIẤY XÁC NHẬN", "BẢN CAM KẾT", "TRÍCH LỤC", "SƠ YẾU LÝ LỊCH",
    "BIÊN BẢN LÀM VIỆC", "HỢP ĐỒNG", "QUYẾT ĐỊNH", "THÔNG BÁO", "GIẤY GIỚI THIỆU", "ỦY BAN NHÂN DÂN", "BỘ TƯ PHÁP", "BỘ CÔNG AN",
    "BỘ Y TẾ", "BẢO HIỂM XÃ HỘI VIỆT NAM", "SỞ KẾ HOẠCH VÀ ĐẦU TƯ", "PHÒNG TÀI CHÍNH", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH",
    "PHÓ CHỦ TỊCH", "CHỦ TỊCH", "TRƯỞNG CÔNG AN", "GIÁM ĐỐC", "CÁN BỘ TIẾP NHẬN", "NGƯỜI KHAI", "NGƯỜI YÊU CẦU", "NGƯỜI NỘP HỒ SƠ",
    "Người làm chứng", "Người thực hiện", "XÁC NHẬN CỦA CƠ QUAN", "Ý KIẾN CỦA CHỦ HỘ", "PHẦN DÀNH CHO CƠ QUAN", "Mẫu số",
    "Mẫu số 01", "Mẫu CT01", "PHỤ LỤC", "Số TT", "TT", "STT", "Họ và tên", "Ghi chú", "Quan hệ", "Nội dung", "Thành tiền", "Đơn vị",
    "Số lượng", "Bản chính", "Bản sao", "Ký tên", "Ngày nhận", "Ngày trả kết quả", "Cộng", "Tổng số", "BẢN SAO", "Nơi nhận:", "Số:",
    "Quyển số:", "Kính gửi:", "Căn cứ", "Về việc", "V/v", "Lưu: VT.", "Trang", "Tờ số", "Ảnh 4 x 6", "Ảnh 3x4 cm", "Dấu giáp lai",
)  # fmt: skip
NOTES = (
    "Ký, ghi rõ họ tên", "Ký, đóng dấu và ghi rõ họ tên", "ký, ghi rõ họ tên", "Ghi rõ họ, chữ đệm, tên", "viết chữ in hoa",
    "Ghi bằng chữ in hoa, có dấu", "đánh dấu X vào ô thích hợp", "nếu có", "Ghi rõ nơi cấp", "Ghi rõ tên cơ quan nhận hồ sơ",
    "Ghi theo nơi đăng ký thường trú", "trường hợp không có thì bỏ trống", "Ghi ngày, tháng, năm bằng số và bằng chữ",
    "Chỉ ghi khi có thay đổi", "Xem hướng dẫn ở mặt sau", "Không tẩy xóa", "Tích vào ô trống", "Áp dụng từ ngày",
    "Ban hành kèm theo Thông tư số", "Trường hợp ở nước ngoài thì ghi tên nước", "Đính kèm bản chụp giấy tờ", "Chọn một trong các mục",
    "Người dưới 14 tuổi do cha, mẹ kê khai", "Có hiệu lực trong 6 tháng", "Điền đầy đủ các mục có dấu *", "số nhà, đường, tổ, thôn",
)  # fmt: skip
SENTENCES = (
    "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về cam đoan của mình.",
    "Tôi xin cam đoan những lời khai trên là đúng, nếu sai tôi hoàn toàn chịu trách nhiệm.", "Đề nghị quý cơ quan xem xét, giải quyết.",
    "Tôi làm đơn này kính mong được giúp đỡ.", "Xin chân thành cảm ơn.", "Giấy này được lập thành hai bản, mỗi bên giữ một bản.",
    "Hồ sơ gồm có các giấy tờ sau đây:", "Nay tôi làm tờ khai này đề nghị cơ quan cho tôi được đăng ký.", "Đã nhận đủ hồ sơ của ông, bà:",
    "Thời hạn giải quyết: 03 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ.", "Khi đến nhận kết quả đề nghị mang theo giấy hẹn.",
    "Mọi thắc mắc xin gọi số điện thoại ghi trên phiếu.", "Người đi khai có mặt tại trụ sở và ký vào sổ.", "Hình thức nhận kết quả:",
    "Nhận trực tiếp tại bộ phận một cửa", "Nhận qua dịch vụ bưu chính công ích", "Nhận bản điện tử qua cổng dịch vụ công",
    "Chúng tôi tự nguyện và không vi phạm quy định của pháp luật.", "Đề nghị cấp bản sao:", "Số lượng bản sao đề nghị cấp:",
    "Thông tin về người được khai:", "Thông tin về người nộp hồ sơ:", "Thành viên trong hộ cùng thay đổi:", "Địa điểm kinh doanh:",
    "Ngành, nghề kinh doanh:", "Tổng số vốn bằng số và bằng chữ:", "Phương thức đóng:", "Nơi đăng ký khám bệnh ban đầu:", "Tài khoản ngân hàng số:",
    "Người bệnh vào viện lúc", "Chẩn đoán khi ra viện:", "Cân nặng lúc sinh:", "Tình trạng sức khỏe:", "Lý do xin cấp lại:", "Mục đích sử dụng:",
    "Trình độ học vấn:", "Nghề nghiệp, nơi làm việc:", "Nơi ở hiện nay:", "Chỗ ở hiện tại:", "Số điện thoại liên hệ:", "Thư điện tử:", "Mã số thuế:",
    "Giấy tờ tùy thân:", "Loại giấy tờ, số, ngày cấp, nơi cấp:", "Quan hệ với chủ hộ:", "Tôn giáo:", "Số sổ hộ khẩu:", "Hộ khẩu thường trú:",
    "Ngày tháng năm sinh:", "Sinh ngày:", "Giới tính:", "Dân tộc:", "Quốc tịch:", "Quê quán:", "Nguyên quán:", "Nơi sinh:", "Họ tên cha:", "Họ tên mẹ:",
    "Người đại diện theo pháp luật:", "Chức vụ:", "Cơ quan công tác:", "Bên giao:", "Bên nhận:", "Số tiền bằng chữ:", "Diện tích:", "Thửa đất số:",
)  # fmt: skip
ENGLISH = (
    "Full name", "Date of birth", "Sex", "Nationality", "Place of origin", "Place of residence", "Date of expiry", "Date of issue",
    "Personal identification", "Place of birth", "Citizen Identity Card", "Passport No.", "Signature of bearer", "Place of issue", "Issued by",
    "Occupation", "Permanent address", "Telephone", "Father's name", "Mother's name", "Ethnic group", "Date, month, year", "Surname and given names",
    "Registration number", "Relationship", "Marital status", "Applicant", "Declaration form", "Received by", "Remarks", "Valid until", "Class",
    "Driving licence", "Certificate of birth", "Left index finger", "Right index finger", "Ministry of Public Security", "Director General",
)  # fmt: skip
