"""The command line that build-product and build-test share."""

import argparse
import sys
import time
from pathlib import Path

from .debian import ImageError
from .image import build

REPOSITORY = Path(__file__).resolve().parents[3]


def main(description, name, file_name, entrypoint, links):
    """`entrypoint`: name of the program that runs when a pod gives no command, if it is among
    those given. `links`: further names in /usr/bin, made when their target is among the
    programs."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("programs", nargs="+", type=Path, metavar="BIN")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "images" / file_name)
    parser.add_argument("--name", default=name)
    options = parser.parse_args()
    names = {p.name for p in options.programs}
    started = time.monotonic()
    try:
        size = build(
            options.name,
            options.programs,
            options.out,
            {link: target for link, target in links.items() if target in names},
            f"/usr/bin/{entrypoint}" if entrypoint in names else None,
        )
    except ImageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {options.name}, {size / 1e6:.1f} MB, {time.monotonic() - started:.1f} s")
    return 0
