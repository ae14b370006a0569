"""Values with a provider's form that belong to nobody, for manifests that must not hold real keys.

Between « and »: {alnum:24} is 24 characters of a class, {crc32} the checksum of what follows the
last '_', {b64:text} the base64 of a text, {jwt} a token, \\n a line break.
"""

import base64
import random
import re
import string
import zlib

UPPER, LOWER, DIGIT = string.ascii_uppercase, string.ascii_lowercase, string.digits
CLASSES = {
    "lower": LOWER,
    "upper": UPPER,
    "digit": DIGIT,
    "alpha": UPPER + LOWER,
    "alnum": UPPER + LOWER + DIGIT,
    "lowalnum": LOWER + DIGIT,
    "upalnum": UPPER + DIGIT,
    "hex": DIGIT + "abcdef",
    "base64": UPPER + LOWER + DIGIT + "+/",
    "base64url": UPPER + LOWER + DIGIT + "-_",
    "base32": UPPER + "234567",
}


def _url64(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _crc32(text):
    alphabet = DIGIT + UPPER + LOWER
    number = zlib.crc32(text.encode())
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = alphabet[rest] + digits
    return digits.rjust(6, "0")


def _chars(dice, alphabet, count):
    return "".join(dice.choice(alphabet) for _ in range(count))


def _expand(dice, field, before):
    name, _, rest = field.partition(":")
    if name == "crc32":
        return _crc32(before.rpartition("_")[2])
    if name == "b64":
        return base64.b64encode(_make(dice, rest).encode()).decode()
    if name == "jwt":
        payload = '{"sub":"svc-' + _chars(dice, DIGIT, 8) + '","iat":1700000000}'
        return ".".join(
            [
                _url64('{"alg":"HS256","typ":"JWT"}'),
                _url64(payload),
                _url64(_chars(dice, CLASSES["alnum"], 32)),
            ]
        )
    return _chars(dice, CLASSES[name], int(rest))


def _make(dice, pattern):
    text, at = "", 0
    while at < len(pattern):
        if pattern.startswith("\\n", at):
            text, at = text + "\n", at + 2
        elif re.match(r"\{[a-z]", pattern[at:]):
            depth, end = 1, at + 1
            while depth and end < len(pattern):
                depth += {"{": 1, "}": -1}.get(pattern[end], 0)
                end += 1
            text, at = text + _expand(dice, pattern[at + 1 : end - 1], text), end
        else:
            text, at = text + pattern[at], at + 1
    return text


def make(pattern, seed=1):
    return _make(random.Random(seed), pattern)


def render(text, seed=1):
    """The text with every «…» filled in, and the list of what was put there."""
    values = []

    def fill(match):
        values.append(make(match.group(1), seed + len(values)))
        return values[-1]

    return re.sub("«(.*?)»", fill, text, flags=re.S), values
