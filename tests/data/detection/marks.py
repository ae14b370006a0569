"""Marks: where in a document its credential stands, while the document is being written.

    text = f"password: {mark('x')}"
    plain, first, last = locate(text)      # lines, counted from 1
"""

import json

OPEN, CLOSE = "\ue000", "\ue001"


def mark(value):
    return OPEN + value + CLOSE


def unmarked(text):
    return text.replace(OPEN, "").replace(CLOSE, "")


def quoted(value):
    """As a double-quoted scalar of YAML, which JSON's string is too."""
    return json.dumps(unmarked(value), ensure_ascii=False).join((OPEN, CLOSE)) \
        if OPEN in value else json.dumps(value, ensure_ascii=False)


def one_line(thing):
    """JSON without line breaks; marks inside strings survive."""
    return json.dumps(thing, ensure_ascii=False)


def block(text, by):
    """Indented, as a literal block scalar wants it."""
    return "\n".join(" " * by + line if line else line for line in text.rstrip("\n").split("\n"))


def locate(text):
    begin = text.index(OPEN)
    end = text.rindex(CLOSE)
    return unmarked(text), text.count("\n", 0, begin) + 1, text.count("\n", 0, end) + 1
