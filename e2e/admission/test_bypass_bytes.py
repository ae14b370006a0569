"""Attempts by the bytes of a manifest: B16–B18 of docs/threats.md."""

import json
import subprocess

import pytest
import yaml

from admission_stack import BIN, days, deployment, eventually, from_secret, pod, secret, well_formed
from bearers import key, literal_env, refused_both
from test_admission_manifests import exception


INVISIBLE = {"zero width space": "\u200b", "zero width joiner": "\u200d", "word joiner": "\u2060",
             "byte order mark": "\ufeff", "bidi override": "\u202e", "no-break space": "\u00a0",
             "ideographic space": "\u3000", "tab": "\t", "space": " "}


@pytest.mark.parametrize("what", INVISIBLE)
def test_b16_an_owner_nobody_can_see_is_no_owner(what, api, namespace):
    name = "unseen-" + what.replace(" ", "-")
    thing = secret(name, namespace, owner=INVISIBLE[what] * 3, expires_at=days(30))
    assert api.create(thing).ok
    user = pod("unseen", namespace, [from_secret(name)])
    eventually(lambda: api.create(user, dry_run=True).refusal, f"{what} names nobody", 5)
    assert "secret-without-owner" in refused_both(lambda dry: api.create(user, dry))


@pytest.mark.parametrize("end", ["2099-01-31\u200b", "\uff12\uff10\uff19\uff19-01-31", "2099\u201001\u201031",
                                 "2099-1-31", "2099-01-31 ", "+2099-01-31", "2099-01-31T00:00:00", "31.01.2099",
                                 "2099-01-31T00:00:00Z\u202e", "1e9", "9999999999"])
def test_b16_an_end_that_is_not_plainly_a_date_is_none(end, api, namespace):
    name = "end-" + format(abs(hash(end)) % 10**9)
    assert api.create(secret(name, namespace, owner="payments", expires_at=end)).ok
    user = pod("end", namespace, [from_secret(name)])
    reply = eventually(lambda: (lambda r: r if r.refusal else None)(api.create(user, dry_run=True)), end, 5)
    # A blank around a date is a date, which 2099 is too far away for.
    assert "secret-expiry-malformed" in well_formed(reply) or "secret-lives-too-long" in reply.refusal


@pytest.mark.parametrize("before", ["\ufeff", "\u200b", "\u202e", "\u00a0", " ", "\t", "\n", "x=", "'", '"'])
def test_b16_a_key_is_found_behind_any_character(before, people, namespace):
    value = key()
    for who in ("admin", "user", "controller"):
        for text in (before + value, value + before[:before != "x="], before + value + before[:before != "x="]):
            thing = pod("wrapped", namespace, [{"name": "LEVEL", "value": text}])
            refused_both(lambda dry, t=thing, w=who: people[w].create(t, dry), value)


@pytest.mark.parametrize("rule", ["GITHUB-TOKEN", "github-token ", "github\u2010token", "git*", ".*", "github-token\u200b"])
def test_b16_a_rule_that_only_looks_like_it_is_no_match(rule, stack, api):
    space, value = stack.namespace(), key()
    thing = deployment("legacy", space, literal_env(value)["env"])
    made = api.create(exception("looks", space, days(2), rule=rule))
    assert made.ok or made.status in (403, 422), made
    refused_both(lambda dry: api.create(thing, dry), value)


def document(namespace, env):
    """YAML text of a pod around the text of its env list."""
    return (f"apiVersion: v1\nkind: Pod\nmetadata: {{name: text, namespace: {namespace}}}\n"
            f"spec:\n  containers:\n  - name: app\n    image: a\n    env:\n{env}\n")


# Text of an env list → whether what kubectl makes of it holds a key. {key} is one.
TEXTS = {
    "plain": ("    - {{name: API_TOKEN, value: {key}}}", True),
    "single quoted": ("    - {{name: API_TOKEN, value: '{key}'}}", True),
    "double quoted with an escape": ('    - {{name: API_TOKEN, value: "{escaped}"}}', True),
    "folded": ("    - name: API_TOKEN\n      value: >-\n        {key}", True),
    "literal block": ("    - name: API_TOKEN\n      value: |\n        {key}", True),
    "tag string": ("    - {{name: API_TOKEN, value: !!str {key}}}", True),
    "anchor and alias": ("    - &a {{name: API_TOKEN, value: {key}}}\n    - *a", True),
    "merge key": ("    - &b {{name: OTHER_TOKEN, value: {key}}}\n    - {{<<: *b, name: API_TOKEN}}", True),
    "alias of a scalar": ("    - {{name: &n API_TOKEN, value: &v {key}}}\n    - {{name: X, value: *v}}", True),
    "a comment beside": ("    - name: API_TOKEN # value: x\n      value: {key} # no", True),
    "in a comment alone": ("    - name: API_TOKEN # {key}\n      value: info", False),
    "yes": ("    - {{name: API_TOKEN, value: 'yes'}}", False),
    "octal": ("    - {{name: PORT, value: '012'}}", False),
    "null": ("    - {{name: API_TOKEN, value: ~}}", False),
    "CRLF": ("    - name: API_TOKEN\r\n      value: {key}\r", True),
}


@pytest.mark.parametrize("form", TEXTS)
def test_b17_yaml_is_judged_as_the_server_stores_it(form, kubectl, alice, namespace, tmp_path):
    template, guilty = TEXTS[form]
    value = key()
    escaped = "\\x%02x%s" % (ord(value[0]), value[1:])
    text = document(namespace, template.format(key=value, escaped=escaped))
    for client in (kubectl, alice):
        answers = [client.write(text, dry_run=dry) for dry in (True, False)] if guilty else [
            client.write(text, dry_run=True)]
        for answer in answers:
            assert bool(answer.refusal) == guilty or not guilty and answer.ok, answer.text
    scan = scan_of(text, tmp_path)
    assert (scan.returncode == 1) == guilty, scan.stdout + scan.stderr
    assert ("warn: a comment: " in scan.stdout) == (form == "in a comment alone"), scan.stdout


def scan_of(text, folder):
    (folder / "x.yaml").write_bytes(text.encode())
    return subprocess.run([BIN / "keysteward", "scan", folder / "x.yaml"], capture_output=True, text=True)


def test_b17_every_document_of_a_file_is_judged(kubectl, namespace):
    value = key()
    innocent, guilty = pod("one", namespace), pod("two", namespace, literal_env(value)["env"])
    text = "---\n".join(yaml.safe_dump(each) for each in (innocent, guilty, innocent))
    assert "literal credential (" in kubectl.write(text, dry_run=True).text


def test_b17_a_tab_as_indentation_is_refused_by_everybody(kubectl, namespace, tmp_path):
    text = document(namespace, "\t- {name: A, value: b}")
    assert not kubectl.write(text, dry_run=True).ok
    assert scan_of(text, tmp_path).returncode == 2


def raw_pod(namespace, env):
    return ('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"raw","namespace":"%s"},"spec":{"containers":'
            '[{"name":"app","image":"a","env":%s}]}}' % (namespace, env))


# Raw JSON of an env list → whether what the API server stores of it holds a key.
RAW = {
    "the last of two members is the key": ('[{"name":"API_TOKEN","value":"info","value":"KEY"}]', True),
    "the last of two members is innocent": ('[{"name":"API_TOKEN","value":"KEY","value":"info"}]', False),
    "two lists": ('[],"env":[{"name":"API_TOKEN","value":"KEY"}]', True),
    "a member in another case": ('[{"name":"API_TOKEN","Value":"KEY"}]', False),
    "escaped characters": ('[{"name":"API_TOKEN","value":"\\u0067HKEY"}]', True),
    "an escaped member": ('[{"name":"API_TOKEN","v\\u0061lue":"KEY"}]', True),
    "null": ('[{"name":"API_TOKEN","value":null}]', False),
    "a list of nothing": ("[]", False),
    "an unknown member": ('[{"name":"API_TOKEN","value":"info","comment":"KEY"}]', False),
}


@pytest.mark.parametrize("form", RAW)
def test_b18_json_is_judged_as_the_server_stores_it(form, people, namespace):
    template, guilty = RAW[form]
    value = key()
    text = raw_pod(namespace, template.replace("\\u0067HKEY", "\\u0067" + value[1:]).replace("KEY", value))
    path = f"/api/v1/namespaces/{namespace}/pods"
    for who in ("admin", "user", "controller"):
        reply = people[who].call("POST", path, text, dryRun=True)
        assert bool(reply.refusal) == guilty, reply
        assert guilty or reply.ok, reply
        if guilty:
            well_formed(people[who].call("POST", path, text), value)


ODD = ["-0", "1.0", "1e3", "9007199254740993", "123456789012345678901234567890", "null", "{}", "[]", '""']


@pytest.mark.parametrize("odd", ODD)
def test_b18_odd_members_of_a_custom_resource_hide_nothing(odd, api, namespace):
    value = key()
    text = ('{"apiVersion":"example.com/v1","kind":"Function","metadata":{"name":"odd","namespace":"%s"},'
            '"spec":{"a":%s,"env":[{"name":"API_TOKEN","value":"%s"}],"z":%s}}' % (namespace, odd, value, odd))
    path = f"/apis/example.com/v1/namespaces/{namespace}/functions"
    for dry_run in (True, False):
        reply = api.call("POST", path, text, dryRun=dry_run)
        well_formed(reply, value)


def test_b18_a_review_with_a_member_twice_came_from_no_api_server(stack, namespace):
    from lab.review import review_of
    review = json.dumps(review_of(pod("x", namespace)))
    client = stack.review()
    status, _ = client.send(review.replace('"request":', '"request":{},"request":', 1))
    assert status == 400
    status, text = client.send(review.replace('"operation":', '"operation":"DELETE","operation":', 1))
    assert status == 200
    assert json.loads(text)["response"]["allowed"] is False
