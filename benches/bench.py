"""Runs the measurements that are named, says what they found and writes it into RESULTS.md."""

import argparse
import importlib
import signal
import sys
import time
from dataclasses import dataclass

import office
import results

NAMES = "start drop burst serve memory bytes push life archives export".split()


@dataclass(frozen=True)
class Plan:
    """How many articles, and how thoroughly."""

    sizes: list
    quick: bool

    @property
    def usual(self):
        """The largest corpus of an office as they are: a million is for what is asked of it only."""
        return max([size for size in self.sizes if size <= 100_000], default=min(self.sizes))

    def times(self, usual, quick):
        return quick if self.quick else usual


def main():
    parser = argparse.ArgumentParser(prog="benches/run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; without one, all")
    parser.add_argument("--sizes", default="1000,10000,100000", help="how many articles the corpora have")
    parser.add_argument("--million", action="store_true", help="one of 1,000,000 besides")
    parser.add_argument("--quick", action="store_true", help="few short rounds that show whether it works; nothing is written")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no {', '.join(unknown)}")
    sizes = {int(size) for size in asked.sizes.split(",")} | ({1_000_000} if asked.million else set())
    plan = Plan(sorted(sizes), asked.quick)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    missed = []
    for name in asked.names or NAMES:
        print(f"== {name}", flush=True)
        began = time.monotonic()
        office.clear()
        section = importlib.import_module(name).measure(plan)
        print(f"{section.text()}\n== {name} took {time.monotonic() - began:.0f} s", flush=True)
        missed += [f"{name}: {what}" for what in section.missed]
        if not plan.quick:
            results.write(section, NAMES)
    office.clear()
    for what in missed:
        print(f"MISSED {what}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
