"""Builds the programs that run in pods, without tests: what scripts/demo needs."""

import os
import sys

import cpp

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = ["keysteward-operator", "keysteward-webhook", "keysteward", "keyserver", "consumer"]


def main():
    print("building the programs (the first time takes about 10 minutes on 2 cores)", flush=True)
    return 0 if cpp.build_targets(ROOT, "release", PROGRAMS) else 1


if __name__ == "__main__":
    sys.exit(main())
