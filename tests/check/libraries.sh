#!/bin/sh
# Which of the libraries that Ouro is built with are missing? Says so in plain words; exit status 1 when any is.
missing=""
try() {    # header, library, Debian package
    printf '#include <%s>\nint main(void) { return 0; }\n' "$1" | ${CC:-cc} -x c - -o /dev/null $2 2>/dev/null || missing="$missing $3"
}
command -v ${CC:-cc} >/dev/null || { echo "No C compiler: '${CC:-cc}' is not on the PATH. On Debian: apt-get install gcc (or clang: make CC=clang BUILD=build/clang); make setup does it."; exit 1; }
try zmq.h -lzmq libzmq3-dev
try jansson.h -ljansson libjansson-dev
try sodium.h -lsodium libsodium-dev
try openssl/evp.h -lcrypto libssl-dev
try gmp.h -lgmp libgmp-dev
printf '#define PCRE2_CODE_UNIT_WIDTH 8\n#include <pcre2.h>\nint main(void) { return 0; }\n' |
    ${CC:-cc} -x c - -o /dev/null -lpcre2-8 -lpcre2-16 -lpcre2-32 2>/dev/null || missing="$missing libpcre2-dev"
try utf8proc.h -lutf8proc libutf8proc-dev
try zlib.h -lz zlib1g-dev
if [ -n "$missing" ]; then
    echo "Ouro cannot be built yet: these libraries are missing (names of Debian packages):$missing"
    echo "Install them with:  apt-get install$missing     or let  make setup  do it."
    exit 1
fi
