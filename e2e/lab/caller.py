"""Caller: what an application does whose pods are only pretended: it calls the provider with the
key that its Secret delivers, a few times a second, from when that is there."""

import base64
import http.client
import ssl
import threading

PAUSE = 0.2


class Caller:
    """`value()` gives the key to use now, or None while there is none."""

    def __init__(self, provider, value):
        self.provider = provider
        self.value = value
        self.context = ssl.create_default_context(cafile=provider.own_ca)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def start(self):
        self.thread.start()

    def stop(self):
        self.ended.set()
        self.thread.join()

    def run(self):
        connection = http.client.HTTPSConnection("localhost", self.provider.key_port,
                                                 context=self.context, timeout=10)
        while not self.ended.wait(PAUSE):
            if key := self.value():
                try:
                    connection.request("GET", "/v1/work", headers={"Authorization": f"Bearer {key}"})
                    connection.getresponse().read()
                except (OSError, http.client.HTTPException):
                    connection.close()


def delivered_value(history, namespace, secret):
    """The key in that Secret as last told, or None."""
    told = history.now("secrets", namespace, secret)
    return base64.b64decode(told["data"]["API_KEY"]).decode() if told else None
