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
    for candidate in ${THIDUA_PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
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

is_good() {
    [ -f "$venv/stamp-$1" ] && [ "$(cat "$venv/stamp-$1")" = "$(stamp_of "$2")" ] && "$venv/bin/python" -c '' 2>/dev/null
}

# One builder at a time; a lock whose owner is gone is taken over.
lock_venv() {
    waited=''
    until mkdir "$venv.lock" 2>/dev/null; do
        owner=$(cat "$venv.lock/pid" 2>/dev/null) || owner=''
        if [ -n "$owner" ] && kill -0 "$owner" 2>/dev/null; then
            [ -n "$waited" ] || say "Đang chờ một lần cài đặt khác… / Waiting for another installation…"
            waited=yes
            sleep 1
        elif [ -z "$owner" ] && [ -z "$waited" ]; then
            waited=yes # just made, its owner not yet written
            sleep 1
        else
            rm -rf "$venv.lock"
        fi
    done
    echo $$ >"$venv.lock/pid"
    trap 'rm -rf "$venv.lock"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# install <arguments of "pip install">: by uv if it is there, else by pip, which gets a second try.
install() {
    if command -v uv >/dev/null 2>&1 && uv pip install --quiet --python "$venv/bin/python" "$@"; then
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

free_kb() { df -Pk "$here" | awk 'NR == 2 { print $4 }'; }

# build_venv <name> <lock file> <MB needed>
build_venv() {
    venv=$here/.venv need_mb=$3
    ! is_good "$1" "$2" || return 0
    find_python
    [ -w "$here" ] || refuse \
        "Không ghi được vào thư mục $here; hãy chép chương trình sang thư mục của bạn." \
        "Cannot write to $here; copy the program to a folder of yours."
    lock_venv
    if ! is_good "$1" "$2"; then
        # What was good for less is added to; anything else goes.
        if is_good run requirements.lock; then
            rm -f "$venv"/stamp-*
        else
            rm -rf "$venv"
            [ "$(free_kb)" -gt $((need_mb * 1024)) ] || no_room
            say "Đang cài đặt lần đầu, khoảng một phút… / Installing for the first time, about a minute…"
            if command -v uv >/dev/null 2>&1; then
                uv venv --quiet --python "$python" "$venv" || "$python" -m venv "$venv" || no_venv
            else
                "$python" -m venv "$venv" >/dev/null 2>&1 || no_venv
            fi
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
    rm -rf "$venv.lock"
    trap - EXIT INT TERM HUP
}

# Settings of the caller's Python or pip would reach into ours.
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV VIRTUAL_ENV
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
