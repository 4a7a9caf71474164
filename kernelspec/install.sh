#!/bin/sh
# Register the kernel with Jupyter.
# usage: install.sh --user OURO [VENV]        for this user (JUPYTER_DATA_DIR, XDG_DATA_HOME, ~/.local/share/jupyter)
#        install.sh --to FOLDER OURO [VENV]   into FOLDER, which becomes the kernelspec itself
#        install.sh --remove [FOLDER]         take it away again
# OURO is the program that kernel.json will start: an absolute path. VENV: the virtual environment whose packages it imports.
set -eu
here=$(dirname "$0")
user_folder=${JUPYTER_DATA_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/jupyter}/kernels/ouro
case ${1:-} in
--user)   folder=$user_folder; program=${2:-}; venv=${3:-} ;;
--to)     folder=${2:-}; program=${3:-}; venv=${4:-} ;;
--remove) rm -rf "${2:-$user_folder}"; exit 0 ;;
*)        program= ;;
esac
if [ -z "${program:-}" ]; then
    sed -n '3,6s/^# //p' "$0" >&2
    exit 2
fi
mkdir -p "$folder"
# a path may hold what sed and JSON take for their own
quoted() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g' | sed 's/[&|\\]/\\&/g'; }
environment=
[ -z "$venv" ] || environment="\"VIRTUAL_ENV\": \"$(quoted "$venv")\""
sed "s|@OURO@|$(quoted "$program")|; s|@ENVIRONMENT@|$environment|" "$here/kernel.json.in" > "$folder/kernel.json.new"
mv "$folder/kernel.json.new" "$folder/kernel.json"
cp "$here/logo-32x32.png" "$here/logo-64x64.png" "$here/logo-svg.svg" "$folder/"
