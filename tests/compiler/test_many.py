#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many inputs in one run, which threads share out: test_many.py RCGEN"""
import os
import subprocess
import sys
import tempfile
import unittest

RCGEN = os.path.abspath(sys.argv.pop(1))
N_INPUTS = 64
CLASH = 'package p%d;\nenum A {\n    FooBar(x: u8),\n    Foo_bar(x: u8),\n}\n'


class Many(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.names = ['s%d.ractor' % i for i in range(N_INPUTS)]
        self.write('shared.ractor', 'package shared;\nstruct Point { x: i32, y: i32 }\n')
        for i, name in enumerate(self.names):
            self.write(name, 'package p%d;\nimport "shared.ractor";\n/// Of %d.\nenum E%d {\n'
                             '    Put(key: string, at: shared.Point, n: vec<option<u64>>),\n'
                             '    [rpc] Get(key: string) -> result<shared.Point, string>,\n}\n'
                       % (i, i, i))

    def write(self, name, text):
        with open(os.path.join(self.folder, name), 'w', encoding='utf-8') as file:
            file.write(text)

    def run_rcgen(self, out, *arguments):
        os.makedirs(os.path.join(self.folder, out), exist_ok=True)
        return subprocess.run([RCGEN, '-o', out, *arguments], cwd=self.folder, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding='utf-8')

    def outputs(self, out):
        texts = {}
        for name in os.listdir(os.path.join(self.folder, out)):
            with open(os.path.join(self.folder, out, name), encoding='utf-8') as file:
                texts[name] = file.read()
        return texts

    def test_together_gives_what_each_gives_alone(self):
        done = self.run_rcgen('all', '--rust-out', 'all', *self.names)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        for name in self.names:
            done = self.run_rcgen('each', '--rust-out', 'each', name)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertEqual(self.outputs('all'), self.outputs('each'))

    def test_names_that_clash_are_reported_with_their_input_and_it_is_not_written(self):
        self.write(self.names[40], CLASH % 40)
        done = self.run_rcgen('out', *self.names)
        self.assertEqual(done.returncode, 1)
        self.assertIn('s40.ractor:4', done.stderr)
        self.assertNotIn('s40.rc.c', self.outputs('out'))

    def test_an_output_that_cannot_be_written_is_named(self):
        os.makedirs(os.path.join(self.folder, 'out', 's33.rc.h'))
        done = self.run_rcgen('out', *self.names)
        self.assertEqual(done.returncode, 3)
        self.assertIn('out/s33.rc.h: cannot be written', done.stderr)
        self.assertFalse([n for n in os.listdir(os.path.join(self.folder, 'out')) if 'tmp' in n])


unittest.main()
