"""How the cluster commands fail: each error carries the exit code its caller sees."""

FAILED = 1
REFUSED = 3
NOT_UP = 4


class ClusterError(Exception):
    """Something did not work; the message says what and where to look."""

    exit_code = FAILED


class Refused(ClusterError):
    """This machine cannot do what was asked (no root, no namespaces ...). Callers fall back or
    count a skip."""

    exit_code = REFUSED


class NotUp(ClusterError):
    """There is no cluster in this state directory."""

    exit_code = NOT_UP
