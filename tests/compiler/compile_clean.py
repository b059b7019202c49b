#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles generated files with every compiler there is: compile_clean.py INCLUDE FILE.rc.c...

C11 with the warnings of strict teams, all errors; the headers from C++17 as well.
"""
import os
import shutil
import subprocess
import sys

WARNINGS = ['-Wall', '-Wextra', '-Wconversion', '-pedantic', '-Werror']


def compile_one(command, text):
    """Compiler's complaint, empty when it has none."""
    done = subprocess.run(command + WARNINGS + ['-c', '-o', os.devnull, '-'], input=text.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.decode() if done.returncode != 0 else ''


def main():
    include, files = sys.argv[1], sys.argv[2:]
    failures = n_runs = 0
    for file in files:
        include_dirs = ['-I', include, '-I', os.path.dirname(os.path.abspath(file))]
        header = '#include "%s"\n' % os.path.basename(file).replace('.rc.c', '.rc.h')
        with open(file, encoding='utf-8') as source:
            text = source.read()
        jobs = [(c, ['-xc', '-std=c11', '-O2'], text) for c in ('gcc', 'clang')]
        jobs += [(c, ['-xc++', '-std=c++17'], header) for c in ('g++', 'clang++')]
        for compiler, options, source in jobs:
            if shutil.which(compiler) is None:
                continue
            n_runs += 1
            complaint = compile_one([compiler] + options + include_dirs, source)
            if complaint:
                failures += 1
                print('%s, %s:\n%s' % (file, compiler, complaint))
    print('%d passed, %d failed' % (n_runs - failures, failures))
    sys.exit(1 if failures or n_runs == 0 else 0)


main()
