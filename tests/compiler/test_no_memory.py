#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""rcgen without memory: test_no_memory.py RCGEN SCARCE PRELOAD SCHEMA

From the n-th request on, the system refuses memory. The compiler must then say so and exit with 3,
or do without; older outputs stay, nothing else is left behind. RCGEN is tried with every n. SCARCE
is the same with an arena that asks the system each time, thousands of times: it is tried with an n
in each stretch of its run, and with every n of the last ones, when files are written.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

RCGEN, SCARCE, PRELOAD, SCHEMA = (os.path.abspath(sys.argv.pop(1)) for _ in range(4))
STRETCHES = 60
LAST = 40
OLD = 'older output\n'


class NoMemory(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.out = os.path.join(self.folder, 'out')
        for name in os.listdir(os.path.dirname(SCHEMA)):
            if name.endswith('.ractor'):
                shutil.copy(os.path.join(os.path.dirname(SCHEMA), name), self.folder)
        self.schema = os.path.basename(SCHEMA)
        self.name = self.schema[:-len('.ractor')]

    def run_with(self, program, first_refused, arguments):
        environment = dict(os.environ, LD_PRELOAD=PRELOAD, FAIL_ALLOC=str(first_refused),
                           FAIL_ALLOC_COUNT=os.path.join(self.folder, 'count'))
        return subprocess.run([program, *arguments], cwd=self.folder, env=environment, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def count(self, program, arguments):
        """What the program does, and how many requests that takes."""
        done = self.run_with(program, 0, arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(os.path.join(self.folder, 'count'), encoding='ascii') as file:
            n_requests = int(file.read())
        self.assertGreater(n_requests, 2)
        return done, n_requests

    def outputs(self):
        texts = {}
        for name in os.listdir(self.out):
            with open(os.path.join(self.out, name), encoding='utf-8') as file:
                texts[name] = file.read()
        return texts

    def refuse_each(self, program, arguments, choose):
        """Refuses memory at chosen requests, and looks at what was left each time."""
        os.makedirs(self.out, exist_ok=True)
        done, n_requests = self.count(program, arguments)
        good = self.outputs()
        old = {name: OLD for name in good}
        n_refused = 0
        for n in choose(n_requests):
            for name in good:
                with open(os.path.join(self.out, name), 'w', encoding='utf-8') as file:
                    file.write(OLD)
            got = self.run_with(program, n, arguments)
            if got.returncode == 0:
                self.assertEqual((got.stdout, self.outputs()), (done.stdout, good), n)
                continue
            n_refused += 1
            self.assertEqual((got.returncode, got.stderr), (3, b'rcgen: out of memory\n'), n)
            self.assertEqual(self.outputs(), old, n)
        self.assertGreater(n_refused, 0)

    def compile_arguments(self):
        return ['-w', '-o', 'out', '--rust-out', 'out', '--depfile',
                'out/%s.d' % self.name, self.schema]

    @staticmethod
    def stretches(n_requests):
        step = max(1, n_requests // STRETCHES)
        return sorted({*range(1, n_requests, step),
                       *range(max(1, n_requests - LAST), n_requests + 1)})

    def test_every_request_of_a_compilation_may_be_refused(self):
        self.refuse_each(RCGEN, self.compile_arguments(), lambda n: range(1, n + 1))

    def test_outputs_stay_together_when_the_arena_runs_dry_anywhere(self):
        self.refuse_each(SCARCE, ['--if-changed'] + self.compile_arguments(), self.stretches)

    def test_threads_leave_whole_files_when_one_of_them_has_no_memory(self):
        os.makedirs(self.out)
        names = ['copy%d.ractor' % i for i in range(24)]
        for i, name in enumerate(names):
            with open(os.path.join(self.folder, name), 'w', encoding='utf-8') as file:
                file.write('package p%d; enum E { Post(text: string), Stop }\n' % i)
        arguments = ['-w', '-o', 'out', *names]
        _, n_requests = self.count(RCGEN, arguments)
        good = self.outputs()
        n_refused = 0
        for n in self.stretches(n_requests):
            for name in os.listdir(self.out):
                os.remove(os.path.join(self.out, name))
            got = self.run_with(RCGEN, n, arguments)
            if got.returncode != 0:
                n_refused += 1
                self.assertEqual((got.returncode, got.stderr), (3, b'rcgen: out of memory\n'), n)
            for name, text in self.outputs().items():
                self.assertEqual(text, good[name], n)
        self.assertGreater(n_refused, 0)

    def test_programs_are_told_in_json(self):
        os.makedirs(self.out)
        _, n_requests = self.count(SCARCE, self.compile_arguments())
        got = self.run_with(SCARCE, n_requests // 2,
                            ['--diagnostics=json'] + self.compile_arguments())
        self.assertEqual(got.returncode, 3)
        self.assertEqual(json.loads(got.stderr)['message'], 'out of memory')

    def test_other_commands_may_be_refused_memory_too(self):
        for arguments in (['fmt', self.schema], ['vectors', self.schema],
                          ['decode', self.schema, 'Light', '0000000000000003526564']):
            with self.subTest(arguments[0]):
                self.refuse_each(SCARCE, arguments, self.stretches)


unittest.main()
