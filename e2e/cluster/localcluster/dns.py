"""CoreDNS as a host process on the bridge, published as Service kube-system/kube-dns by a hand-made
EndpointSlice.

It knows the cluster's Services and pods, and the name host.test for this machine; every other
name does not exist.
"""

import http.client

from . import host_service, tools
from .processes import Process
from .waiting import wait_until

START_SECONDS = 30
# A server block of its own for everything else: the template plugin would otherwise answer before
# the kubernetes one.
COREFILE = """cluster.local:{port} in-addr.arpa:{port} {{
  bind {host}
  errors
  ready 127.0.0.1:{ready}
  kubernetes cluster.local in-addr.arpa {{
    kubeconfig {kubeconfig}
    ttl 5
  }}
}}
host.test:{port} {{
  bind {host}
  hosts {{
    {host} host.test
  }}
}}
.:{port} {{
  bind {host}
  template ANY ANY {{
    rcode NXDOMAIN
  }}
}}
"""


class Dns:
    """The CoreDNS process and its Service."""

    def __init__(self, layout, allocation, api):
        self._layout, self._allocation, self._api = layout, allocation, api
        self.process = Process(layout, "coredns")

    def up(self):
        a = self._allocation
        corefile = self._layout.root / "Corefile"
        corefile.write_text(
            COREFILE.format(
                host=a.host_ip,
                port=a.port("dns"),
                ready=a.port("dns_ready"),
                kubeconfig=self._layout.admin_kubeconfig,
            )
        )
        self._publish()
        self.process.start([tools.need("coredns", "coredns"), "-conf", corefile])
        wait_until("CoreDNS", self._ready, START_SECONDS, [self.process])

    def _ready(self):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._allocation.port("dns_ready"), timeout=2
        )
        connection.request("GET", "/ready")
        status = connection.getresponse().status
        connection.close()
        return status == 200

    def _publish(self):
        a = self._allocation
        ports = [
            {"name": "dns", "port": 53, "protocol": "UDP"},
            {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
        ]
        host_service.publish_ports(
            self._api,
            a.host_ip,
            "kube-system",
            "kube-dns",
            [(port, a.port("dns")) for port in ports],
            cluster_ip=a.dns_ip,
        )

    def down(self):
        self.process.stop(grace=2)
