"""Api: the Kubernetes API as JSON over one connection, for making and reading thousands of objects.

    api = Api(cluster.env["KUBECONFIG"])
    api.post("/api/v1/namespaces/shop/secrets", {...})
"""

import base64
import http.client
import json
import ssl
import tempfile
import time
import urllib.parse

import yaml

IDLE_SECONDS = 20


class Api:
    def __init__(self, kubeconfig):
        with open(kubeconfig) as file:
            config = yaml.safe_load(file)
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        server = urllib.parse.urlparse(cluster["server"])
        context = ssl.create_default_context(cadata=pem(cluster, "certificate-authority").decode())
        with tempfile.NamedTemporaryFile() as identity:
            identity.write(pem(user, "client-certificate") + b"\n" + pem(user, "client-key"))
            identity.flush()
            context.load_cert_chain(identity.name)
        self.used = time.monotonic()
        self.connection = http.client.HTTPSConnection(server.hostname, server.port, context=context,
                                                      timeout=120)

    def call(self, method, path, body=None, fine=(200, 201, 202)):
        """The reply's text; SystemExit with the server's words for another status than `fine`."""
        # The server may have closed what was idle; a request that failed half-way is not repeated.
        if time.monotonic() - self.used > IDLE_SECONDS:
            self.connection.close()
        self.used = time.monotonic()
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        self.connection.request(method, path, body, {"Content-Type": kind})
        reply = self.connection.getresponse()
        text = reply.read()
        if reply.status not in fine:
            raise SystemExit(f"{method} {path}: {reply.status} {text[:400]!r}")
        return text

    def get(self, path):
        return json.loads(self.call("GET", path))

    def post(self, path, thing, fine=(200, 201, 202)):
        return json.loads(self.call("POST", path, json.dumps(thing), fine))

    def put_new(self, path, thing):
        """As post, content with an object of that name that is there already."""
        return self.post(path, thing, fine=(200, 201, 202, 409))

    def delete(self, path):
        self.call("DELETE", path, fine=(200, 202, 404))

    def watch(self, path, timeout=120):
        """Events of a collection as they come; `path` carries the query."""
        self.connection.request("GET", f"{path}&watch=1&timeoutSeconds={timeout}")
        reply = self.connection.getresponse()
        while line := reply.readline():
            yield json.loads(line)


def pem(cluster_or_user, key):
    if key in cluster_or_user:
        with open(cluster_or_user[key], "rb") as file:
            return file.read()
    return base64.b64decode(cluster_or_user[key + "-data"])
