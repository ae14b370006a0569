"""Places: where Kubernetes really puts keys; each module registers functions of (name, value, rnd).

A place says which spelling its names have; it returns a document with the credential marked.

    for place in ALL: document = place.render(name, value, rnd)
"""

import importlib
from collections import namedtuple

Place = namedtuple("Place", "title style render twins")
ALL = []


def place(title, style="upper", twins=True):
    """`twins`: any name and any value may stand there, so an innocent pair can too."""
    def register(render):
        ALL.append(Place(title, style, render, twins))
        return render
    return register


for module in ("workloads", "commands", "shapes", "configs", "languages", "encoded", "annotations",
               "gitops", "controllers", "custom", "connections", "fallbacks"):
    importlib.import_module(f"detection_sets.places.{module}")
