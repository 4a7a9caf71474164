#!/bin/sh
# Circles between object files, by their symbols: none is allowed.  usage: rings.sh BUILD
build=${1:-build}
edges=$(mktemp)
trap 'rm -f "$edges"' EXIT
find "$build/gc" "$build/interp" "$build/kernel" -name '*.o' | xargs nm -A -g 2>/dev/null | awk '
    { split($1, at, ":"); file = at[1]; name = $NF; kind = $(NF-1) }
    kind ~ /^[TDBRCVW]$/ { home[name] = file }
    kind == "U"          { wants[file " " name] }
    END { for (w in wants) { split(w, p, " ")
            if (p[2] in home && home[p[2]] != p[1]) print p[1], home[p[2]] } }' | sort -u > "$edges"
loops=$(tsort < "$edges" 2>&1 >/dev/null | sed 's/^tsort: //')
n=$(printf '%s\n' "$loops" | grep -c 'input contains a loop')
[ "$n" = 0 ] || printf '%s\n' "$loops"
echo "$n circles between object files"
[ "$n" = 0 ]
