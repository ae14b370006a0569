"""Annotations, and the copies kubectl keeps in them."""

import json

from detection.marks import block, mark, one_line, quoted
from detection.places import place
from detection.places.pods import container, env, head, name_of, workload


@place("annotation", "kebab")
def plain(name, value, rnd):
    return head("Service", "v1", rnd) + (f"  annotations:\n    acme.example/team: shop\n    acme.example/{name}: "
                                         f"{quoted(mark(value))}\nspec:\n  ports: [{{port: 80}}]\n")


@place("annotation of a Deployment", "kebab")
def deployment(name, value, rnd):
    text = workload("Deployment", rnd, container(rnd, "args: [serve]"))
    return text.replace("spec:\n", f"  annotations:\n    {name}: {quoted(mark(value))}\nspec:\n", 1)


@place("annotation of a pod template", "kebab")
def template(name, value, rnd):
    text = workload("StatefulSet", rnd, container(rnd, "args: [serve]"))
    return text.replace("    metadata:\n", "    metadata:\n      annotations:\n"
                        f"        ops.acme.example/{name}: {quoted(mark(value))}\n", 1)


@place("annotation holding JSON", "camel")
def in_json(name, value, rnd):
    text = one_line({"endpoint": "https://hooks.acme.example", name: mark(value)}).replace("'", "''")
    return head("Namespace", "v1", rnd) + f"  annotations:\n    acme.example/notify: '{text}'\n"


@place("last-applied annotation", twins=True)
def last_applied(name, value, rnd):
    applied = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"},
               "spec": {"template": {"spec": {"containers": [
                   {"name": "app", "env": [{"name": name, "value": mark(value)}]}]}}}}
    text = workload("Deployment", rnd, container(rnd, env(rnd, "- name: MODE\n  value: fast\n")))
    note = ("  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n"
            + block(json.dumps(applied, ensure_ascii=False, separators=(",", ":")), 6) + "\n")
    return text.replace("spec:\n", note + "spec:\n", 1)


@place("last-applied annotation of a ConfigMap")
def last_applied_config(name, value, rnd):
    applied = {"apiVersion": "v1", "data": {name: mark(value)}, "kind": "ConfigMap", "metadata": {"name": "x"}}
    return head("ConfigMap", "v1", rnd) + (
        "  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: " + quoted(json.dumps(
            applied, ensure_ascii=False)) + "\ndata:\n  mode: fast\n")


@place("Ingress snippet annotation", "header", twins=False)
def ingress(name, value, rnd):
    return head("Ingress", "networking.k8s.io/v1", rnd) + (
        "  annotations:\n    nginx.ingress.kubernetes.io/configuration-snippet: |\n"
        f"      proxy_set_header X-Api-Key \"{mark(value)}\";\nspec:\n  ingressClassName: nginx\n")


@place("Ingress annotation", "kebab")
def ingress_plain(name, value, rnd):
    return head("Ingress", "networking.k8s.io/v1", rnd) + (
        f"  annotations:\n    edge.acme.example/{name}: {quoted(mark(value))}\nspec:\n  rules:\n  - host: {name_of(rnd)}.acme.example\n")


@place("Service load balancer annotation", "kebab")
def load_balancer(name, value, rnd):
    return head("Service", "v1", rnd) + (
        f"  annotations:\n    service.beta.kubernetes.io/dns-{name}: {quoted(mark(value))}\nspec:\n  type: LoadBalancer\n")
