"""What pods may expect of a real node: images of ours, hardening, Services, DNS, Secrets, logs,
rollouts, the host."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Bed, eventually

HERE = Path(__file__).resolve().parent
BUILD_TEST = HERE.parents[1] / "images" / "build-test"
PROBE = "/usr/bin/probe"


@pytest.fixture(scope="module")
def image(bed, real_nodes, tmp_path_factory):
    """The probe's image, built twice to the same bytes and loaded."""
    folder = tmp_path_factory.mktemp("image")
    program = folder / "probe"
    subprocess.run(["g++", "-std=c++20", "-O1", "-o", program, HERE / "probe.cc"], check=True)
    archives = [folder / "one.tar", folder / "two.tar"]
    for archive in archives:
        subprocess.run(
            [
                sys.executable,
                BUILD_TEST,
                program,
                "--name",
                "keysteward-probe:dev",
                "--out",
                archive,
            ],
            check=True,
            capture_output=True,
        )
    assert archives[0].read_bytes() == archives[1].read_bytes()
    assert bed.ok("load-image", archives[0]) == "loaded into 1 node\n"
    return archives[0]


@pytest.fixture(scope="module")
def web(bed, image):
    """The Deployment of probe.yaml, rolled out under Pod Security `restricted`."""
    bed.kubectl("apply", "-f", HERE / "probe.yaml")
    bed.kubectl("-n", "probe", "rollout", "status", "deployment/web", "--timeout=60s")
    yield bed.kubectl("-n", "probe", "get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")
    bed.kubectl("delete", "namespace", "probe", "--timeout=60s")


def ask(address):
    return subprocess.run(
        ["curl", "-s", "-m", "3", f"http://{address}/"], capture_output=True, text=True
    ).stdout


def pod_names(bed):
    return bed.kubectl(
        "-n", "probe", "get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].metadata.name}"
    ).split()


def from_pod(bed, host, port):
    return bed.kubectl(
        "-n", "probe", "exec", pod_names(bed)[0], "--", PROBE, "get", host, port, check=False
    )


def test_the_host_reaches_pods_by_service_address_both_of_them(bed, web):
    names = set(pod_names(bed))
    seen = set()
    eventually(lambda: seen.add(ask(web).split()[0]) or seen == names)


def test_pods_reach_a_service_by_name(bed, web):
    for name in ("web", "web.probe.svc.cluster.local"):
        done = from_pod(bed, name, 80)
        assert done.stdout.startswith("HTTP/1.1 200"), done.stderr


def test_pods_reach_the_api_server(bed, web):
    done = from_pod(bed, "kubernetes.default.svc", 443)
    assert "Client sent an HTTP request to an HTTPS server" in done.stdout, done.stderr


def test_unknown_names_do_not_exist(bed, web):
    done = from_pod(bed, "example.test", 80)
    assert done.returncode == 1 and "Name or service not known" in done.stderr


def test_pods_reach_a_process_of_the_host(bed, web):
    host = bed.environment()["KEYSTEWARD_CLUSTER_HOST_IP"]
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import http.server as h; s=h.HTTPServer(('" + host + "', 0), "
            "h.SimpleHTTPRequestHandler); print(s.server_port, flush=True); s.serve_forever()",
        ],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        port = server.stdout.readline().strip()
        assert from_pod(bed, host, port).stdout.startswith("HTTP/1.0 200")
        assert from_pod(bed, "host.test", port).stdout.startswith("HTTP/1.0 200")
        bed.ok("host-service", "--namespace", "probe", "outside", 80, port)
        eventually(lambda: from_pod(bed, "outside", 80).stdout.startswith("HTTP/1.0 200"))
    finally:
        server.kill()
        server.wait()


def test_the_api_server_reaches_pods_through_a_service(bed, web):
    """As it must for webhooks behind a Service."""
    assert "first" in bed.kubectl("get", "--raw", "/api/v1/namespaces/probe/services/web:80/proxy/")


def test_logs_are_read(bed, web):
    assert bed.kubectl("-n", "probe", "logs", pod_names(bed)[0]) == "serving on 8080\n"


def test_the_container_is_confined(bed, web):
    pid = subprocess.run(
        ["pgrep", "-f", f"^{PROBE} serve"], capture_output=True, text=True
    ).stdout.split()[0]
    status = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if ":\t" in line
    )
    assert status["Uid"].split() == ["65532"] * 4
    assert status["CapEff"].strip() == "0000000000000000"
    assert status["NoNewPrivs"].strip() == "1" and status["Seccomp"].strip() == "2"
    assert not (Path(f"/proc/{pid}/root/bin/sh")).exists()
    assert " ro," in next(
        l for l in Path(f"/proc/{pid}/mountinfo").read_text().splitlines() if l.split()[4] == "/"
    )


def test_a_changed_secret_reaches_the_mount(bed, web):
    bed.kubectl(
        "-n", "probe", "patch", "secret", "greeting", "-p", '{"stringData":{"text":"second"}}'
    )
    eventually(lambda: "second" in ask(web), seconds=10)


def test_a_rolling_restart_replaces_every_pod(bed, web):
    before = set(pod_names(bed))
    bed.kubectl("-n", "probe", "rollout", "restart", "deployment/web")
    bed.kubectl("-n", "probe", "rollout", "status", "deployment/web", "--timeout=60s")
    eventually(lambda: not before & set(pod_names(bed)))
    assert len(eventually(lambda: pod_names(bed))) == 2


def env_pod(name):
    secret = {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "greeting", "key": "text"}}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "probe"},
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [
                {
                    "name": "c",
                    "image": "keysteward-probe:dev",
                    "env": [secret],
                    "command": [PROBE, "serve", "8080", "/proc/self/environ"],
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "runAsNonRoot": True,
                        "capabilities": {"drop": ["ALL"]},
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                }
            ],
        },
    }


def test_a_kubelet_in_cache_mode_gives_a_restarted_container_the_old_secret(bed, web):
    """The premise of judging consumers by what they really send. Also: the mode changes on a
    running node."""
    bed.ok("up", "--dns", "--secret-detection", "Cache")
    try:
        bed.kubectl(
            "-n", "probe", "patch", "secret", "greeting", "-p", '{"stringData":{"text":"before"}}'
        )
        time.sleep(0.5)
        bed.kubectl("create", "-f", "-", input=json.dumps(env_pod("stale")))
        bed.kubectl("-n", "probe", "wait", "--for=condition=Ready", "pod/stale", "--timeout=30s")
        address = bed.kubectl(
            "-n", "probe", "get", "pod", "stale", "-o", "jsonpath={.status.podIP}"
        )
        bed.kubectl(
            "-n", "probe", "patch", "secret", "greeting", "-p", '{"stringData":{"text":"after"}}'
        )
        bed.ok("node-exec", "--", "pkill", "-TERM", "-f", f"^{PROBE} serve 8080 /proc/self/environ")
        count = "jsonpath={.status.containerStatuses[0].restartCount}"
        eventually(lambda: bed.kubectl("-n", "probe", "get", "pod", "stale", "-o", count) == "1")
        assert "KEY=before" in eventually(lambda: ask(f"{address}:8080"))
    finally:
        bed.ok("up", "--dns")


def test_a_second_node_joins_carries_pods_and_leaves(bed, web):
    bed.ok("up", "--dns", "--nodes", "2")
    bed.kubectl("cordon", "node-1")
    try:
        bed.kubectl("-n", "probe", "rollout", "restart", "deployment/web")
        bed.kubectl("-n", "probe", "rollout", "status", "deployment/web", "--timeout=60s")
        where = "jsonpath={.items[*].spec.nodeName}"
        eventually(
            lambda: bed.kubectl("-n", "probe", "get", "pods", "-l", "app=web", "-o", where)
            == "node-2 node-2"
        )
        eventually(lambda: "HTTP/1.1 200" in from_pod(bed, "web", 80).stdout)
        assert eventually(lambda: ask(web))
    finally:
        bed.kubectl("uncordon", "node-1")
        bed.ok("up", "--dns", "--nodes", "1")
    assert bed.kubectl("get", "nodes", "-o", "name").split() == ["node/node-1"]
    bed.kubectl("-n", "probe", "rollout", "status", "deployment/web", "--timeout=60s")


def test_down_leaves_no_trace_of_a_node(bed, real_nodes, tmp_path):

    other = Bed(tmp_path / "state")
    other.ok("up")
    name = "ks" + json.loads((other.state / "allocation.json").read_text())["cluster_id"]
    assert list(Path("/sys/fs/cgroup").rglob(f"{name}-node-1"))
    other.ok("down")
    assert not other.state.exists()
    assert not list(Path("/sys/fs/cgroup").rglob(f"{name}*"))
    assert name not in subprocess.run(["ip", "link"], capture_output=True, text=True).stdout
    assert str(other.state) not in Path("/proc/mounts").read_text()
    assert not [
        p for p in Path("/proc").glob("[0-9]*/cmdline") if str(other.state).encode() in _read(p)
    ]


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""
