#!/bin/sh
# Every tests/fuzz/fuzz_*.c under libFuzzer with ASan and UBSan, one after the other; then fuzz_*.py, which run BUILD/asan/ouro.
# usage: run.sh BUILD SECONDS [NAME...]      NAME: wire, json, parser, api, scripts ...; none: all
# Each entry's sources stand in a line "sources: ..." of its first comment. Finds stay in BUILD/fuzz/NAME.
set -eu
build=$1 seconds=$2
shift 2
cc=$(command -v clang || command -v clang-14) || { echo "fuzzing needs clang"; exit 1; }
failed=0
wanted=$*
for entry in tests/fuzz/fuzz_*.c; do
    name=$(basename "$entry" .c); name=${name#fuzz_}
    [ $# = 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
    sources=$(sed -n 's/^.*sources: *//p' "$entry" | head -1 | sed 's/ *\*\/ *$//')
    folder=$build/fuzz/$name
    mkdir -p "$folder/corpus" "$folder/finds"
    "$cc" -std=gnu11 -O1 -g -w -I. -I"$build" -fsanitize=fuzzer,address,undefined -o "$folder/fuzz" "$entry" $sources \
        -ljansson -lsodium -lgmp -lutf8proc -lm || { echo "fuzz $name: does not build"; failed=1; continue; }
    if "$folder/fuzz" -max_total_time="$seconds" -max_len=1000 -timeout=20 -artifact_prefix="$folder/finds/" "$folder/corpus" > "$folder/log" 2>&1; then
        echo "fuzz $name: $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$folder/log") inputs in $seconds s, no crash"
    else
        echo "fuzz $name: CRASH, see $folder/log"
        failed=1
    fi
done
run_python()
{
    name=$1 script=$2
    [ "$wanted" = "" ] || case " $wanted " in *" $name "*) ;; *) return 0 ;; esac
    mkdir -p "$build/fuzz/$name"
    if python3 "$script" "$build/asan/ouro" "$build/fuzz/$name" "$seconds" > "$build/fuzz/$name/log" 2>&1; then
        tail -1 "$build/fuzz/$name/log"
    else
        echo "fuzz $name: FOUND SOMETHING, see $build/fuzz/$name/log"
        failed=1
    fi
}
run_python api tests/fuzz/fuzz_api.py
run_python scripts tests/fuzz/fuzz_scripts.py
exit $failed
