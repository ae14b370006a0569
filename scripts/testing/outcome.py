"""Outcome: how many tests passed, failed and were skipped, and which failed."""


class Outcome:
    def __init__(self, passed=0, failed=0, skipped=0, broken=()):
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
        self.broken = list(broken)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.broken += other.broken

    def line(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")

    @staticmethod
    def failure(name):
        return Outcome(failed=1, broken=[name])
