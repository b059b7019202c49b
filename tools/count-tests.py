#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts test cases in Meson's logs: those of Check and cargo by their own words, of everything
else one per test. Prints "PASSED FAILED SKIPPED".

usage: count-tests.py TESTLOG.json...
"""
import json
import re
import sys

CHECK = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)", re.M)
CARGO = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed", re.M)


def cases(test):
    """(passed, failed, skipped) of one test of the log."""
    if test["result"] == "SKIP":
        return 0, 0, 1
    out = test.get("stdout", "")
    bad = sum(int(f) + int(e) for _, f, e in CHECK.findall(out))
    good = sum(int(n) for n, _, _ in CHECK.findall(out)) - bad
    bad += sum(int(f) for _, f in CARGO.findall(out))
    good += sum(int(p) for p, _ in CARGO.findall(out))
    is_ok = test["result"] in ("OK", "EXPECTEDFAIL")
    if not good and not bad:
        return (1, 0, 0) if is_ok else (0, 1, 0)
    # A suite that failed without a failed case has crashed, leaked or run out of time.
    return good, bad if is_ok or bad else 1, 0


def main():
    total = [0, 0, 0]
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as log:
            for line in log:
                total = [a + b for a, b in zip(total, cases(json.loads(line)))]
    print(*total)


if __name__ == "__main__":
    main()
