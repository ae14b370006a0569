"""SecondWebhook: a mutating webhook of somebody else's, called after ours for one namespace.

    with SecondWebhook(cluster, folder, space, [{"op": "remove", "path": "/spec/volumes"}]): …
"""

import base64
import http.server
import json
import os
import ssl
import threading

from lab.certificates import make_certificate
from lab.program import free_port

NAME = "zz-second-webhook"  # the API server calls them in the order of their names


class SecondWebhook:
    def __init__(self, cluster, folder, namespace, patch):
        """`patch`: JSON Patch operations, or a function of the object that gives them."""
        self.cluster, self.folder, self.namespace = cluster, str(folder), namespace
        self.patch = patch if callable(patch) else lambda thing: patch
        self.calls = 0

    def __enter__(self):
        make_certificate(self.folder, f"{NAME}.{self.namespace}.svc")
        at = lambda name: os.path.join(self.folder, name)  # noqa: E731
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(at("tls.crt"), at("tls.key"))
        self.server = http.server.ThreadingHTTPServer(("0.0.0.0", free_port()), self._handler())
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.cluster.tool("host-service", "--namespace", self.namespace, NAME, "443",
                          str(self.server.server_address[1]))
        with open(at("ca.pem"), "rb") as file:
            self.cluster.apply(json.dumps(self._registration(base64.b64encode(file.read()).decode())))
        return self

    def __exit__(self, *_):
        self.cluster.kubectl("delete", "mutatingwebhookconfiguration", NAME, "--ignore-not-found", check=False)
        self.server.shutdown()

    def _registration(self, bundle):
        chosen = {"matchLabels": {"kubernetes.io/metadata.name": self.namespace}}
        return {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
                "metadata": {"name": NAME}, "webhooks": [{
                    "name": "second.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
                    "failurePolicy": "Fail", "reinvocationPolicy": "IfNeeded", "namespaceSelector": chosen,
                    "clientConfig": {"caBundle": bundle, "service": {"namespace": self.namespace, "name": NAME}},
                    "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                               "resources": ["pods"]}]}]}

    def _handler(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.calls += 1
                answer = {"uid": review["request"]["uid"], "allowed": True}
                if operations := outer.patch(review["request"]["object"]):
                    answer["patchType"] = "JSONPatch"
                    answer["patch"] = base64.b64encode(json.dumps(operations).encode()).decode()
                body = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                                   "response": answer}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
