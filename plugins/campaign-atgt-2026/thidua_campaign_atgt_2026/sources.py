"""What this campaign rests on, and how sure each piece is.

No plan of 2026 was found, no theme, and no text that says who took the work over from the department of
information and communications. What laws hold is known from a codification, the aims from the press; the
rest continues the plans of 2021 and 2022 and says so. Every source of this campaign is one of these, with
the place it is about.
"""

__all__ = [
    "ASSUMED",
    "CODIFIED",
    "COMMUNES",
    "CONTENT",
    "GOALS",
    "MERGER",
    "OFFICE",
    "OWNER",
    "PRESS_NEWS",
    "PROPOSED",
    "STAFF",
    "UNCHECKED",
    "UNITS",
    "UNKNOWN_THEME",
]

#: The aims, as newspapers told them; whether they are the country's or the province's is not said.
PRESS_NEWS = "Báo VietnamPlus ngày 06/01/2026 và Tạp chí Xây dựng; chưa đối chiếu văn bản"
#: Texts listed in a public codification of July 2026.
CODIFIED = "Kho pháp điển công khai, bản tháng 07/2026; chưa đối chiếu văn bản"
#: Commonly known, not compared with the text.
UNCHECKED = "chưa đối chiếu văn bản"
#: The plans of the years before say it; that of this year was not found.
ASSUMED = "Theo các Kế hoạch năm 2021 và 2022; chưa tìm thấy Kế hoạch năm 2026 để đối chiếu"
#: Nobody orders it: proposed with this campaign, to be confirmed by the Office.
PROPOSED = "Đề xuất khi lập biểu năm 2026; chưa có văn bản, cần Văn phòng Sở xác nhận"
#: Who took the department over.
MERGER = "Nghị quyết số 04 ngày 18/02/2025 của HĐND tỉnh Lạng Sơn, theo báo Lao Động ngày 19/02/2025"
#: Who took over this very work is told by nobody.
OWNER = (
    f"{MERGER}; báo chí và thông tin cơ sở có thể thuộc Sở Văn hóa, Thể thao và Du lịch như ở tỉnh khác: cần xác nhận"
)
#: Two tiers of local government.
COMMUNES = (
    "Nghị quyết số 1672/NQ-UBTVQH15 ngày 16/6/2025, hiệu lực từ 01/7/2025; "
    "việc giao cho Phòng Văn hóa - Xã hội cần xác nhận"
)
UNKNOWN_THEME = "Chưa tìm thấy chủ đề năm 2026 trong nguồn nào"

# Places in the plan, numbered as in that of 2021.
GOALS = "Mục I, gạch đầu dòng 1 (như Kế hoạch năm 2021)"
STAFF = "Mục I, gạch đầu dòng 2 (như Kế hoạch năm 2021)"
CONTENT = "Mục II (như Kế hoạch năm 2021)"
UNITS = "Mục III.1 đến III.3 (như Kế hoạch năm 2021)"
OFFICE = "Mục III.4 (như Kế hoạch năm 2021)"
