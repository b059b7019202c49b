#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What every text of the tree keeps to: a licence line at its head, no file over 800 lines, no
notes to self, no trailing blanks, a newline at the end. And time and random numbers come from the
runtime's tables: above runtime/base nothing asks the system for them.

usage: texts.py SOURCE_ROOT
"""
import pathlib
import re
import sys

SKIP = re.compile(r"(^|/)(\.git|build[^/]*|target|corpus|golden|bad)(/|$)|\.lock$|^LICENSE$")
LICENSED = {".c", ".h", ".l", ".y", ".sh", ".py", ".rs", ".proto", ".in"}
TEXT = LICENSED | {".md", ".build", ".txt", ".toml", ".ractor", ".cmake"}
NOTES = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
SYSTEM = re.compile(r"\b(clock_gettime|gettimeofday|time\(NULL|uv_hrtime|getrandom|RAND_bytes|"
                    r"rt_monotonic_ns\(|rt_random_system\()")
ABOVE_BASE = ("runtime/actor/", "runtime/domain/", "runtime/cluster/")
MAX_LINES = 800


def check(name, text):
    """The lines of complaint about one file."""
    lines = text.split("\n")
    suffix = pathlib.PurePath(name).suffix
    if suffix in LICENSED and not any("SPDX-License-Identifier: MIT" in l for l in lines[:3]):
        yield f"{name}: no SPDX line at its head"
    if suffix in {".c", ".h", ".l", ".y", ".rs"} and len(lines) > MAX_LINES:
        yield f"{name}: {len(lines)} lines; over {MAX_LINES} it is more than one subject"
    if text and not text.endswith("\n"):
        yield f"{name}: no newline at its end"
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield f"{name}:{number}: blanks at the end of the line"
        if NOTES.search(line) and not name.startswith("tests/style/"):
            yield f"{name}:{number}: a note to self"
        if SYSTEM.search(line) and name.startswith(ABOVE_BASE):
            yield f"{name}:{number}: time and random numbers are the runtime's"


def main():
    root = pathlib.Path(sys.argv[1])
    names = (f.relative_to(root).as_posix() for f in sorted(root.rglob("*")) if f.is_file())
    names = [n for n in names if not SKIP.search(n) and pathlib.PurePath(n).suffix in TEXT]
    wrong = [line for n in names for line in check(n, (root / n).read_text())]
    print("\n".join(wrong) or f"{len(names)} files")
    return 1 if wrong or not names else 0


if __name__ == "__main__":
    sys.exit(main())
