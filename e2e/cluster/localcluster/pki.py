"""Keys, certificates and kubeconfigs of one cluster, made with openssl (EC P-256). What exists
is kept."""

import shutil
import subprocess
from pathlib import Path

from .errors import ClusterError


def _openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise ClusterError(f"openssl {arguments[0]} failed: {done.stderr.strip()}")


class Pki:
    """The cluster's certificate authorities and everything they sign."""

    def __init__(self, layout, allocation):
        self._layout = layout
        self._allocation = allocation

    def path(self, name):
        return self._layout.pki / name

    def create(self):
        """Certificates of the control plane and the kubeconfigs of its clients."""
        a = self._allocation
        self._authority("ca", "keysteward-test-ca")
        self._authority("front-proxy-ca", "keysteward-test-front-proxy-ca")
        self._service_account_key()
        names = [
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
        ]
        addresses = ["127.0.0.1", a.kubernetes_ip, a.host_ip]
        self._certificate("apiserver", "/CN=kube-apiserver", names, addresses)
        self._certificate(
            "front-proxy-client", "/CN=front-proxy-client", authority="front-proxy-ca"
        )
        self._certificate(
            "apiserver-kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client"
        )
        local = f"https://127.0.0.1:{a.port('apiserver')}"
        for name, subject in (
            ("admin", "/O=system:masters/CN=admin"),
            ("controller-manager", "/CN=system:kube-controller-manager"),
            ("scheduler", "/CN=system:kube-scheduler"),
        ):
            self._certificate(name, subject)
            self._kubeconfig(
                self._layout.kubeconfigs / f"{name}.conf", name, local, self._layout.pki / name
            )

    def create_for_node(self, index, folder, inside):
        """Puts what kubelet and kube-proxy need into `folder`, which the node sees as `inside`.
        Both reach the API server over the bridge."""
        a = self._allocation
        name = f"node-{index}"
        server = f"https://{a.host_ip}:{a.port('apiserver')}"
        self._certificate(
            name, f"/O=system:nodes/CN=system:node:{name}", [name], [a.node_ip(index)]
        )
        self._certificate("kube-proxy", "/CN=system:kube-proxy")
        shutil.copy(self.path("ca.crt"), folder / "ca.crt")
        for ours, theirs in ((name, "node"), ("kube-proxy", "kube-proxy")):
            for suffix in ("crt", "key"):
                shutil.copy(self.path(f"{ours}.{suffix}"), folder / f"{theirs}.{suffix}")
        self._kubeconfig(folder / "kubelet.conf", "node", server, Path(inside) / "node")
        self._kubeconfig(
            folder / "kube-proxy.conf", "kube-proxy", server, Path(inside) / "kube-proxy"
        )

    def _authority(self, name, common_name):
        self._make(
            name,
            f"/CN={common_name}",
            "-addext",
            "basicConstraints=critical,CA:TRUE",
            "-addext",
            "keyUsage=critical,keyCertSign,digitalSignature",
        )

    def _certificate(self, name, subject, dns_names=(), addresses=(), authority="ca"):
        alternatives = [f"DNS:{n}" for n in dns_names] + [f"IP:{a}" for a in addresses]
        extensions = [
            "basicConstraints=critical,CA:FALSE",
            "keyUsage=critical,digitalSignature",
            "extendedKeyUsage=clientAuth,serverAuth",
        ]
        if alternatives:
            extensions.append("subjectAltName=" + ",".join(alternatives))
        options = [part for extension in extensions for part in ("-addext", extension)]
        self._make(
            name,
            subject,
            "-CA",
            self.path(f"{authority}.crt"),
            "-CAkey",
            self.path(f"{authority}.key"),
            *options,
        )

    def _make(self, name, subject, *options):
        """Key and certificate at once. The certificate is moved into place last, so a half-made
        pair is made again."""
        final = self.path(f"{name}.crt")
        if final.exists():
            return
        partial = self.path(f".{name}.crt")
        _openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            3650,
            "-config",
            self._configuration(),
            "-subj",
            subject,
            "-keyout",
            self.path(f"{name}.key"),
            "-out",
            partial,
            *options,
        )
        partial.rename(final)

    def _configuration(self):
        """An own openssl.cnf: the system's adds CA:TRUE to whatever `req -x509` makes."""
        path = self.path("openssl.cnf")
        path.write_text("[req]\ndistinguished_name=name\nprompt=no\n[name]\n")
        return path

    def _service_account_key(self):
        private, public = self.path("sa.key"), self.path("sa.pub")
        if not public.exists():
            _openssl(
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                private,
            )
            _openssl("pkey", "-in", private, "-pubout", "-out", public)

    def _kubeconfig(self, target, user, server, pair):
        """`pair`: path of certificate and key without their suffix; the authority's certificate
        lies beside them."""
        if target.exists():
            return
        partial = Path(f"{target}.new")
        partial.touch(mode=0o600)
        partial.write_text(f"""apiVersion: v1
kind: Config
clusters:
- name: keysteward-test
  cluster:
    server: {server}
    certificate-authority: {pair.parent / "ca.crt"}
users:
- name: {user}
  user:
    client-certificate: {pair}.crt
    client-key: {pair}.key
contexts:
- name: keysteward-test
  context:
    cluster: keysteward-test
    user: {user}
current-context: keysteward-test
""")
        partial.rename(target)
