#!/usr/bin/env bash
# Builds the Python package in a virtual environment (python/.venv) and runs its tests.
#
#   python/check.sh            the package, its tables in pyarrow, pandas, polars and DuckDB, the program's values
#   python/check.sh --tools    the examples with SALib, black-it and the EMA workbench, in python/.venv-tools: they want
#                              another numpy than pyarrow does
#
# Where Python, pip or the network is missing it says so and ends with 0; mistakes end with another code.
# XINZHI_PROFILE is the profile of cargo (release by default): dependencies are shared with the program's build.
set -euo pipefail
cd "$(dirname "$0")"
profile="${XINZHI_PROFILE:-release}"
venv="${XINZHI_VENV:-.venv}" list=requirements.txt tests=tests
if [ "${1:-}" = --tools ]; then
    venv="${XINZHI_VENV:-.venv-tools}" list=requirements-tools.txt tests=tests/test_tools.py
fi
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/../target}" PIP_DISABLE_PIP_VERSION_CHECK=1
export CARGO_TERM_COLOR=never NO_COLOR=1 PYTHONDONTWRITEBYTECODE=1

skip() { echo "python: skipped: $*"; exit 0; }

python="${PYTHON:-python3}"
command -v "$python" > /dev/null || skip "there is no $python"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || skip "$python is older than 3.10"
if [ ! -x "$venv/bin/python" ]; then
    "$python" -m venv "$venv" 2> /dev/null || { rm -rf "$venv"; skip "$python cannot make a virtual environment (Debian: python3-venv)"; }
fi

# Packages are installed once; another list is another installation.
wanted="$venv/installed-$(cksum < "$list" | cut -d' ' -f1)"
if [ ! -e "$wanted" ]; then
    {
        "$venv/bin/pip" install --quiet 'setuptools<81' wheel 'maturin>=1.16,<2' &&
            "$venv/bin/pip" install --quiet --no-build-isolation --requirement "$list"
    } || skip "pip cannot install the packages of python/$list (no network?)"
    rm -f "$venv"/installed-*
    touch "$wanted"
fi

case "$venv" in /*) ;; *) venv="$PWD/$venv" ;; esac
VIRTUAL_ENV="$venv" "$venv/bin/maturin" develop --quiet --locked --profile "$profile"
"$venv/bin/python" -m pytest "$tests"
