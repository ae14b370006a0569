"""A certificate authority and one server certificate, by the openssl program."""

import os

from lab.shell import run


def make_certificate(folder, host):
    """ca.pem, ca.key, tls.crt and tls.key for a server called `host`."""
    def openssl(*arguments):
        run(["openssl", *arguments])

    at = lambda name: os.path.join(folder, name)  # noqa: E731: five uses below
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-subj",
            f"/CN={host} CA", "-days", "30", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,digitalSignature")
    openssl("req", *key, "-keyout", at("tls.key"), "-out", at("tls.csr"), "-subj", f"/CN={host}")
    names = f"DNS:{host}" + (",IP:127.0.0.1" if host == "localhost" else "")
    with open(at("ext"), "w") as file:
        file.write(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n"
                   "keyUsage=critical,digitalSignature\n")
    openssl("x509", "-req", "-in", at("tls.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"),
            "-CAcreateserial", "-out", at("tls.crt"), "-days", "30", "-extfile", at("ext"))
