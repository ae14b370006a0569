"""Innocent documents: manifests without a credential in them, of many kinds and with much variety.

Each module registers functions of `rnd`; documents() goes round them until there are enough.

    for title, text in documents(3000, seed): …
"""

import importlib
import random

ALL = []


def kind(title, weight=1):
    def register(render):
        ALL.extend([(title, render)] * weight)
        return render
    return register


for module in ("workloads", "network", "rights", "secrets", "policies", "monitoring", "gitops", "custom",
               "configs", "texts"):
    importlib.import_module(f"detection.innocent.{module}")


def documents(count, seed):
    for index in range(count):
        title, render = ALL[index % len(ALL)]
        yield title, render(random.Random(f"{seed}/{title}/{index}"))
