"""etcd, kube-apiserver, kube-controller-manager and kube-scheduler as processes of this machine."""

import socket

from . import tools
from .errors import ClusterError
from .processes import Process
from .waiting import wait_until

NAMES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
START_SECONDS = 90
STORES_ONLY = (
    "no kube-controller-manager and kube-scheduler in KUBEBUILDER_ASSETS: "
    "objects are stored, nothing acts on them"
)


def etcd_arguments(layout, allocation):
    client = f"http://127.0.0.1:{allocation.port('etcd')}"
    peer = f"http://127.0.0.1:{allocation.port('etcd_peer')}"
    return [
        "--name=test",
        f"--data-dir={layout.etcd}",
        "--unsafe-no-fsync",
        "--log-level=warn",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=test={peer}",
        "--quota-backend-bytes=4294967296",
    ]


def apiserver_arguments(pki, allocation, on_bridge, extra=()):
    """`on_bridge`: pods must reach it, so it listens everywhere; else on loopback alone. Its
    advertised address must not be loopback, whether somebody owns that address or not.

    No compaction: tests replay the whole history from etcd. Aggregator routing: webhooks behind
    a Service are called at their endpoints, which this machine reaches, also when no kube-proxy
    runs.
    """
    a = allocation
    return [
        f"--etcd-servers=http://127.0.0.1:{a.port('etcd')}",
        "--etcd-compaction-interval=0",
        f"--bind-address={'0.0.0.0' if on_bridge else '127.0.0.1'}",
        f"--secure-port={a.port('apiserver')}",
        f"--advertise-address={a.host_ip}",
        f"--service-cluster-ip-range={a.service_cidr}",
        f"--tls-cert-file={pki.path('apiserver.crt')}",
        f"--tls-private-key-file={pki.path('apiserver.key')}",
        f"--client-ca-file={pki.path('ca.crt')}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-key-file={pki.path('sa.pub')}",
        f"--service-account-signing-key-file={pki.path('sa.key')}",
        f"--kubelet-client-certificate={pki.path('apiserver-kubelet-client.crt')}",
        f"--kubelet-client-key={pki.path('apiserver-kubelet-client.key')}",
        f"--kubelet-certificate-authority={pki.path('ca.crt')}",
        "--kubelet-preferred-address-types=InternalIP,Hostname",
        f"--requestheader-client-ca-file={pki.path('front-proxy-ca.crt')}",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--proxy-client-cert-file={pki.path('front-proxy-client.crt')}",
        f"--proxy-client-key-file={pki.path('front-proxy-client.key')}",
        "--enable-aggregator-routing=true",
        *extra,
    ]


def _client_arguments(layout, name, port):
    """Flags the two other components share."""
    kubeconfig = layout.kubeconfigs / f"{name}.conf"
    return [
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        "--leader-elect=false",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    ]


def controller_manager_arguments(layout, pki, allocation):
    """Without the ttl controller, which tells the kubelets of a small cluster to trust no cached
    Secret: kubelets in Cache mode shall behave as on a large one."""
    return [
        *_client_arguments(layout, "controller-manager", allocation.port("controller_manager")),
        "--use-service-account-credentials=true",
        f"--root-ca-file={pki.path('ca.crt')}",
        f"--service-account-private-key-file={pki.path('sa.key')}",
        f"--cluster-signing-cert-file={pki.path('ca.crt')}",
        f"--cluster-signing-key-file={pki.path('ca.key')}",
        "--allocate-node-cidrs=false",
        "--controllers=*,-ttl-controller",
        f"--flex-volume-plugin-dir={layout.flex}",
    ]


def scheduler_arguments(layout, allocation):
    return _client_arguments(layout, "scheduler", allocation.port("scheduler"))


def _listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class ControlPlane:
    """Starts and stops the four processes."""

    def __init__(self, layout, allocation, pki, api):
        self._layout, self._allocation, self._pki, self._api = layout, allocation, pki, api
        self.processes = [Process(layout, name) for name in NAMES]

    def up(self, on_bridge, extra_arguments=()):
        """Returns once objects can be created in namespace default. Says what it goes without,
        if anything."""
        layout, a, pki = self._layout, self._allocation, self._pki
        etcd, apiserver, controller_manager, scheduler = self.processes
        self._start(etcd, "etcd", "etcd", etcd_arguments(layout, a))
        arguments = apiserver_arguments(pki, a, on_bridge, extra_arguments)
        self._start(apiserver, "apiserver", "kubernetes", arguments)
        self._wait("kube-apiserver", lambda: self._api.answers("/readyz"))
        if tools.find("kubernetes", "kube-controller-manager") is None:
            return [STORES_ONLY]
        arguments = controller_manager_arguments(layout, pki, a)
        self._start(controller_manager, "controller_manager", "kubernetes", arguments)
        self._start(scheduler, "scheduler", "kubernetes", scheduler_arguments(layout, a))
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        self._wait("the default service account", lambda: self._api.answers(account))
        self._wait("kube-scheduler", lambda: _listens(a.port("scheduler")))
        return []

    def _wait(self, what, condition):
        started = [process for process in self.processes if process.recorded()]
        wait_until(what, condition, START_SECONDS, started)

    def _start(self, process, port_name, tool, arguments):
        port = self._allocation.port(port_name)
        if not process.alive() and _listens(port):
            raise ClusterError(
                f"port {port}, which this cluster chose for {process.name}, is in use by another "
                "program: take the cluster down and up again to choose others"
            )
        process.start([tools.need(tool, process.name), *arguments])

    def down(self):
        """kube-apiserver may hang on clients for a minute: it gets three seconds, as do the
        others."""
        for process in reversed(self.processes):
            process.stop(grace=3)
