"""A watch that ends leaves no hole unseen."""

import json

import pytest
from lab.history import MOST_WATCHES, History


def told(kind, revision, name="stripe-live"):
    return json.dumps({"type": kind, "object": {"metadata": {
        "namespace": "shop", "name": name, "resourceVersion": str(revision)}}})


def ended(code, message):
    return json.dumps({"type": "ERROR", "object": {
        "kind": "Status", "metadata": {}, "code": code, "message": message}})


class Watches(History):
    """A history whose watches give these lines, one list after the other; stopped after the last."""

    def __init__(self, *watches):
        super().__init__(cluster=None)
        self.watches = list(watches)
        self.asked = []  # the revision from which each watch was begun

    def open(self, kind, revision):
        self.asked.append(revision)
        if not self.watches:
            self.stopped = True
            return None
        return self.watches.pop(0)


def test_a_watch_that_the_server_ends_goes_on_where_it_ended():
    history = Watches([told("ADDED", 5), told("BOOKMARK", 9), ended(500, "too many requests")],
                      [told("MODIFIED", 11)])
    history.follow("secrets", "3")
    assert history.asked == ["3", "9", "11"]
    assert [event.revision for event in history.of("secrets")] == [5, 11]


def test_revisions_that_the_server_forgot_are_a_hole_for_all_who_ask():
    history = Watches([told("ADDED", 5), ended(410, "too old resource version")])
    history.follow("secrets", "3")
    with pytest.raises(AssertionError, match="hole: the watch of secrets ended after revision 5"):
        history.of("pods")
    with pytest.raises(AssertionError, match="hole"):
        history.wait("something", lambda _: False)


def test_a_watch_that_always_ends_is_a_hole():
    history = Watches(*([] for _ in range(MOST_WATCHES + 1)))
    history.follow("pods", "3")
    assert len(history.asked) == MOST_WATCHES
    with pytest.raises(AssertionError, match="again and again"):
        history.check_whole()


def test_a_stopped_history_is_whole():
    history = Watches()
    history.follow("pods", "3")
    history.check_whole()
