# shellcheck shell=bash
# What a script tells its user: one line per action, errors with a remedy.

say() { printf '%s\n' "$*"; }

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# timed LABEL COMMAND...: runs quietly; prints "LABEL ... 12 s", or the last lines of the output
# when it fails.
timed() {
  local label=$1 started log; shift
  started=$SECONDS
  log=$(mktemp)
  printf '%s ... ' "$label"
  # The subshell keeps errexit, so that COMMAND stops at its first failure: do not call this in a
  # condition for a COMMAND of several steps.
  set +e
  ( set -e; "$@" ) >"$log" 2>&1
  local status=$?
  set -e
  if [ "$status" != 0 ]; then
    printf 'failed after %s s\n' "$((SECONDS - started))"
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
  fi
  printf '%s s\n' "$((SECONDS - started))"
  rm -f "$log"
}
