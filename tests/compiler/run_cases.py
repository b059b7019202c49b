#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs rcgen on whole files: run_cases.py RCGEN bad|golden FOLDER [--update]

bad: each NAME.ractor has one mistake; standard error must be NAME.expected, the exit status 1, and
nothing may be written. golden: the outputs of each NAME.ractor, C and Rust, must be the files
beside it, twice in a row. --update writes what rcgen says today, to be read before it is committed.
"""
import os
import subprocess
import sys
import tempfile


def run(rcgen, folder, name, *options):
    """Standard error and exit status of one run, from inside the folder."""
    environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C'}
    done = subprocess.run([rcgen, '--color=never', *options, name], cwd=folder, env=environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    return done.stderr.decode('utf-8', 'replace'), done.returncode


def read(path):
    """A file's text; what is missing is empty."""
    if not os.path.exists(path):
        return ''
    with open(path, encoding='utf-8') as file:
        return file.read()


def check(path, actual, update):
    """Whether the file holds the text; with `update` it will."""
    if update:
        with open(path, 'w', encoding='utf-8') as file:
            file.write(actual)
    return read(path) == actual


def bad(rcgen, folder, name, update):
    """What is wrong with one bad case."""
    with tempfile.TemporaryDirectory() as out:
        text, status = run(rcgen, folder, name, '-o', out)
        if status != 1:
            return 'exit status %d, not 1\n%s' % (status, text)
        if os.listdir(out):
            return 'it wrote %s' % os.listdir(out)
        if not check(os.path.join(folder, name[:-len('.ractor')] + '.expected'), text, update):
            return 'it says\n%s' % text
    return None


def golden(rcgen, folder, name, update):
    """What is wrong with one golden case."""
    with tempfile.TemporaryDirectory() as out:
        for _ in range(2):
            text, status = run(rcgen, folder, name, '-o', out, '--rust-out', out)
            if status != 0:
                return 'exit status %d\n%s' % (status, text)
            for output in sorted(os.listdir(out)):
                if not check(os.path.join(folder, output), read(os.path.join(out, output)), update):
                    return '%s differs' % output
    return None


def main():
    rcgen, kind, folder = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    case = {'bad': bad, 'golden': golden}[kind]
    names = sorted(n for n in os.listdir(folder) if n.endswith('.ractor'))
    failures = 0
    for name in names:
        problem = case(rcgen, folder, name, '--update' in sys.argv)
        if problem is not None:
            failures += 1
            print('%s: %s' % (name, problem))
    print('%d passed, %d failed' % (len(names) - failures, failures))
    sys.exit(1 if failures or not names else 0)


main()
