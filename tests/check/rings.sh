#!/bin/sh
# The layers, by the symbols of the object files: no circle of files, and no folder that uses one below it in this order:
layers="gc interp/base interp/syntax interp/object interp/code interp/compile interp/vm interp/builtins interp/modules interp/lib interp kernel"
# usage: rings.sh BUILD.  Objects whose source is gone do not count.
build=${1:-build}
edges=$(mktemp)
trap 'rm -f "$edges"' EXIT
find "$build/gc" "$build/interp" "$build/kernel" -name '*.o' | while read -r object; do
    source=${object#"$build"/}
    [ ! -e "${source%.o}.c" ] && [ "${object##*/}" != shipped.o ] || echo "$object"
done | xargs nm -A -g 2>/dev/null | awk -v build="$build/" '
    { split($1, at, ":"); file = substr(at[1], length(build) + 1); name = $NF; kind = $(NF-1) }
    kind ~ /^[TDBRCVW]$/ { home[name] = file }
    kind == "U"          { wants[file " " name] }
    END { for (w in wants) { split(w, p, " ")
            if (p[2] in home && home[p[2]] != p[1]) print p[1], home[p[2]], p[2] } }' | sort -u > "$edges"
if [ ! -s "$edges" ]; then
    echo "no object files in $build"
    exit 1
fi
upward=$(awk -v layers="$layers" '
    BEGIN { n = split(layers, folder, " ") }
    function level(file,   i, best) {
        for (i = 1; i <= n; i++)
            if (index(file, folder[i] "/") == 1 && (!best || length(folder[i]) > length(folder[best]))) best = i
        return best
    }
    level($2) > level($1) { print $1 " uses " $3 " of " $2 }' "$edges")
n_upward=0
[ -z "$upward" ] || { printf '%s\n' "$upward"; n_upward=$(printf '%s\n' "$upward" | wc -l); }
loops=$(cut -d' ' -f1,2 "$edges" | tsort 2>&1 >/dev/null | sed 's/^tsort: //')
n=$(printf '%s\n' "$loops" | grep -c 'input contains a loop')
[ "$n" = 0 ] || printf '%s\n' "$loops"
echo "$n circles between object files, $n_upward uses of a higher folder"
[ "$n" = 0 ] && [ "$n_upward" = 0 ]
