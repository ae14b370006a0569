"""Samples: text made from a template and a seed, such as `{alnum:24}` for 24 letters and digits.

A committed file thus never holds what looks like a key. Classes as in docs/detector-rules.md.

    make("acme_{alnum:24}", random.Random("seed"))
"""

import base64
import re
import string
import zlib

LOWER, UPPER, DIGIT = string.ascii_lowercase, string.ascii_uppercase, string.digits
CLASSES = {
    "lower": LOWER, "upper": UPPER, "digit": DIGIT, "alpha": UPPER + LOWER,
    "alnum": UPPER + LOWER + DIGIT, "lowalnum": LOWER + DIGIT, "upalnum": UPPER + DIGIT,
    "hex": DIGIT + "abcdef", "uphex": DIGIT + "ABCDEF",
    "base64": UPPER + LOWER + DIGIT + "+/", "base64url": UPPER + LOWER + DIGIT + "-_",
    "base32": UPPER + "234567", "base58": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "bech32": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
FIELD = re.compile(r"\{([a-z0-9]+)(?::(\d+))?\}")
BASE62 = DIGIT + UPPER + LOWER


def characters(alphabet, count, rnd):
    return "".join(rnd.choice(alphabet) for _ in range(count))


def checksum(text):
    """CRC-32 as six base-62 digits, as GitHub and npm append it."""
    rest, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        digits = BASE62[digit] + digits
    return digits


def url_base64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwt(rnd):
    head = url_base64(b'{"alg":"HS256","typ":"JWT"}')
    body = url_base64(b'{"sub":"svc-%s","iat":1700000000}' % characters(DIGIT, 8, rnd).encode())
    return f"{head}.{body}.{characters(CLASSES['base64url'], 43, rnd)}"


def uuid(rnd):
    digits = characters(CLASSES["hex"], 32, rnd)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def make(template, rnd):
    out, at = "", 0
    for field in FIELD.finditer(template):
        out += template[at:field.start()]
        at = field.end()
        name, count = field.group(1), field.group(2)
        if name == "crc32":
            out += checksum(out[out.rindex("_") + 1:])
        elif name == "jwt":
            out += jwt(rnd)
        elif name == "uuid":
            out += uuid(rnd)
        elif name not in CLASSES:
            out += field.group()
        else:
            out += characters(CLASSES[name], int(count), rnd)
    return out + template[at:]
