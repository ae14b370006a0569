"""A stranger's verifier: checks an evidence bundle with nothing of ours, by docs/evidence.md alone."""

import base64
import hashlib
import json
import os
import tempfile

from lab.shell import run


def canonical(value):
    """RFC 8785 for what evidence holds: ASCII keys, strings, integers, booleans."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hash_of(entry, rotation_uid):
    covered = {name: entry[name] for name in ("at", "previous", "seq", "type")}
    covered |= {"data": json.loads(entry["data"]), "rotation": rotation_uid}
    return "sha256:" + hashlib.sha256(canonical(covered)).hexdigest()


def verify(bundle):
    """The number of entries whose hash, link and signature hold; AssertionError at the first that
    does not."""
    with tempfile.TemporaryDirectory() as folder:
        key = os.path.join(folder, "key.pem")
        with open(key, "w") as file:
            file.write(bundle["publicKey"])
        previous, count = None, 0
        for rotation in bundle["rotations"]:
            for entry in rotation["entries"]:
                place = f"entry {entry['seq']} of {rotation['name']}"
                assert entry["hash"] == hash_of(entry, rotation["uid"]), f"{place}: hash"
                assert previous in (None, entry["previous"]), f"{place}: link"
                signed = canonical(["keysteward.dev/evidence/v1", bundle["installation"],
                                    bundle["credential"]["uid"], rotation["uid"], entry["seq"],
                                    entry["hash"]])
                check_signature(folder, key, signed, entry["signature"])
                previous, count = entry["hash"], count + 1
        assert previous == bundle["head"], "the end of the chain"
        return count


def check_signature(folder, key, signed, signature):
    """Ed25519, by openssl."""
    message, written = os.path.join(folder, "message"), os.path.join(folder, "signature")
    with open(message, "wb") as file:
        file.write(signed)
    with open(written, "wb") as file:
        file.write(base64.b64decode(signature))
    run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", message,
         "-sigfile", written])
