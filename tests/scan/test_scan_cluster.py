"""`keysteward scan --cluster` against a server that speaks just enough of the Kubernetes API: discovery,
pages, and metadata of Secrets. The real one is in e2e/admission."""

import http.server
import json
import ssl
import subprocess
import threading
import urllib.parse

import pytest
from lab import samples

KEY = samples.make("sk_live_{alnum:24}")
VERBS = ["get", "list", "watch"]


def served(plural, kind):
    return {"name": plural, "kind": kind, "namespaced": True, "verbs": VERBS}


def pod(namespace, name, value, **metadata):
    return {"metadata": {"namespace": namespace, "name": name, **metadata},
            "spec": {"containers": [{"name": "app", "env": [{"name": "API_KEY", "value": value}]}]}}


class Server:
    """Objects by list path; two items a page. Keeps what was asked for."""

    def __init__(self):
        self.asked = []
        self.forbidden = set()
        self.documents = {
            "/api/v1": {"resources": [served("pods", "Pod"), served("secrets", "Secret")]},
            "/apis": {"groups": [{"name": "example.com",
                                  "preferredVersion": {"groupVersion": "example.com/v1"}}]},
            "/apis/example.com/v1": {"resources": [served("apps", "App")]},
        }
        self.lists = {
            "/api/v1/pods": [pod("shop", f"p{i}", "$(KEY)") for i in range(6)] + [pod("shop", "bad", KEY)],
            "/api/v1/secrets": [],
            "/api/v1/namespaces": [],
            "/apis/example.com/v1/apps": [{"metadata": {"namespace": "shop", "name": "a"},
                                           "spec": {"apiToken": KEY}}],
        }

    def answer(self, path, query, accept):
        self.asked.append((path, accept))
        if path in self.forbidden:
            return 403, {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403,
                         "message": f"{path} is forbidden"}
        if path in self.documents:
            return 200, self.documents[path]
        if path not in self.lists:
            return 404, {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}
        first = int(query.get("continue", ["0"])[0])
        items = self.lists[path]
        metadata = {"resourceVersion": "7"}
        if first + 2 < len(items):
            metadata["continue"] = str(first + 2)
        return 200, {"kind": "List", "apiVersion": "v1", "metadata": metadata,
                     "items": items[first:first + 2]}


@pytest.fixture
def server(tmp_path, monkeypatch):
    fake = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802 (the name is http.server's)
            url = urllib.parse.urlsplit(self.path)
            code, body = fake.answer(url.path, urllib.parse.parse_qs(url.query), self.headers["Accept"])
            text = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    certificate, key = tmp_path / "server.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "1", "-subj", "/CN=server", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener.socket = context.wrap_socket(listener.socket, server_side=True)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    config = tmp_path / "kubeconfig"
    config.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "k", "cluster": {
            "server": f"https://127.0.0.1:{listener.server_port}",
            "certificate-authority": str(certificate)}}],
        "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u", "namespace": "shop"}}],
        "users": [{"name": "u", "user": {}}]}))
    monkeypatch.setenv("KUBECONFIG", str(config))
    yield fake
    listener.shutdown()


def test_live_objects_are_judged_over_all_pages(scan, server):
    report = scan.json("--cluster", "-A")
    assert [(f["file"], f["path"]) for f in report["findings"]] == [
        ("App shop/a", "spec.apiToken"), ("Pod shop/bad", "spec.containers[0].env[0].value")]
    assert report["scanned"]["documents"] == 8
    assert KEY not in json.dumps(report)


def test_of_secrets_only_metadata_is_asked_for(scan, server):
    scan.json("--cluster", "-A")
    asked = [accept for path, accept in server.asked if path == "/api/v1/secrets"]
    assert asked and all("as=PartialObjectMetadataList" in accept for accept in asked)


def test_what_may_not_be_listed_is_named_and_the_rest_is_judged(scan, server):
    server.forbidden.add("/apis/example.com/v1/apps")
    done = scan.run("--cluster", "-A")
    assert done.returncode == 2
    assert "apps: cannot be listed: " in done.stdout and "Pod shop/bad: deny: " in done.stdout


def test_a_server_that_is_not_there_is_no_verdict(scan, server, tmp_path):
    config = tmp_path / "kubeconfig"
    config.write_text(config.read_text().replace("127.0.0.1:", "127.0.0.1:1"))
    done = scan.run("--cluster", "-A")
    assert done.returncode in (2, 3) and done.stdout == "" and done.stderr
