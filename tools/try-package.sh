#!/bin/sh
# Build the packages, install the wheel with all it needs into an empty environment, and ask there what README asks.
# Usage: tools/try-package.sh [PYTHON]
set -eu
cd "$(dirname "$0")/.."
python="${1:-python3}"
tree="$PWD"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

"$python" -m venv "$work/env"
pip="$work/env/bin/python -m pip --disable-pip-version-check --quiet"
rm -rf dist
$pip install --constraint constraints.txt hatchling
"$work/env/bin/python" -m hatchling build --directory dist
rm -rf "$work/env"

"$python" -m venv "$work/env"
$pip install --constraint constraints.txt torch==2.13.0 dist/*.whl
$pip check

cp -r corpus "$work/corpus"
cd "$work"
unset PYTHONPATH
"$work/env/bin/aliqa" index
"$work/env/bin/aliqa" doctor
said="$("$work/env/bin/aliqa" ask "How does Alibaba Cloud's market share compare with Huawei Cloud and Tencent Cloud?")"
echo "$said"
echo "$said" | grep -q "33% of the Chinese cloud market"
echo "The packages in $tree/dist stand alone."
