"""ReviewClient: asks a webhook process directly, as an API server would, or as it never would.

    answer = ReviewClient("127.0.0.1", port, ca_pem, "keysteward-webhook.keysteward-system.svc").post(pod)
"""

import http.client
import json
import socket
import ssl
import uuid

MANIFESTS = "/validate/manifests"


def review_of(thing, operation="CREATE", old=None, user="alice", **request):
    """A whole AdmissionReview about the object."""
    group, _, version = thing["apiVersion"].rpartition("/")
    kind = {"group": group, "version": version, "kind": thing["kind"]}
    resource = {"group": group, "version": version, "resource": thing["kind"].lower() + "s"}
    asked = {"uid": str(uuid.uuid4()), "kind": kind, "resource": resource, "operation": operation,
             "requestKind": kind, "requestResource": resource,
             "name": thing["metadata"].get("name", ""), "namespace": thing["metadata"].get("namespace", ""),
             "userInfo": {"username": user, "groups": ["system:authenticated"]},
             "object": thing, "oldObject": old, "dryRun": False, "options": None}
    asked.update(request)
    return {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": asked}


def as_sent(review):
    """As the API server writes it: no blanks, its members in this order."""
    return json.dumps(review, separators=(",", ":"))


class ReviewClient:
    def __init__(self, host, port, bundle, name, timeout=30):
        self.host, self.port, self.name, self.timeout = host, port, name, timeout
        self.tls = ssl.create_default_context(cadata=bundle)
        self.connection = None

    def _connected(self):
        if self.connection is None:
            raw = socket.create_connection((self.host, self.port), self.timeout)
            self.connection = http.client.HTTPConnection(self.name, timeout=self.timeout)
            self.connection.sock = self.tls.wrap_socket(raw, server_hostname=self.name)
        return self.connection

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def send(self, body, path=MANIFESTS, method="POST", **headers):
        """Status and text of the answer to these bytes; OSError when there is none."""
        payload = body.encode() if isinstance(body, str) else body
        try:
            connection = self._connected()
            connection.request(method, path, payload, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.will_close:
                self.close()
            return answer.status, text
        except (OSError, http.client.HTTPException) as failure:
            self.close()
            raise OSError(str(failure)) from failure

    def post(self, thing, path=MANIFESTS, **review):
        """The AdmissionReview that answers one about the object."""
        status, text = self.send(as_sent(review_of(thing, **review)), path)
        assert status == 200, (status, text)
        return json.loads(text)

    def try_post(self, thing, **review):
        """None while nobody answers."""
        try:
            return self.post(thing, **review)
        except OSError:
            return None
