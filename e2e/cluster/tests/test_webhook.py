"""The API server calls a webhook that is a host process behind a Service, with no node at all:
the fast loop's set-up."""

import base64
import http.server
import json
import ssl
import subprocess
import threading

import pytest


class Refuse(http.server.BaseHTTPRequestHandler):
    """Refuses every object."""

    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = {
            "uid": review["request"]["uid"],
            "allowed": False,
            "status": {"message": "refused by the host"},
        }
        body = json.dumps(
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": answer}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def webhook(bed, real_nodes, tmp_path):
    """(port, certificate) of an HTTPS server at the bridge's address with a certificate for
    hook.default.svc."""
    key, certificate = tmp_path / "hook.key", tmp_path / "hook.crt"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            key,
            "-out",
            certificate,
            "-subj",
            "/CN=hook",
            "-addext",
            "subjectAltName=DNS:hook.default.svc",
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(
        (bed.environment()["KEYSTEWARD_CLUSTER_HOST_IP"], 0), Refuse
    )
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, certificate
    server.shutdown()


def registration(certificate):
    bundle = base64.b64encode(certificate.read_bytes()).decode()
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": ["configmaps"],
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "hook"},
        "webhooks": [
            {
                "name": "hook.test.example",
                "rules": [rule],
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
                "failurePolicy": "Fail",
                "timeoutSeconds": 5,
                "objectSelector": {"matchLabels": {"hooked": "yes"}},
                "clientConfig": {
                    "service": {"name": "hook", "namespace": "default"},
                    "caBundle": bundle,
                },
            }
        ],
    }


def test_a_webhook_on_the_host_is_called_through_its_service(bed, webhook):
    port, certificate = webhook
    bed.ok("host-service", "hook", 443, port)
    bed.kubectl("create", "-f", "-", input=json.dumps(registration(certificate)))
    try:
        refused = bed.kubectl(
            "create",
            "-f",
            "-",
            check=False,
            input=json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": "x", "labels": {"hooked": "yes"}},
                }
            ),
        )
        assert refused.returncode == 1 and "refused by the host" in refused.stderr
    finally:
        bed.kubectl("delete", "validatingwebhookconfiguration", "hook")
        bed.kubectl("delete", "service", "hook")
