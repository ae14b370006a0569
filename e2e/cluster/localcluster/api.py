"""A few requests to the cluster's own API server as its administrator."""

import http.client
import json
import ssl

from .errors import ClusterError
from .waiting import patience

FIELD_MANAGER = "local-cluster"


class Api:
    """Plain HTTPS with the admin certificate; one connection per request."""

    def __init__(self, layout, allocation):
        self._port = allocation.port("apiserver")
        self._files = [str(layout.pki / n) for n in ("ca.crt", "admin.crt", "admin.key")]

    def request(self, method, path, body=None, content_type="application/json"):
        """(status, text). Raises OSError when nobody answers."""
        authority, certificate, key = self._files
        context = ssl.create_default_context(cafile=authority)
        context.load_cert_chain(certificate, key)
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self._port, context=context, timeout=10 * patience()
        )
        try:
            payload = json.dumps(body) if body is not None else None
            connection.request(method, path, payload, {"Content-Type": content_type})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def answers(self, path):
        """True when GET path gives 200 now."""
        try:
            return self.request("GET", path)[0] == 200
        except OSError:
            return False

    def get(self, path):
        """The object at path, or None on 404."""
        status, text = self.request("GET", path)
        if status == 404:
            return None
        if status != 200:
            raise ClusterError(f"GET {path}: {status} {text[:300]}")
        return json.loads(text)

    def apply(self, path, body):
        """Server-side apply; our fields win."""
        query = f"{path}?fieldManager={FIELD_MANAGER}&force=true"
        status, text = self.request("PATCH", query, body, "application/apply-patch+yaml")
        if status not in (200, 201):
            raise ClusterError(f"apply {path}: {status} {text[:300]}")

    def delete(self, path):
        status, text = self.request("DELETE", path)
        if status not in (200, 202, 404):
            raise ClusterError(f"DELETE {path}: {status} {text[:300]}")


def is_ready(node):
    """Is this Node object's Ready condition True?"""
    conditions = node.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
