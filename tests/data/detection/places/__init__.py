"""Places: where Kubernetes really puts keys; each module registers functions of (name, value, rnd).

A place says which spelling its names have; it returns a document with the credential marked.

    for place in ALL: document = place.render(name, value, rnd)
"""

import importlib
from collections import namedtuple

Place = namedtuple("Place", "title style render twins kinds")
ALL = []
EVERY = ("random", "format", "password")
TOLD = ("random", "format")
PEOPLE = ("random", "password")


def place(title, style="upper", twins=True, kinds=EVERY):
    """`twins`: any name and any value may stand there, so an innocent pair can too. `kinds`: of values
    that stand there: `TOLD` where nobody types words, `PEOPLE` where someone logs in, which a
    provider's token seldom does."""
    def register(render):
        ALL.append(Place(title, style, render, twins, kinds))
        return render
    return register


for module in ("workloads", "commands", "shapes", "configs", "languages", "encoded", "annotations",
               "gitops", "controllers", "custom", "connections", "fallbacks",
               "templates", "patches", "logins", "handed"):
    importlib.import_module(f"detection.places.{module}")
