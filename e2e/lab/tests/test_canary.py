"""The search for key values finds each form of a leak, and never prints what it found."""

import base64

import pytest
from lab.canary import Canary

VALUE = "ksk_live_R7tQ2mXw9LbKcZ4vN8sJ1dHgYfPa3eUo6iTr"
PART = VALUE[15:25]

LEAKS = {
    "as it is": f"level=info key={VALUE}",
    "a part": f"key=…{PART}…",
    "base64": base64.b64encode(VALUE.encode()).decode(),
    "base64, one byte on": base64.b64encode(b"a" + VALUE.encode()).decode(),
    "base64, two bytes on": base64.b64encode(b"ab" + VALUE.encode()).decode(),
    "base64 of a part": base64.b64encode(f"x{PART}y".encode()).decode(),
    "base64url": base64.urlsafe_b64encode(b"??" + VALUE.encode()).decode(),
    "hexadecimal": VALUE.encode().hex(),
    "HEXADECIMAL": VALUE.encode().hex().upper(),
    "percent-encoded": "".join(f"%{byte:02X}" for byte in VALUE.encode()),
    "JSON-escaped": "".join(f"\\u{ord(c):04x}" for c in VALUE),
    "UTF-16": VALUE.encode("utf-16-le").decode(),
    "reversed": VALUE[::-1],
}
HARMLESS = {
    "nothing": "",
    "the public prefix": "keys begin with ksk_live_",
    "seven characters": f"key={VALUE[9:16]}.",
    "another value": "ksk_live_ZZZZZZZZZZZZZZZZZZZZZZZZ",
}


def search(folder, text):
    canary = Canary(folder)
    canary.learn({"key_1": VALUE})
    canary.keep("an output", text)
    return canary.search()


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found_and_named_by_place_and_key(tmp_path, leak):
    found = search(tmp_path, LEAKS[leak])
    assert {(place, key) for place, key, _ in found} == {("an_output", "key_1")}
    assert PART not in str(found)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_part_of_a_value_is_not_found(tmp_path, text):
    assert search(tmp_path, HARMLESS[text]) == []


def test_without_any_key_nothing_is_found(tmp_path):
    canary = Canary(tmp_path)
    canary.keep("an output", VALUE)
    assert canary.search() == []
