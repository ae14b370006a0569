"""Figures: one line per measured thing, `name: figure  limit  ratio  ok|missed`.

    figures = Figures()
    figures.at_most("operator RSS", 31.2, 40, "MB")
    sys.exit(figures.exit_code())

The ratio is figure / limit: a figure that must stay below is fine up to 1, one that must be reached
from 1 on.
"""


class Figures:
    def __init__(self):
        self.missed = []

    def at_most(self, name, figure, limit, unit, note=""):
        self._line(name, figure, f"<= {number(limit)}", figure / limit if limit else None,
                   figure <= limit, unit, note)

    def at_least(self, name, figure, limit, unit, note=""):
        self._line(name, figure, f">= {number(limit)}", figure / limit, figure >= limit, unit, note)

    def told(self, name, figure, unit, note=""):
        """A figure without a limit, for context."""
        print(f"{name}: {number(figure)} {unit}{note and '   ' + note}", flush=True)

    def _line(self, name, figure, limit, ratio, fine, unit, note):
        if not fine:
            self.missed.append(name)
        told = "" if ratio is None else f"   ratio {ratio:.2f}"
        print(f"{name}: {number(figure)} {unit}   limit {limit} {unit}{told}   "
              f"{'ok' if fine else 'missed'}{note and '   ' + note}", flush=True)

    def exit_code(self):
        return 1 if self.missed else 0


def number(value):
    """Three digits that matter; whole numbers as they are."""
    if isinstance(value, int) or value == int(value) or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}"


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
