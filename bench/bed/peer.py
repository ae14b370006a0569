"""Peer: a Go program of bench/peers, built and started beside ours."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from bed.installation import ROOT

PEERS = ROOT / "bench" / "peers"


class Peer:
    """A server of bench/peers/NAME on a port of its own; its certificate names 127.0.0.1 and `host`."""

    def __init__(self, name, address="127.0.0.1:0", host="localhost"):
        self.name, self.address, self.host = name, address, host
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="keysteward-peer-"))
        self.process = None
        self.port = 0

    @property
    def pid(self):
        return self.process.pid

    def certificate(self):
        return (self.folder / "tls.crt").read_text()

    def __enter__(self):
        go = shutil.which("go")
        if go is None:
            raise SystemExit("a peer is written in Go: scripts/setup --cluster, or put go into PATH")
        subprocess.run([go, "build", "-o", self.folder / "peer", "main.go"], cwd=PEERS / self.name,
                       env=dict(os.environ, GO111MODULE="off"), check=True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", "tls.key", "-out", "tls.crt", "-subj", "/CN=peer", "-days", "2",
             "-addext", f"subjectAltName=IP:127.0.0.1,DNS:{self.host}"],
            cwd=self.folder, check=True, capture_output=True)
        self.process = subprocess.Popen(
            [self.folder / "peer", self.folder / "tls.crt", self.folder / "tls.key", self.address],
            stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
