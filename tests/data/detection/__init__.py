"""Labelled sets for detection: where Kubernetes puts keys, their innocent twins, innocent documents.

Every value is generated from a seed and none is a key of anybody. `docs/detection-sets.md` explains.
"""
