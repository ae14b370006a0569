"""The command line of `cluster`: arguments in, exit codes out (0 done, 1 failed, 2 usage, 3 this
machine cannot, 4 not up)."""

import argparse
import shlex
import sys
from pathlib import Path

from . import host_service, tools
from .cluster import Cluster
from .errors import FAILED, NOT_UP, ClusterError
from .layout import DEFAULT_STATE, Layout

DESCRIPTION = (
    "A real Kubernetes cluster on this machine, for trying and testing. See docs/testing.md."
)


def _parser():
    parser = argparse.ArgumentParser(prog="cluster", description=DESCRIPTION)
    parser.add_argument(
        "--state", type=Path, default=DEFAULT_STATE, help="state directory (default: build/cluster)"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="bring it up, or change a running one to what is asked")
    up.add_argument(
        "--nodes", type=int, default=1, metavar="N", help="real nodes, needs root (default: 1)"
    )
    up.add_argument(
        "--fake-nodes", type=int, default=0, metavar="N", help="nodes whose pods are only pretended"
    )
    up.add_argument("--dns", action="store_true", help="run a DNS server for pods")
    up.add_argument("--control-plane-only", action="store_true", help="no real node; needs no root")
    up.add_argument(
        "--secret-detection",
        choices=("Watch", "Cache"),
        default="Watch",
        help="how kubelets notice a changed Secret (Watch: within 3 s, Cache: within a minute)",
    )
    up.add_argument(
        "--apiserver-arg",
        action="append",
        default=[],
        metavar="ARG",
        help="further kube-apiserver argument",
    )
    down = commands.add_parser("down", help="end it and remove everything of it")
    down.add_argument("--keep", action="store_true", help="keep the state directory (logs, etcd)")
    commands.add_parser("status", help="what runs")
    commands.add_parser("path", help="print the folders of kubectl, helm3 and helm4 for PATH")
    commands.add_parser("env", help='print what to eval: eval "$(cluster env)"')
    load = commands.add_parser("load-image", help="import an OCI archive into every real node")
    load.add_argument("archive", type=Path)
    execute = commands.add_parser("node-exec", help="run a command inside a real node")
    execute.add_argument("--node", type=int, default=1, metavar="I")
    execute.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- COMMAND...")
    host = commands.add_parser(
        "host-service", help="make a Service that leads to a process on this machine"
    )
    host.add_argument("--namespace", default="default")
    host.add_argument("name")
    host.add_argument("port", type=int, help="port of the Service")
    host.add_argument(
        "target", type=int, help="port the process listens on, at the bridge's address"
    )
    return parser


def _up(cluster, options):
    with cluster.layout.locked():
        cluster.up(
            {
                "nodes": 0 if options.control_plane_only else options.nodes,
                "fake_nodes": options.fake_nodes,
                "dns": options.dns,
                "secret_detection": options.secret_detection,
                "apiserver_arguments": options.apiserver_arg,
            }
        )
    return 0


def _down(cluster, options):
    with cluster.layout.locked():
        removed = cluster.down(options.keep)
        cluster.layout.remove_if_empty()
    print("removed" if removed else f"no cluster in {cluster.layout.root}")
    return 0


def _status(cluster, _options):
    if not cluster.layout.exists():
        print(f"no cluster in {cluster.layout.root}")
        return NOT_UP
    complete = True
    for process in cluster.processes():
        pid = process.pid()
        complete = complete and pid is not None
        print(
            f"{process.name:26} "
            + (f"running, pid {pid}" if pid else f"ended; its log: {process.log}")
        )
    for name, ready in sorted(cluster.nodes_ready().items()):
        complete = complete and ready
        print(f"{name:26} {'Ready' if ready else 'not Ready'}")
    return 0 if complete else FAILED


def _env(cluster, _options):
    cluster.need_up()
    a = cluster.allocation
    path = ":".join(str(folder) for folder in tools.search_path())
    values = {
        "KUBECONFIG": cluster.layout.admin_kubeconfig,
        "KEYSTEWARD_CLUSTER_STATE": cluster.layout.root,
        "KEYSTEWARD_CLUSTER_HOST_IP": a.host_ip,
        "KEYSTEWARD_CLUSTER_ETCD": f"http://127.0.0.1:{a.port('etcd')}",
    }
    for name, value in values.items():
        print(f"export {name}={shlex.quote(str(value))}")
    print(f"export PATH={shlex.quote(path)}:$PATH")
    return 0


def _path(_cluster, _options):
    print(":".join(str(folder) for folder in tools.search_path()))
    return 0


def _load_image(cluster, options):
    if not options.archive.is_file():
        raise ClusterError(f"{options.archive} is not a file")
    with cluster.layout.locked():
        count = cluster.load_image(options.archive)
    print(f"loaded into {count} node{'' if count == 1 else 's'}")
    return 0


def _node_exec(cluster, options):
    cluster.need_up()
    arguments = options.arguments[1:] if options.arguments[:1] == ["--"] else options.arguments
    if not arguments:
        raise ClusterError("node-exec needs a command: cluster node-exec --node 1 -- crictl ...")
    return cluster.node(options.node).execute(arguments, capture_output=False).returncode


def _host_service(cluster, options):
    cluster.need_up()
    address = cluster.allocation.host_ip
    host_service.publish(
        cluster.api, address, options.namespace, options.name, options.port, options.target
    )
    print(
        f"{options.name}.{options.namespace}.svc:{options.port} leads to {address}:{options.target}"
    )
    return 0


COMMANDS = {
    "up": _up,
    "down": _down,
    "status": _status,
    "env": _env,
    "path": _path,
    "load-image": _load_image,
    "node-exec": _node_exec,
    "host-service": _host_service,
}


def main(arguments):
    options = _parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](Cluster(Layout(options.state)), options)
    except ClusterError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("interrupted; `cluster down` removes what was started", file=sys.stderr)
        return FAILED
