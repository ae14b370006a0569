"""Scores: what a scanner's findings are worth against the labels.

Ours counts when a denial or a warning is on the credential's line; a peer already when it finds
anything in the file, for each file holds exactly one credential.

    score = Score(labels, found, strict=True)
    score.recall("placements", ("random", "format"))     # {place: share}
"""

import collections


class Score:
    def __init__(self, labels, found, strict):
        self.labels, self.found, self.strict = labels, found, strict

    def severity(self, label):
        """The highest with which this label's credential was found, or nothing."""
        hits = [hit for hit in self.found.get(label["file"], [])
                if not self.strict or label["first"] - 1 <= hit.line <= label["last"] + 1]
        kinds = {hit.severity for hit in hits}
        return "deny" if "deny" in kinds else "warn" if "warn" in kinds else None

    def select(self, group, kinds=None):
        return [label for label in self.labels
                if label["set"] == group and (kinds is None or label.get("kind") in kinds)]

    def recall(self, group, kinds, by="place", only=("deny", "warn")):
        counts = collections.defaultdict(lambda: [0, 0])
        for label in self.select(group, kinds):
            entry = counts[label[by]]
            entry[0] += self.severity(label) in only
            entry[1] += 1
        return {key: hit / total for key, (hit, total) in counts.items()}

    def misses(self, group, kinds=None):
        return [label for label in self.select(group, kinds) if self.severity(label) is None]

    def per_thousand(self, group, severity):
        """Documents with a finding of that severity, of 1,000."""
        documents = self.select(group)
        bad = self.accused(group, severity)
        return 1000 * len(bad) / len(documents)

    def accused(self, group, severity):
        return [label for label in self.select(group)
                if any(hit.severity == severity for hit in self.found.get(label["file"], []))]

    def precision_of_deny(self):
        """Of the denials in places and their twins, how many are right."""
        places = {label["place"] for label in self.select("twins")}
        right = sum(self.severity(label) == "deny" for label in self.select("placements")
                    if label["place"] in places)
        wrong = len(self.accused("twins", "deny"))
        return right / max(1, right + wrong)


def mean(shares):
    return sum(shares.values()) / max(1, len(shares))


def worst(shares):
    key = min(shares, key=shares.get)
    return key, shares[key]
