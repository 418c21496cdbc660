"""Where form E comes from: no text prescribes it, and nobody has yet said in writing who fills it in."""

__all__ = ["ASSIGNED", "row"]

#: That the duty is this room's: usual, not found in a text on the province; people see it on the form.
ASSIGNED = (
    "Quyết định về tổ chức chính quyền địa phương hai cấp từ 01/7/2025; việc giao cho Phòng Văn hóa - Xã hội "
    "chưa có văn bản để đối chiếu, cần Văn phòng Sở xác nhận"
)
#: Rows that form A has under other numbers.
_ROWS_OF_A = {
    **{number: number for number in range(1, 13)},
    13: 14,
    **{number: number + 2 for number in (14, 15)},
    **{number: number + 3 for number in range(16, 23)},
    **{number: number + 2 for number in range(24, 33)},
}


def row(code: str) -> str:
    """Return the source of a row: the row of form A that it was taken from, or that it was proposed."""
    taken = _ROWS_OF_A.get(int(code[1:]))
    if taken is None:
        return f"Biểu E, dòng {code}; đề xuất cho cấp xã, cần Văn phòng Sở xác nhận"
    return f"Biểu E, dòng {code}; theo Biểu A, dòng A{taken:02d}"
