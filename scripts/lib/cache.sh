# shellcheck shell=bash
# The cache outside the build tree: one directory per tool and version, complete or absent.

CACHE_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/keysteward
TOOLS_DIR=$CACHE_DIR/tools

tool_dir() { printf '%s/%s-%s' "$TOOLS_DIR" "$1" "$2"; }

have_tool() { [ -d "$(tool_dir "$1" "$2")" ]; }

# make_tool NAME VERSION FUNCTION ARG...: runs FUNCTION DIR ARG... on a temporary directory and
# renames it into place when it succeeded, so an interrupted run leaves nothing half made.
make_tool() {
  local name=$1 version=$2 function=$3 final temporary; shift 3
  final=$(tool_dir "$name" "$version")
  [ ! -d "$final" ] || return 0
  temporary=$TOOLS_DIR/.new-$name-$version
  rm -rf "$temporary"
  mkdir -p "$temporary"
  timed "$name $version: making" "$function" "$temporary" "$@"
  mv -T "$temporary" "$final"
}

# lock_cache: one set-up at a time. The lock goes with this process.
lock_cache() {
  mkdir -p "$TOOLS_DIR"
  exec 9>"$TOOLS_DIR/.lock"
  flock -n 9 && return 0
  say "another set-up is running: waiting for it"
  flock -w 3600 9 || fail "another set-up has held $TOOLS_DIR/.lock for an hour"
}
