#!/bin/sh
# Make the Python environment from requirements.lock. Needs Python 3.11 to 3.13; installs uv if it is missing.
set -eu
venv=$1
python=${PYTHON:-python3}

fail() { echo "setup: $1" >&2; exit 1; }

usable() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }
for candidate in "$python" python3.13 python3.12 python3.11; do
    if usable "$candidate"; then python=$candidate; found=yes; break; fi
done
[ "${found:-}" ] || fail "Trialwire runs on Python 3.11 to 3.13, and none was found. Install one, or set PYTHON=/path/to/python3.12 make ..."

echo "setup: Python environment in $venv ($("$python" -V))"
uv() { "$uv_python" -m uv "$@"; }
if "$python" -m uv --version >/dev/null 2>&1; then
    uv_python=$python
else
    echo "setup: installing uv"
    [ -x "$venv-uv/bin/python" ] || "$python" -m venv "$venv-uv" || fail "the venv module of $python does not work. Install it (on Debian: python3-venv)."
    "$venv-uv/bin/python" -m pip install -q --require-hashes -r stack/uv.lock || fail "uv could not be installed. Check the network or the package mirror, then run the same command again."
    uv_python=$venv-uv/bin/python
fi
[ -x "$venv/bin/python" ] || uv venv -q -p "$("$python" -c 'import sys; print(sys.executable)')" "$venv"
echo "setup: installing the packages of requirements.lock"
uv pip sync -q --python "$venv/bin/python" --require-hashes requirements.lock || fail "the packages could not be installed. Check the network or the package mirror, then run the same command again."
uv pip install -q --python "$venv/bin/python" --no-deps --no-build-isolation -e .
touch "$venv/.installed"
echo "setup: done; the command is $venv/bin/trialwire"
