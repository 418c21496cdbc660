"""What this campaign rests on, and how sure each piece is.

The department's plan of 2022 was not found. What is known of the year is in the press (theme, goals) or
commonly known and unchecked (decree, resolution); the rest continues the plan of 2021 and says so. Every
source of this campaign is one of these, with the place it is about.
"""

__all__ = ["ASSUMED", "CONTENT", "GOALS", "NAMES", "OFFICE", "PRESS_NEWS", "PROPOSED", "STAFF", "UNCHECKED", "UNITS"]

#: The theme and the goals, as newspapers quoted them.
PRESS_NEWS = "Báo Dân trí ngày 06/01/2022; chưa đối chiếu văn bản"
#: Commonly known, not compared with the text.
UNCHECKED = "chưa đối chiếu văn bản"
#: The plan of the year before says it; that of this year was not found.
ASSUMED = "Theo Kế hoạch năm 2021; chưa tìm thấy Kế hoạch năm 2022 của Sở để đối chiếu"
#: Nobody orders it: proposed with this campaign, to be confirmed by the Office.
PROPOSED = "Đề xuất khi lập biểu năm 2022; chưa có văn bản, cần Văn phòng Sở xác nhận"
#: New names of two rooms and of the centre.
NAMES = "Quyết định số 33/2021/QĐ-UBND, hiệu lực từ 10/12/2021, theo báo VietNamNet tháng 11/2021"

# Places in the plan, numbered as in that of the year before.
GOALS = "Mục I, gạch đầu dòng 1 (như Kế hoạch năm 2021)"
STAFF = "Mục I, gạch đầu dòng 2 (như Kế hoạch năm 2021)"
CONTENT = "Mục II (như Kế hoạch năm 2021)"
UNITS = "Mục III.1 đến III.3 (như Kế hoạch năm 2021)"
OFFICE = "Mục III.4 (như Kế hoạch năm 2021)"
