#!/bin/sh
# Install what building, using and testing Ouro need: system packages (Debian) and a virtual environment below the build folder.
# Does nothing when all is there.  usage: setup.sh BUILD
set -e
build=${1:-build}
packages="gcc make libc6-dev libzmq3-dev libjansson-dev libsodium-dev libssl-dev libgmp-dev libpcre2-dev libutf8proc-dev zlib1g-dev
libpython3.11-stdlib libpython3.11-testsuite python3 python3-venv chromium clang libclang-rt-14-dev binutils"
if command -v dpkg-query >/dev/null; then
    missing=""
    for p in $packages; do
        dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
    done
    if [ -n "$missing" ]; then
        echo "Installing system packages:$missing"
        if [ "$(id -u)" = 0 ]; then root=""; elif command -v sudo >/dev/null; then root=sudo; else
            echo "These Debian packages are missing, and only root can install them:$missing"; exit 1; fi
        $root apt-get update -qq || { echo "apt-get update failed: is there a network?"; exit 1; }
        DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null || { echo "apt-get could not install:$missing"; exit 1; }
    fi
else
    echo "This is not Debian: install by hand what corresponds to: $packages"
fi
if [ ! -e "$build/venv/.ready" ] || [ tests/requirements.txt -nt "$build/venv/.ready" ]; then
    echo "Making the virtual environment $build/venv (JupyterLab and the test tools)"
    mkdir -p "$build"
    /usr/bin/python3 -m venv "$build/venv" || { echo "python3 cannot make a virtual environment: is python3-venv installed?"; exit 1; }
    "$build/venv/bin/pip" install -q -r tests/requirements.txt || { echo "pip could not install tests/requirements.txt: is there a network?"; exit 1; }
    touch "$build/venv/.ready"
fi
