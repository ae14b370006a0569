# shellcheck shell=bash
# Debian 12 packages. Sourced by scripts/setup.

# To build and test the C++ code.
# shellcheck disable=SC2034
BUILD_PACKAGES=(
  g++ cmake ninja-build ccache mold pkg-config git
  clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev llvm-14
  libcpprest-dev libboost-dev libssl-dev
  nlohmann-json3-dev libsimdjson-dev libyaml-cpp-dev libyaml-dev zlib1g-dev libtomlplusplus-dev
  libspdlog-dev libfmt-dev prometheus-cpp-dev libcli11-dev
  libre2-dev libvectorscan-dev libhowardhinnant-date-dev
  libgtest-dev libgmock-dev
  python3 python3-pytest python3-yaml jq curl openssl ca-certificates tzdata
)

# To build the cluster's tools, to run them, and to check the scripts.
# shellcheck disable=SC2034
CLUSTER_PACKAGES=(
  python3 python3-pip python3-pytest python3-yaml gcc libc6-dev
  iproute2 util-linux procps openssl curl jq ca-certificates tzdata git shellcheck
)

# What a node needs in its /usr. Unpacked aside, never installed on this machine.
# shellcheck disable=SC2034
NODE_PACKAGES=(
  runc libseccomp2 containernetworking-plugins
  iptables libip4tc2 libip6tc2 libxtables12 libmnl0 libnfnetlink0 libnftnl11
  libnetfilter-conntrack3 conntrack
  nftables libnftables1 libjansson4 libedit2 libbsd0 libmd0 libgmp10
)
