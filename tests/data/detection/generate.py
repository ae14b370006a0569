"""Writes the sets into a folder: `placements/`, `twins/`, `innocent/`, and `labels.json`.

    python3 -m detection.generate FOLDER        # with tests/data as the working directory

A label says file, place, kind of value, provider, and the first and last line of the credential. The
same seed gives the same bytes, on any machine.
"""

import json
import pathlib
import random
import sys

from detection import formats, names, samples, twins, values
from detection.innocent import documents
from detection.marks import locate, unmarked
from detection.places import ALL

SEED = "keysteward"


class Sets:
    """What of `folder` is which; `counts` are values of each kind in each place."""

    def __init__(self, folder, seed=SEED, counts=None, innocent=3000, twins_per_place=12):
        self.folder, self.seed = pathlib.Path(folder), seed
        self.counts = counts or {"random": 10, "format": 6, "password": 10}
        self.innocent, self.twins_per_place = innocent, twins_per_place
        self.labels = []

    def write(self):
        self._placements()
        self._formats()
        self._twins()
        for index, (title, text) in enumerate(documents(self.innocent, f"{self.seed}/innocent")):
            self._add("innocent", f"{index:05d}", text, {"place": title})
        (self.folder / "labels.json").write_text(json.dumps(self.labels, indent=0))
        return self.labels

    def _add(self, group, file, text, label):
        suffix = ".json" if text.startswith("{") else ".yaml"
        path = self.folder / group / (file + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(unmarked(text).encode())
        self.labels.append({"set": group, "file": str(path.relative_to(self.folder)), **label})

    def _placed(self, group, number, place, name, value, rnd, label):
        text = place.render(name, value, rnd)
        _, first, last = locate(text)
        self._add(group, f"{number:03d}/{len(self.labels):05d}", text,
                  {"place": place.title, "name": name, "first": first, "last": last, **label})

    def _placements(self):
        for number, place in enumerate(ALL):
            for kind in place.kinds:
                for index in range(self.counts[kind]):
                    rnd = random.Random(f"{self.seed}/{place.title}/{kind}/{index}")
                    name = names.draw(rnd, kind, place.style)
                    value = values.KINDS[kind](rnd)
                    self._placed("placements", number, place, name, value, rnd, {"kind": kind})

    def _formats(self):
        """Each provider's format in the plainest place and under a name that says nothing."""
        place = next(p for p in ALL if p.title == "ConfigMap entry")
        for vendor, template in formats.FORMATS:
            for index in range(3):
                rnd = random.Random(f"{self.seed}/format/{vendor}/{index}")
                self._placed("formats", index, place, "setting", samples.make(template, rnd), rnd,
                             {"kind": "format", "provider": vendor})

    def _twins(self):
        places = [p for p in ALL if p.twins]
        for number, place in enumerate(places):
            chosen = random.Random(f"{self.seed}/twins/{place.title}").sample(twins.PAIRS, self.twins_per_place)
            for words, template in chosen:
                rnd = random.Random(f"{self.seed}/{place.title}/{words}")
                value = samples.make(template, rnd)
                self._placed("twins", number, place, names.STYLES[place.style](words.split()), value, rnd,
                             {"kind": "twin", "value": template})


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    labels = Sets(sys.argv[1]).write()
    print(f"{len(labels)} files")


if __name__ == "__main__":
    main()
