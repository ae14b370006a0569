# shellcheck shell=bash
# Debian packages: which are missing, and installing them as root or with sudo.

missing_packages() { # missing_packages NAME...: prints those not installed
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
      printf '%s\n' "$name"
  done | sort -u
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "this needs root and there is no sudo. As root, run: $*"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}

have_candidates() { # have_candidates NAME...: true when the package lists know every one
  local known
  known=$(apt-cache policy "$@" 2>/dev/null | grep -c 'Candidate: [^(]') || true
  [ "$known" = $# ]
}

refresh_lists_for() { # refresh_lists_for NAME...: apt-get update, only when a name is unknown
  have_candidates "$@" || timed "Debian: refreshing the package lists" apt_get update
}

# install_packages NAME...: installs what is missing; stale lists are refreshed once
install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  refresh_lists_for "${missing[@]}"
  say "Debian: to install: ${missing[*]}"
  local install=(apt_get install -y --no-install-recommends "${missing[@]}")
  timed "Debian: installing ${#missing[@]} packages" "${install[@]}" && return
  timed "Debian: refreshing the package lists" apt_get update
  timed "Debian: installing ${#missing[@]} packages" "${install[@]}"
}
