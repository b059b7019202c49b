#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads every #include and fails on an arrow that points up or sideways (docs/style.md).

usage: layers.py SOURCE_ROOT
"""
import pathlib
import re
import sys

# Folder: the folders whose headers its files may include. The longest matching folder decides.
MAY_INCLUDE = {
    "runtime/include": ["runtime/include"],
    "runtime/base": ["runtime/include", "runtime/base"],
    "runtime/actor": ["runtime/include", "runtime/base", "runtime/actor"],
    "runtime/domain": ["runtime/include", "runtime/base", "runtime/actor", "runtime/domain"],
    "runtime/cluster": ["runtime/include", "runtime/base", "runtime/actor", "runtime/cluster"],
    "compiler": ["compiler"],
    "examples": ["runtime/include", "examples"],
}
# Libraries, and the folders that may know them; what is not listed here is libc or an error.
LIBRARIES = {
    r"uthash\.h|utlist\.h": ["runtime/base", "runtime/actor", "runtime/cluster", "compiler"],
    r"openssl/.*": ["runtime/cluster"],
    r"pb(_\w+)?\.h": ["runtime/cluster", "runtime/include/ractor/gen_proto.h"],
    r"uv\.h": ["runtime/cluster", "examples"],
    r"jansson\.h": ["compiler"],
}
# Made at build time: the protocol's messages, what rcgen makes of an example's schema, and what
# Flex and Bison make of the grammar.
GENERATED = {r".*\.pb\.h": "runtime/cluster", r".*\.rc\.h": "examples",
             r"parser\.h|syntax/lexer\.h": "compiler"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def owner(path, folders):
    """The longest of the folders that the path lies in."""
    inside = [f for f in folders if path == f or path.startswith(f + "/")]
    return max(inside, key=len, default=None)


def find(root, file, name):
    """Where a header lies, as a path from the root; None: not in this tree."""
    for base in (file.parent, root / "runtime/include", root / "runtime", root / "compiler"):
        if (base / name).is_file():
            return (base / name).resolve().relative_to(root).as_posix()
    return None


def library(name, where, kind):
    """Whether the folder may include a header that is not in this tree."""
    for pattern, folders in LIBRARIES.items():
        if re.fullmatch(pattern, name):
            return owner(where, folders) is not None
    for pattern, folder in GENERATED.items():
        if re.fullmatch(pattern, name):
            return owner(where, [folder]) is not None
    return kind == "<"


def check(root, file):
    """The lines of complaint about one file."""
    where = file.relative_to(root).as_posix()
    folder = owner(where, MAY_INCLUDE)
    for kind, name in INCLUDE.findall(file.read_text()):
        target = find(root, file, name)
        if target is None:
            if not library(name, where, kind):
                yield f"{where}: may not include {name}"
        elif target == "runtime/include/ractor/ractor.h" and folder != "examples":
            yield f"{where}: ractor.h is for programs; include what is used"
        elif owner(target, MAY_INCLUDE[folder]) is None:
            yield f"{where}: {folder}/ may not include {target}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    files = [f for folder in ("compiler", "runtime", "examples")
             for f in sorted((root / folder).rglob("*")) if f.suffix in (".c", ".h", ".l", ".y")]
    wrong = [line for file in files for line in check(root, file)]
    print("\n".join(wrong) or f"{len(files)} files, every arrow points down")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
