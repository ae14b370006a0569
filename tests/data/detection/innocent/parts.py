"""Parts that innocent documents share: names, images, digests, labels, certificates."""

from detection import words
from detection.samples import characters, CLASSES, make

VERSIONS = ["apps/v1"]


def name(rnd):
    return f"{rnd.choice(words.TEAMS)}-{rnd.choice(words.APPS)}"


def meta(rnd, kind, api, extra="", namespaced=True):
    lines = f"apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name(rnd)}\n"
    if namespaced:
        lines += f"  namespace: {rnd.choice(words.NAMESPACES)}\n"
    lines += ("  labels:\n"
              f"    app.kubernetes.io/name: {rnd.choice(words.APPS)}\n"
              f"    app.kubernetes.io/instance: {name(rnd)}\n"
              f"    app.kubernetes.io/version: \"{version(rnd)}\"\n"
              "    app.kubernetes.io/managed-by: Helm\n"
              f"    helm.sh/chart: {name(rnd)}-{version(rnd)}\n") if rnd.random() < 0.6 else ""
    return lines + extra


def version(rnd):
    return f"{rnd.randrange(12)}.{rnd.randrange(40)}.{rnd.randrange(20)}"


def image(rnd):
    host = rnd.choice(["registry.acme.example", "ghcr.io/acme", "quay.io/acme", "docker.io/library"])
    tag = f":{version(rnd)}"
    if rnd.random() < 0.3:
        tag += make("@sha256:{hex:64}", rnd)
    elif rnd.random() < 0.2:
        tag = make(":{hex:40}", rnd)
    elif rnd.random() < 0.2:
        tag = make(":main-{hex:7}-17{digit:8}", rnd)
    return f"{host}/{name(rnd)}{tag}"


def certificate(rnd, lines=12):
    body = "\n".join(characters(CLASSES["base64"], 64, rnd) for _ in range(lines))
    return f"-----BEGIN CERTIFICATE-----\nMIID{body[4:]}\n-----END CERTIFICATE-----"


def ca_bundle(rnd):
    return "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk" + make("{base64:900}", rnd) + "Cg=="


def digest(rnd):
    return make("{hex:64}", rnd)


def sentence(rnd):
    return rnd.choice([
        "The password of the database user is read from a Secret.",
        "Set this to the name of the Secret that holds the API key.",
        "How long an access token stays valid before it is refreshed.",
        "Key of the Secret to select from. Must be a valid secret key.",
        "Name of the header that carries the bearer token of a request.",
        "SecretRef is a reference to a Secret object containing sensitive information.",
        "When enabled, tokens are rotated every 24h and old ones are revoked.",
        "Path to the private key file, in PEM format (PKCS#1, PKCS#8 or SEC1).",
        "Authentication is done with a username and password, or with a token.",
    ])
