"""Bounded waiting: every wait has a deadline, and a process that dies meanwhile ends it at once
with its last log lines."""

import os
import time

from .errors import ClusterError


def wait_until(what, condition, seconds, processes=(), interval=0.05):
    """Calls `condition` until it is true; an OSError (nobody listens yet) counts as false.
    `processes` are the ones whose death means that it never will be. Slow machines multiply
    `seconds` by KEYSTEWARD_CLUSTER_PATIENCE.
    """
    seconds *= patience()
    deadline = time.monotonic() + seconds
    while not _holds(condition):
        for process in processes:
            if not process.alive():
                raise ClusterError(
                    f"{process.name} ended while waiting for {what}:\n{process.log_tail()}"
                )
        if time.monotonic() > deadline:
            tails = "\n".join(f"{p.name}:\n{p.log_tail()}" for p in processes)
            raise ClusterError(f"gave up after {seconds:g} s waiting for {what}\n{tails}".rstrip())
        time.sleep(interval)


def patience():
    """By how much this machine is slower than one with two idle cores."""
    return float(os.environ.get("KEYSTEWARD_CLUSTER_PATIENCE", "1"))


def _holds(condition):
    try:
        return condition()
    except OSError:
        return False
