"""Services that lead to processes of this machine: no selector, an EndpointSlice with the bridge's
address.

With them a webhook, an operator or a key provider that runs as a host process is called as if it
were a pod, by pods and by the API server. The EndpointSlice is owned by the Service, so deleting
the Service is enough.
"""


def publish(api, address, namespace, name, port, target):
    publish_ports(
        api, address, namespace, name, [({"name": "main", "port": port, "protocol": "TCP"}, target)]
    )


def publish_ports(api, address, namespace, name, ports, cluster_ip=None):
    """`ports`: pairs of a Service port and the port number the process listens on."""
    spec = {"ports": [port for port, _ in ports]}
    if cluster_ip:
        spec["clusterIP"] = cluster_ip
    path = f"/api/v1/namespaces/{namespace}/services/{name}"
    api.apply(
        path,
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": namespace},
            "spec": spec,
        },
    )
    owner = {
        "apiVersion": "v1",
        "kind": "Service",
        "name": name,
        "uid": api.get(path)["metadata"]["uid"],
    }
    api.apply(
        f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices/{name}-host",
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "name": f"{name}-host",
                "namespace": namespace,
                "ownerReferences": [owner],
                "labels": {"kubernetes.io/service-name": name},
            },
            "addressType": "IPv4",
            "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
            "ports": [{**port, "port": target} for port, target in ports],
        },
    )
