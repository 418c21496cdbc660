# Finds Python and builds .venv; sourced by ./run and ./test, POSIX sh.
# shellcheck shell=sh
#
# An environment is good when its stamp says so, and the stamp is written last: one that was cut
# off, or that belongs to other requirements or another place, is built again.

say() { printf '%s\n' "$*" >&2; }

# refuse <Vietnamese> <English>
refuse() {
    say "$1 / $2"
    exit 1
}

# Sets $python to a Python of 3.11 or newer.
find_python() {
    python='' too_old=''
    for candidate in "${THIDUA_PYTHON:-python3}" python3 python3.13 python3.12 python3.11 python3.14 python; do
        # Tried, not just looked up: a shim may stand for a version that is not installed.
        version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$candidate
            return 0
        fi
        too_old=$version
    done
    [ -z "$too_old" ] || refuse \
        "Python trên máy này là $too_old, cũ quá; cần Python 3.11 trở lên (apt-get install python3.11 python3.11-venv)." \
        "Python $too_old is too old; 3.11 or newer is needed."
    refuse \
        "Máy này chưa có Python; cần Python 3.11 trở lên (apt-get install python3 python3-venv)." \
        "No Python found; 3.11 or newer is needed."
}

has_uv() { command -v uv >/dev/null 2>&1; }

# Prints what the environment depends on: requirements, our packages, the place.
stamp_of() {
    {
        printf '%s\n' "$here"
        cat "$here/$1" "$here/pyproject.toml"
        for file in "$here"/plugins/*/pyproject.toml; do
            printf '%s\n' "$file"
            cat "$file"
        done
    } | cksum
}

# An environment whose Python was replaced under it starts, and finds nothing.
is_good() {
    [ -f "$venv/stamp-$1" ] && [ "$(cat "$venv/stamp-$1")" = "$(stamp_of "$2")" ] &&
        "$venv/bin/python" -c 'import thidua' 2>/dev/null
}

# One builder at a time. The kernel holds the lock for this script and all that it starts, and lets
# go when the last of them has ended, however it ended: a pip that outlives its script is waited for.
lock_venv() {
    if ! (: >>"$venv.lock") 2>/dev/null; then
        [ "$(free_kb)" -gt 1000 ] || no_room
        no_permission
    fi
    exec 9>>"$venv.lock"
    take='import fcntl
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    raise SystemExit(75)'
    waited=''
    # Any other failure (a file system without locks) is no reason to wait.
    until "$python" -c "$take" 9>&9 2>/dev/null || [ $? -ne 75 ]; do
        [ -n "$waited" ] || say "Đang chờ một lần cài đặt khác… / Waiting for another installation…"
        waited=yes
        sleep 1
    done
}

# install <arguments of "pip install">: by uv if it is there, else by pip, which gets a second try.
install() {
    if has_uv && uv pip install --quiet --python "$venv/bin/python" "$@"; then
        return 0
    fi
    [ -x "$venv/bin/pip" ] || "$venv/bin/python" -m ensurepip >/dev/null 2>&1 || no_venv
    for _ in 1 2; do
        if "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-compile "$@"; then
            return 0
        fi
    done
    [ "$(free_kb)" -gt 100000 ] || no_room
    refuse \
        "Cài đặt không thành công; hãy xem thông báo phía trên (thường do mất mạng) rồi chạy lại." \
        "Installation failed, see above (often the network); run it again."
}

no_venv() {
    refuse \
        "Python ($python) thiếu mô-đun venv; hãy cài: apt-get install python3-venv" \
        "Python has no venv module: apt-get install python3-venv"
}

no_room() {
    refuse \
        "Ổ đĩa chứa $here sắp hết chỗ; cần khoảng $need_mb MB." \
        "The disk is full; about $need_mb MB are needed."
}

no_permission() {
    refuse \
        "Không ghi được vào thư mục $here; hãy chép chương trình sang thư mục của bạn." \
        "Cannot write to $here; copy the program to a folder of yours."
}

free_kb() { df -Pk "$here" | awk 'NR == 2 { print $4 }'; }

# Makes an empty environment in place of whatever is there.
new_venv() {
    rm -rf "$venv" 2>/dev/null || no_permission
    [ "$(free_kb)" -gt $((need_mb * 1024)) ] || no_room
    has_uv || "$python" -c 'import venv, ensurepip' 2>/dev/null || no_venv
    say "Đang cài đặt lần đầu, khoảng một phút… / Installing for the first time, about a minute…"
    ! has_uv || ! uv venv --quiet --python "$python" "$venv" || return 0
    "$python" -c 'import venv, ensurepip' 2>/dev/null || no_venv
    "$python" -m venv "$venv" >&2 || refuse \
        "Không tạo được môi trường Python trong $venv; hãy xem thông báo phía trên rồi chạy lại." \
        "The environment could not be made, see above; run it again."
}

# build_venv <name> <lock file> <MB needed>
build_venv() {
    venv=$here/.venv need_mb=$3
    ! is_good "$1" "$2" || return 0
    find_python
    lock_venv
    if ! is_good "$1" "$2"; then
        # What was good for less is added to; anything else goes.
        if is_good run requirements.lock; then
            rm -f "$venv"/stamp-* 2>/dev/null || no_permission
        else
            new_venv
        fi
        install --require-hashes --no-deps -r "$here/$2"
        set -- "$1" "$2" -e "$here"
        for folder in "$here"/plugins/*/; do
            set -- "$@" -e "${folder%/}"
        done
        name=$1 lock=$2
        shift 2
        install --no-deps --no-build-isolation "$@"
        # The larger environment serves for the smaller, too.
        [ "$name" = run ] || stamp_of requirements.lock >"$venv/stamp-run"
        stamp_of "$lock" >"$venv/stamp-$name"
    fi
    exec 9>&-
}

# Settings of the caller's Python or pip would reach into ours.
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV VIRTUAL_ENV
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
