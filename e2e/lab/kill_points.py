"""Kill points: exact places in the traffic of the operator at which it is killed.

A point is the n-th request of its kind since the rotation was asked for, and whether the kill
falls before the request is sent on or after its reply arrived and before that is passed back.
"""

import collections
import re
import threading

from lab.interceptor import Answered, Dropped

# Requests that are no step of a rotation: they come by the clock, or tell people.
ASIDE = ("/leases", "/events")

Point = collections.namedtuple("Point", "label occurrence phase")


def label_of(call):
    """The kind of a request: names of objects and keys taken out."""
    path = call.path.split("?")[0]
    if call.side == "provider":
        return f"provider {call.method} " + re.sub(r"/keys/[^/]+", "/keys/KEY", path)
    staged = " staged" if "/staged-" in path or (
        path.endswith("/secrets") and call.method == "POST" and b'"staged-' in call.body) else ""
    parts = re.sub(r"^/apis?/", "", path).split("/namespaces/")[-1].split("/")[1:]
    kind = parts[0] + ("/status" if parts[-1] == "status" else "")
    step = re.search(rb'"step":"([A-Z][A-Za-z]+)"', call.body) if "rotations/status" in kind else None
    kind += f" of {step[1].decode()}" if step else ""
    return f"api {call.method} {kind}{staged}"


def counts(call):
    """Whether a kill may fall here: what changes something, and every call of the provider."""
    if any(word in call.path for word in ASIDE):
        return False
    if call.side == "provider" and call.method == "GET" and "?" in call.path:
        return False  # lists are the sweeper's, which comes by the clock too
    return call.changes or call.side == "provider"


class Recorder:
    """Notes the points that passed, in order."""

    def __init__(self):
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        with self.lock:
            self.seen = collections.Counter()
            self.passed = []

    def before(self, call):
        if not counts(call):
            return
        with self.lock:
            call.label = label_of(call)
            self.seen[call.label] += 1
            call.occurrence = self.seen[call.label]
            self.passed.append((call.label, call.occurrence))

    def after(self, call):
        pass


class Outage(Recorder):
    """Everything behind this gate is down from one point of the traffic on, until `end`. With
    `after`, a label, calls are only counted from the first call of that label on."""

    def __init__(self, point, after=None):
        super().__init__()
        self.point = point
        self.awaited = after
        self.down = threading.Event()
        self.over = False

    def before(self, call):
        super().before(call)
        if counts(call) and self.awaited == call.label:
            self.awaited = None
            self.reset()
        if counts(call) and not self.awaited and (call.label, call.occurrence) == self.point \
                and not self.over:
            self.down.set()
        if self.down.is_set():
            raise Answered(503)

    def end(self):
        self.over = True
        self.down.clear()


class Freezer(Recorder):
    """Freezes the operator at one point of its traffic. With phase "after" the reply lies ready for
    it when it goes on; with "before" the request itself stays on its way until `release`."""

    def __init__(self, operator, point):
        super().__init__()
        self.operator = operator
        self.point = point
        self.frozen = threading.Event()
        self.released = threading.Event()
        self.call = None

    def before(self, call):
        super().before(call)
        if self.strikes(call, "before"):
            self.released.wait(120)

    def after(self, call):
        self.strikes(call, "after")

    def strikes(self, call, phase):
        if not counts(call) or Point(call.label, call.occurrence, phase) != self.point:
            return False
        self.call = call
        self.operator.freeze()
        self.frozen.set()
        return True

    def release(self):
        self.released.set()


class Executioner(Recorder):
    """Kills the operator at the next of the points asked for; its other calls then go nowhere."""

    def __init__(self, operator):
        super().__init__()
        self.operator = operator
        self.killed = threading.Event()
        self.targets = set()
        self.hit = None

    def aim(self, targets):
        with self.lock:
            self.targets = set(targets)
            self.hit = None
            self.killed.clear()

    def waits_for_hit(self, seconds):
        """Whether it struck within that time; otherwise it strikes no more."""
        self.killed.wait(seconds)
        with self.lock:  # a kill under way is over when the lock is free
            self.targets = set()
            return self.hit is not None

    def before(self, call):
        if self.killed.is_set():
            raise Dropped
        super().before(call)
        self.strike(call, "before")

    def after(self, call):
        if self.killed.is_set():
            raise Dropped
        self.strike(call, "after")

    def strike(self, call, phase):
        if not counts(call):
            return
        point = Point(call.label, call.occurrence, phase)
        with self.lock:
            if self.killed.is_set():
                raise Dropped
            if point not in self.targets:
                return
            self.killed.set()
            self.operator.kill()
            self.hit = point  # the last, so that who sees it finds the operator dead
        raise Dropped
