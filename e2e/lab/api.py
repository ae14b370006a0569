"""Api: the API server itself over one kept connection per thread, where a process of kubectl per
call would take minutes, and where bytes must arrive as they were written.

    api = Api(cluster.env["KUBECONFIG"])
    api.as_user("alice", "devs").create(thing, dry_run=True).refusal
"""

import base64
import copy
import http.client
import json
import os
import ssl
import tempfile
import threading
import urllib.parse

import yaml

PATCHES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}
# Resources whose name is not the kind in lower case with an s.
PLURALS = {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies", "StorageClass": "storageclasses",
           "CredentialPolicy": "credentialpolicies"}


class Reply:
    """What the API server answered."""

    def __init__(self, status, body, warnings):
        self.status = status
        self.body = body
        self.warnings = warnings

    @property
    def ok(self):
        return self.status < 300

    @property
    def text(self):
        return self.body.get("message", "") if isinstance(self.body, dict) else str(self.body)

    @property
    def refusal(self):
        """The webhook's own words; "" when it was not the webhook that refused."""
        return "" if self.ok else self.text.partition("denied the request: ")[2].strip()

    def __repr__(self):
        return f"{self.status} {self.text} {self.warnings}"


class Api:
    def __init__(self, kubeconfig, identity=None, pool=None):
        self.identity = identity or {}
        self.pool = pool or _Pool(kubeconfig)
        self.kubeconfig = kubeconfig

    def as_user(self, name, *groups, **extra):
        """The same server as another user, in `groups` and in system:authenticated."""
        headers = {"Impersonate-User": name, "Impersonate-Group": [*groups, "system:authenticated"]}
        headers.update({f"Impersonate-Extra-{key}": value for key, value in extra.items()})
        return Api(self.kubeconfig, headers, self.pool)

    def call(self, method, path, body=None, content_type="application/json", **query):
        """`body` as text, bytes or data; `query` members with the value True become "All"."""
        asked = {key: "All" if value is True else value for key, value in query.items() if value}
        if asked:
            path += "?" + urllib.parse.urlencode(asked)
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        payload = body.encode() if isinstance(body, str) else body
        return self.pool.send(method, path, payload, content_type, self.identity)

    def create(self, thing, dry_run=False):
        return self.call("POST", collection(thing), thing, dryRun=dry_run)

    def replace(self, thing, dry_run=False):
        return self.call("PUT", place(thing), thing, dryRun=dry_run)

    def patch(self, thing, kind, body, dry_run=False, subresource=""):
        more = {"fieldManager": "tests", "force": "true"} if kind == "apply" else {}
        return self.call("PATCH", place(thing) + (f"/{subresource}" if subresource else ""), body,
                         PATCHES[kind], dryRun=dry_run, **more)

    def apply(self, thing, dry_run=False):
        return self.patch(thing, "apply", thing, dry_run)

    def get(self, thing, subresource=""):
        reply = self.call("GET", place(thing) + (f"/{subresource}" if subresource else ""))
        return reply.body if reply.ok else None

    def delete(self, thing, dry_run=False):
        return self.call("DELETE", place(thing), dryRun=dry_run)


def collection(thing):
    version, kind = thing["apiVersion"], thing["kind"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    space = thing["metadata"].get("namespace")
    middle = f"/namespaces/{space}" if space else ""
    return f"{root}{middle}/{PLURALS.get(kind, kind.lower() + 's')}"


def place(thing):
    return f"{collection(thing)}/{urllib.parse.quote(thing['metadata']['name'], safe='')}"


def changed(thing, **metadata):
    """A copy with other metadata."""
    other = copy.deepcopy(thing)
    other["metadata"].update(metadata)
    return other


class _Pool:
    def __init__(self, kubeconfig):
        with open(kubeconfig) as file:
            config = yaml.safe_load(file)
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.address = urllib.parse.urlsplit(cluster["server"])
        self.token = user.get("token")
        self.tls = ssl.create_default_context(cadata=_pem(cluster, "certificate-authority").decode())
        if self.token is None:
            _load_pair(self.tls, _pem(user, "client-certificate") + _pem(user, "client-key"))
        self.local = threading.local()

    def send(self, method, path, payload, content_type, identity):
        for last in (False, True):
            connection = getattr(self.local, "connection", None)
            if connection is None:
                connection = self.local.connection = http.client.HTTPSConnection(
                    self.address.hostname, self.address.port, context=self.tls, timeout=60)
            try:
                return self._exchange(connection, method, path, payload, content_type, identity)
            except (http.client.HTTPException, OSError):
                # The server closes a connection that was idle; once more over a new one.
                connection.close()
                self.local.connection = None
                if last:
                    raise

    def _exchange(self, connection, method, path, payload, content_type, identity):
        connection.putrequest(method, path)
        connection.putheader("Accept", "application/json")
        if self.token:
            connection.putheader("Authorization", f"Bearer {self.token}")
        for name, values in identity.items():
            for value in [values] if isinstance(values, str) else values:
                connection.putheader(name, value)
        if payload is not None:
            connection.putheader("Content-Type", content_type)
            connection.putheader("Content-Length", str(len(payload)))
        connection.endheaders(payload)
        answer = connection.getresponse()
        raw = answer.read()
        warnings = [_unquoted(value) for value in answer.headers.get_all("Warning", [])]
        try:
            return Reply(answer.status, json.loads(raw), warnings)
        except ValueError:
            return Reply(answer.status, raw.decode(errors="replace"), warnings)


def _pem(holder, name):
    if f"{name}-data" in holder:
        return base64.b64decode(holder[f"{name}-data"])
    with open(holder[name], "rb") as file:
        return file.read()


def _load_pair(context, pem):
    with tempfile.NamedTemporaryFile() as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)


def _unquoted(header):
    """299 - "text" without its code and quotes (RFC 7234, 5.5). http.client reads headers as Latin-1."""
    header = header.encode("latin-1").decode(errors="replace")
    return header.partition(' "')[2].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")
