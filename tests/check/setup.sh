#!/bin/sh
# Install what building, using and testing Ouro need: system packages (Debian) and a virtual environment below the build folder.
# Does nothing when all is there.  usage: setup.sh BUILD [lab]     lab: not what only the tests need (a browser, clang, CPython's tests)
set -e
build=${1:-build}
packages="gcc make libc6-dev libzmq3-dev libjansson-dev libsodium-dev libssl-dev libgmp-dev libpcre2-dev libutf8proc-dev zlib1g-dev
libpython3.11-stdlib python3 python3-venv"
[ "${2:-}" = lab ] || packages="$packages libpython3.11-testsuite chromium clang libclang-rt-14-dev binutils"

stop() {      # in plain words, then what is to be done
    printf '\n%s\n' "$@" >&2
    exit 1
}

install_packages() {
    if [ "$(id -u)" = 0 ]; then root=""; elif command -v sudo >/dev/null; then root=sudo; else
        stop "These Debian packages are missing, and only root can install them. As root, run" "    apt-get update && apt-get install --no-install-recommends $*" "and then make again."
    fi
    echo "Installing system packages: $*"
    log=$(mktemp)
    if ! { $root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
        grep '^E:' "$log" | tail -n 3 >&2
        rm -f "$log"
        stop "apt-get could not install these packages. Is there a network? Are the sources in /etc/apt right?" "    $*"
    fi
    rm -f "$log"
}

if command -v dpkg-query >/dev/null; then
    missing=""
    for p in $packages; do
        dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
    done
    [ -z "$missing" ] || install_packages $missing
else
    echo "This is not Debian: install by hand what corresponds to:" $packages
fi
if [ ! -e "$build/venv/.ready" ] || [ tests/requirements.txt -nt "$build/venv/.ready" ]; then
    echo "Making the virtual environment $build/venv (JupyterLab and the test tools)"
    mkdir -p "$build"
    [ -x /usr/bin/python3 ] || stop "There is no /usr/bin/python3: JupyterLab needs it."
    /usr/bin/python3 -m venv "$build/venv" || stop "python3 cannot make a virtual environment: is python3-venv installed?"
    "$build/venv/bin/pip" install -q -r tests/requirements.txt || stop "pip could not install tests/requirements.txt: is there a network?"
    touch "$build/venv/.ready"
fi
