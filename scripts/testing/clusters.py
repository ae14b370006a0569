"""Runs everything that needs a cluster, in three lanes that mostly wait: the scenarios on the real
node for pods, those with operators as processes of this machine for deadlines, and the tests of an
API server without nodes, then the other folders of e2e.
"""

import concurrent.futures

import api_server
import build_programs
import cpp
import python_tests
from outcome import Outcome


def run(root, text):
    if not cpp.build_targets(root, "dev", [*build_programs.PROGRAMS, api_server.CONFORMANCE]):
        return Outcome.failure("build of preset dev")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        beds = [pool.submit(python_tests.run_scenarios, root, text, bed) for bed in ("node", "host")]
        outcome = api_server.run(root, text)
        outcome.add(python_tests.run(root, ["e2e"], text,
                                     without=[api_server.SCHEMAS, python_tests.SCENARIOS]))
        for bed in beds:
            outcome.add(bed.result())
    return outcome
