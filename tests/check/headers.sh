#!/bin/sh
# Does each header compile alone?  usage: headers.sh CC
cc=${1:-cc}
bad=0
for h in $(find gc interp kernel -name '*.h' | sort); do
    $cc -std=gnu11 -fsyntax-only -I. -x c "$h" 2>/dev/null || { echo "does not compile alone: $h"; bad=$((bad + 1)); }
done
echo "$bad headers fail"
[ "$bad" = 0 ]
