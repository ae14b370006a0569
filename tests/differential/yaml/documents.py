"""Documents for the comparison with kubectl's YAML: manifests, and pieces put together by chance."""

import random

# Every form of plain scalar the two might take for different types.
SCALARS = """yes Yes YES no No NO on On ON off Off OFF y Y n N true True TRUE false False FALSE oN yEs
null Null NULL ~ nULL 0 00 07 08 0777 0o777 0o8 010 -010 +5 -5 1_000 _1 1__2 0x1F 0X1f 0x 0b11 0B11 0b 0b12
.5 5. . .. 1.10 1.0 -1.5 +1.5 1e3 1E3 1e+3 1e-3 1e400 -1e400 1e 1e+ .inf -.inf .Inf .INF .nan .NaN
12:30 12:30:45 190:20:30 2001-01-01 2001-12-14t21:59:43.10-05:00 9223372036854775807 9223372036854775808
18446744073709551615 18446744073709551616 -9223372036854775808 -9223372036854775809
123456789012345678901234567890 0.1 100m 1Gi v1 apps/v1 a:b http://x:80/y =x <x x,y x# a=b
'yes' "yes" '0777' "1.0" '' "" "a\\tb" "\\u00e9" "\\x41" 'it''s' -a --x a-b 1-2 1.2.3 1.2.3.4 ${X} $(X) @x""".split()
# Different names to kubectl too: it drops all but the last of equal ones, and we read every one.
KEYS = ["a", "b", "yes", "1", "0777", "1.5", "1e3", '"q"', "a b", "a.b/c", "-x", "x-y", "null", "0x1F", "é",
        "a:b", "?x"]
DUPLICATES = ["a: 1\na: 2\n", "yes: 1\ntrue: 2\n", "a: {b: 1, b: 2}\n",
              "a: [1]\nb: x\na: {c: d}\n", "0x1F: a\n31: b\n"]
TAGGED = ["a: !custom 1\n", "a: ! 1\n", "a: !!int '5'\n", "a: !!bool yes\n", "a: !!float 1\n", "a: !!int x\n",
          "a: !!timestamp 2001-01-01\n", "a: !!null ''\n", "a: !!map {b: 1}\n", "a: !!seq [1]\n",
          "a: !!set {b}\n", "a: !!str 1\n", "!!str 1: a\n", "!!int '1': a\n", "a: !!binary aGVsbG8=\n"]
PIECES = ["a", "key", ": ", ":", "- ", "-", "\n", "\n", "\n  ", "\n    ", "  ", " ", "#", " # c", '"', "'", "''",
          "|", ">", "|-", ">+", "|2", "[", "]", "{", "}", ", ", "&a ", "*a", "text", "x: y\n", "- x\n",
          "  x: y\n", "  - x\n", "a:\n", "~", "yes", "0777", "@", "\n\n", "<<: ", "é", "\\n", "\t", "!!str ", "!x "]

MANIFEST = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels: {{app: {name}, "tier": backend}}
  annotations:
    note: >-
      folded text of {name}
      goes on

      after an empty line
    script: |
      #!/bin/sh
      echo "{name}: {scalar}"
        indented
spec:
  replicas: {number}
  template:
    spec:
      # a comment: with a colon
      containers:
      - name: {name}
        image: "registry.example.com/{name}:{number}"
        args: [--port={number}, "--flag", '--other=it''s']
        env:
        - name: SETTING
          value: {scalar}
        - {{name: OTHER, value: "{number}"}}
        resources:
            limits: {{cpu: {number}m, memory: 1Gi}}
      volumes: []
"""


def manifests(rnd, count):
    for _ in range(count):
        yield MANIFEST.format(name=rnd.choice(["api", "web-1", "x"]), scalar=rnd.choice(SCALARS),
                              number=rnd.randrange(100))


def scalars():
    for text in SCALARS:
        yield f"a: {text}\n"
        yield f"- {text}\n"
        yield f"a: [{text}]\n"
        yield f"a: {{b: {text}}}\n"
        yield f"{text}: a\n"


def structures(rnd, count):
    for _ in range(count):
        yield _node(rnd, 0, rnd.choice([2, 4])) + "\n"


def _node(rnd, depth, step):
    pad = " " * (depth * step)
    kind = rnd.choice(["map", "list", "scalar"]) if 0 < depth < 4 else "map"
    if kind == "scalar" or depth >= 4:
        return rnd.choice(SCALARS)
    lines = []
    for key in rnd.sample(KEYS, rnd.randrange(1, 4)):
        inner = _node(rnd, depth + 1, step)
        block = "\n" in inner or inner.lstrip().startswith("- ") or ": " in inner or inner.endswith(":")
        joint = "\n" if block else " "
        head = f"{key}:" if kind == "map" else "-"
        comment = rnd.choice(["", "", "", " # c"]) if joint == "\n" else ""
        lines.append(f"{pad}{head}{comment}{joint}{inner}")
    return "\n".join(lines)


def scraps(rnd, count):
    for _ in range(count):
        yield "".join(rnd.choice(PIECES) for _ in range(rnd.randrange(1, 12)))


def near(rnd, count):
    """Manifests with one character changed, removed or doubled."""
    for text in manifests(rnd, count):
        at = rnd.randrange(len(text))
        kind = rnd.randrange(3)
        character = rnd.choice(" \n:-#'\"|>[]{},&*!?%@\\x0~")
        yield text[:at] + ("" if kind == 1 else character) + text[at + (kind < 2):]


def documents(seed=20261127):
    rnd = random.Random(seed)
    yield from scalars()
    yield from DUPLICATES
    yield from TAGGED
    yield from manifests(rnd, 200)
    yield from structures(rnd, 1500)
    yield from scraps(rnd, 1500)
    yield from near(rnd, 1500)
