"""One table: what each refusal means to a browser, and the pages that say it.

The API answers with the same table (``status_of``). Nothing is caught anywhere else in the web
layer but where a page shows an error in place, as the report form does.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from flask import Flask
from flask import Response
from flask import jsonify
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.access.permissions import Right
from thidua.application.trail.auditing import note_refusal
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import BrokenSealError
from thidua.domain.errors import BusyError
from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.errors import ConflictError
from thidua.domain.errors import DamagedFileError
from thidua.domain.errors import DamagedPinError
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import KeyReusedError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NoRoomError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotConfirmedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import PluginError
from thidua.domain.errors import QuarantinedError
from thidua.domain.errors import RuleBrokenError
from thidua.domain.errors import StaleVersionError
from thidua.domain.errors import StoppedYearError
from thidua.domain.errors import ThiduaError
from thidua.domain.errors import TooLargeError
from thidua.domain.errors import TooManyTriesError
from thidua.domain.errors import UnavailableError
from thidua.domain.errors import UnknownSchemaError
from thidua.domain.errors import UnsoundPasswordError
from thidua.domain.errors import UnwantedFileError
from thidua.web import confirming
from thidua.web import context
from thidua.web import forgery
from thidua.web import sessions
from thidua.web.limits import most_megabytes
from thidua.web.log_words import in_one_line

__all__ = ["TABLE", "handle_errors", "status_of"]

_log = logging.getLogger(__name__)

_RIGHTS = frozenset(Right)
_NOT_YOURS = frozenset({403, 404})
_TOO_MANY = 429
_BROKEN = (500, "Hệ thống gặp lỗi")

#: Each leaf of the error tree: HTTP status and Vietnamese title.
TABLE: dict[type[ThiduaError], tuple[int, str]] = {
    MalformedRequestError: (400, "Yêu cầu không đọc được"),
    NotSignedInError: (401, "Bạn chưa đăng nhập"),
    NotAllowedError: (403, "Bạn không được làm việc này"),
    NotConfirmedError: (403, "Cần xác nhận lại"),
    TooManyTriesError: (429, "Đã thử nhiều lần"),
    NotFoundError: (404, "Không tìm thấy"),
    ConflictError: (409, "Nội dung đã thay đổi"),
    StaleVersionError: (412, "Nội dung đã thay đổi"),
    UnsoundPasswordError: (422, "Mật khẩu chưa đạt"),
    # 422 and not 409: the request can never succeed with this key.
    KeyReusedError: (422, "Khóa gửi đã dùng cho nội dung khác"),
    ConfirmationNeededError: (422, "Cần xác nhận số liệu"),
    RuleBrokenError: (503, "Tạm thời chưa nộp được"),
    InvalidPayloadError: (422, "Báo cáo còn ô sai"),
    UnwantedFileError: (422, "Không nhận được tệp này"),
    TooLargeError: (422, "Nhiều quá nên không làm ngay được"),
    NoRoomError: (507, "Kho tệp đã đầy"),
    DamagedFileError: _BROKEN,
    BrokenSealError: _BROKEN,
    InvalidConfigurationError: _BROKEN,
    PluginError: _BROKEN,
    QuarantinedError: (503, "Đợt thi đua đang tạm dừng"),
    StoppedYearError: (503, "Đợt thi đua chỉ xem được"),
    DamagedPinError: (503, "Bản khóa của đợt bị hỏng"),
    UnknownSchemaError: (503, "Hệ thống đang được nâng cấp"),
    UnavailableError: (503, "Hệ thống đang bận"),
    BusyError: (503, "Hệ thống đang bận"),
}


class _Words(NamedTuple):
    title: str
    message: str
    advice: str


_GO_BACK = "Hãy quay lại trang trước hoặc về trang đầu."

#: What a page says where no use case gave a sentence, and what the reader can do.
_WORDS: dict[int, _Words] = {
    400: _Words("Yêu cầu không đọc được", "Máy chủ không đọc được yêu cầu này.", _GO_BACK),
    403: _Words(
        "Bạn không được làm việc này",
        "Tài khoản của bạn không được mở trang này.",
        "Nếu công việc cần đến, hãy liên hệ Văn phòng Sở để được cấp quyền.",
    ),
    404: _Words(
        "Không tìm thấy",
        "Không có trang hoặc báo cáo này, hoặc nó không thuộc đơn vị của bạn.",
        "Hãy kiểm tra lại địa chỉ, hoặc về trang đầu và đi từ đó.",
    ),
    405: _Words("Không mở được theo cách này", "Địa chỉ này không nhận yêu cầu kiểu đó.", _GO_BACK),
    409: _Words("Nội dung đã thay đổi", "Nội dung vừa được người khác thay đổi.", "Hãy tải lại trang rồi làm tiếp."),
    413: _Words(
        "Nội dung quá lớn",
        "Nội dung gửi lên vượt quá {megabytes} MB nên máy chủ không nhận.",
        "Hãy gửi ít tệp hơn hoặc rút gọn phần chữ rồi gửi lại; không có gì đã lưu bị mất.",
    ),
    415: _Words("Loại nội dung không nhận", "Máy chủ không nhận loại nội dung này.", _GO_BACK),
    422: _Words("Nội dung chưa đúng", "Nội dung gửi lên còn chỗ sai.", _GO_BACK),
    500: _Words(
        "Hệ thống gặp lỗi",
        "Lỗi ở phía máy chủ, không phải do bạn. Báo cáo đã nộp không bị ảnh hưởng.",
        "Hãy thử lại sau ít phút. Nếu vẫn lỗi, báo cho người quản trị kèm mã dưới đây.",
    ),
    429: _Words("Đã thử nhiều lần", "Máy chủ tạm không nhận thêm.", "Hãy đợi hết thời gian đã nêu rồi làm lại."),
    507: _Words(
        "Kho tệp đã đầy",
        "Máy chủ không còn chỗ để nhận thêm tệp. Tệp chưa được lưu; báo cáo vẫn nộp được.",
        "Hãy báo cho người quản trị kèm mã dưới đây.",
    ),
    503: _Words(
        "Hệ thống đang bận",
        "Máy chủ tạm thời không trả lời được. Báo cáo đã nộp không bị ảnh hưởng.",
        "Hãy đợi khoảng một phút rồi tải lại trang.",
    ),
}

#: Pages on which much is typed: it goes along through signing in again.
_KEEPS_TYPED = frozenset(
    {"form.file", "paper.file", "review.give_back", "deadline.change", "bulk.preview", "bulk.accept"}
)

#: Fields that are not handed on in a page.
_NEVER_CARRIED = frozenset({"csrf_token", "password", "new_password", "code", "recovery", "proof"})

_FORGED = _Words(
    "Trang đã mở quá lâu",
    "Trang này được mở từ một lần đăng nhập khác nên yêu cầu không được thực hiện.",
    "Hãy tải lại trang rồi làm lại.",
)


def status_of(error: ThiduaError) -> tuple[int, str]:
    """Return HTTP status and Vietnamese title of a refusal."""
    return next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), _BROKEN)


def handle_errors(app: Flask) -> None:
    """Answer every error with a page (or, below the API, a problem document)."""
    app.register_error_handler(NotSignedInError, _to_sign_in)
    app.register_error_handler(NotConfirmedError, _to_confirm)
    app.register_error_handler(ThiduaError, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _last_resort)

    @app.after_request
    def note_doubt(response: Response) -> Response:
        if forgery.is_doubtful():
            _note(response.status_code)
        return response


def _note(status: int, right: str = "") -> None:
    """Write a refusal into the audit trail: by route and number only, for addresses hold what anybody types."""
    given = request.view_args or {}
    numbers = {name: value for name, value in given.items() if isinstance(value, int)}
    note_refusal(
        context.host(),
        context.actor_if_known(),
        Act.REFUSAL,
        Thing.PAGE,
        request.endpoint or "",
        origin=context.origin(),
        unit_code=str(given.get("unit", "")),
        status=status,
        **numbers,
        **({"right": right} if right in _RIGHTS else {}),
    )


def _to_sign_in(error: NotSignedInError) -> AnyResponse:
    if sessions.bearer_secret() is not None:
        # Not a person whose session has ended, but a key that opens nothing.
        _note(401)
    if sessions.asks_for_json():
        return _answer(*status_of(error), error.message)
    if request.endpoint in sessions.ASKED_BY_SCRIPTS:
        # A script asks; it keeps the page and says so instead of following to another page.
        return Response(status=401)
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("sign_in.ask", next=request.full_path.rstrip("?")), 303)
    if request.endpoint in _KEEPS_TYPED and forgery.is_same_origin():
        typed = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
        return Response(render_template("pages/sign_in.html", next=request.path, typed=typed, message=""), 401)
    return redirect(url_for("sign_in.ask"), 303)


def _to_confirm(error: NotConfirmedError) -> AnyResponse:
    """Ask for the password and come back; what a form brought comes along, but no secrets."""
    if sessions.asks_for_json():
        return _answer(*status_of(error), error.message)
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("confirm.ask", next=request.full_path.rstrip("?")), 303)
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in _NEVER_CARRIED]
    return Response(confirming.asked(next_path=request.path, typed=typed), 403)


def _refusal(error: ThiduaError) -> AnyResponse:
    status, title = status_of(error)
    if isinstance(error, BusyError | QuarantinedError):
        return _answer(status, title, error.message)
    if isinstance(error, TooManyTriesError):
        response = _answer(status, title, error.message)
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    if status >= 500:  # noqa: PLR2004  the operator's fault, not the person's
        words = (in_one_line(each) for each in (error.message, error.subject))
        _log.error("%s: %s [%s] request %s", type(error).__name__, *words, context.request_id())
        return _answer(status, title)
    if status == _TOO_MANY or (status in _NOT_YOURS and context.actor_if_known() is not None):
        _note(status, str(error.subject or ""))
    return _answer(status, title, error.message)


def _http(error: HTTPException) -> AnyResponse:
    if error.response is not None or (error.code or 500) < 400:  # noqa: PLR2004  redirects raised by routing
        return error.get_response()
    if isinstance(error, forgery.ForgeryError):
        _note(400)
        return _answer(400, _FORGED.title, _FORGED.message, _FORGED.advice)
    if error.code == _TOO_MANY:
        _note(_TOO_MANY)
    response = _answer(error.code or 500)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _last_resort(error: Exception) -> AnyResponse:
    _log.exception("unexpected error, request %s %s", context.request_id(), request.endpoint, exc_info=error)
    return _answer(500)


def _answer(status: int, title: str = "", message: str = "", advice: str = "") -> Response:
    words = _WORDS.get(status) or _WORDS[400 if status < 500 else 500]  # noqa: PLR2004
    title = title or words.title
    message = message or words.message.replace("{megabytes}", str(most_megabytes()))
    if sessions.asks_for_json():
        response = jsonify(
            type="about:blank", title=title, status=status, detail=message, instance=context.request_id()
        )
        response.content_type = "application/problem+json"
    else:
        page = render_template(
            "pages/error.html", status=status, title=title, message=message, advice=advice or words.advice
        )
        response = Response(page, content_type="text/html; charset=utf-8")
    response.status_code = status
    if status == 503:  # noqa: PLR2004
        response.headers["Retry-After"] = "30"
    return response
