"""Runs the stages of scripts/test one after the other, times each, and adds up what passed.

A stage that cannot build counts as one failure and the stages that do not need it still run, so one
mistake shows as one mistake. The last line is "N passed, N failed".
"""

import argparse
import sys
import time

import stages
from outcome import Outcome


def parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/test")
    parser.add_argument("--unit", action="store_true", help="no cluster")
    parser.add_argument("--e2e", action="store_true", help="only the tests on a real cluster")
    parser.add_argument("--sanitizers", action="store_true",
                        help="only the unit tests, all of them, under each sanitizer")
    parser.add_argument("--filter", default="", metavar="TEXT",
                        help="only test programs and files whose name holds TEXT")
    parser.add_argument("--setup-seconds", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    total = Outcome()
    times = [("set-up", arguments.setup_seconds)]
    for stage in stages.chosen(arguments.unit, arguments.e2e, arguments.sanitizers):
        print(f"== {stage.name}", flush=True)
        begun = time.monotonic()
        outcome = stage.run(arguments.filter)
        seconds = int(time.monotonic() - begun)
        times.append((stage.name, seconds))
        total.add(outcome)
        print(f"== {stage.name}: {outcome.line()} in {seconds} s", flush=True)
    print("\nseconds by stage: " + ", ".join(f"{name} {seconds}" for name, seconds in times))
    for name in total.broken:
        print(f"FAILED: {name}")
    print(total.line())
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
