"""What happened to an account, in words its person understands."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.application.access.permissions import ROLES
from thidua.application.ports.account_ports import Happening
from thidua.domain.accounts import Role
from thidua.domain.audit import Act

__all__ = ["news_words", "role_words"]

_WORDS: Mapping[Act, str] = {
    Act.PASSWORD_CHANGED: "Mật khẩu đã đổi",
    Act.SECOND_FACTOR_ADDED: "Đã bật bước xác nhận thứ hai",
    Act.SECOND_FACTOR_REMOVED: "Đã tắt bước xác nhận thứ hai",
    Act.RECOVERY_CODE_USED: "Đã dùng một mã dự phòng",
    Act.IDENTITY_LINKED: "Đã nối với một tài khoản định danh",
    Act.IDENTITY_UNLINKED: "Đã gỡ một tài khoản định danh",
    Act.INVITATION_MADE: "Đã cấp mã để đặt mật khẩu mới",
    Act.TOKEN_MADE: "Đã tạo mã truy cập cho chương trình",
    Act.TOKEN_REVOKED: "Đã thu hồi mã truy cập",
    Act.MEMBERSHIP_GIVEN: "Được giao vai trò",
    Act.MEMBERSHIP_ENDED: "Đã kết thúc vai trò",
}


def role_words(role: str) -> str:
    """Return what people call a role; its code where this release has none of that name."""
    return ROLES[Role(role)].says if role in set(Role) else role


def news_words(happening: Happening) -> str:
    """Say what happened."""
    words = _WORDS[happening.act]
    if tokens := happening.detail.get("tokens"):
        words += f"; {tokens} mã truy cập cho chương trình không dùng được nữa, cần thì tạo lại"
    if "role" not in happening.detail:
        return words
    unit = happening.detail.get("unit")
    return f"{words}: {role_words(str(happening.detail['role']))}{f' ({unit})' if unit else ''}"
