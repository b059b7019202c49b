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

    def test_mistakes_in_several_inputs_are_told_in_the_order_of_the_inputs(self):
        for i in (50, 3, 41):
            self.write(self.names[i], 'package p%d;\nenum A { Put(x: nothing), [rpc Get, }\n' % i)
        self.write(self.names[20], 'import "nowhere.ractor";\nenum A { }}\n')
        done = self.run_rcgen('out', '--max-errors=0', *self.names, 'missing.ractor')
        told = [line.split(':')[0] for line in done.stderr.splitlines() if ': error: ' in line]
        each = []
        for name in (self.names[3], self.names[20], self.names[41], self.names[50],
                     'missing.ractor'):
            alone = self.run_rcgen('out', '--max-errors=0', name).stderr.splitlines()
            each += [line.split(':')[0] for line in alone if ': error: ' in line]
        self.assertEqual(done.returncode, 3)
        self.assertEqual(told, each)
        self.assertEqual(os.listdir(os.path.join(self.folder, 'out')), [])

    def test_no_more_errors_are_shown_than_were_asked_for(self):
        for name in self.names:
            self.write(name, 'enum A { Put(x: nothing), Get(y: nothing) }}\n')
        done = self.run_rcgen('out', '--max-errors=5', *self.names)
        self.assertEqual(done.stderr.count(': error: '), 5)

    def test_an_input_that_others_import_is_read_once_by_all_its_names(self):
        self.write(self.names[0], 'package p0;\nimport "s63.ractor";\nimport "./s63.ractor";\n'
                                  'enum E { Put(x: u8) }\n')
        self.write(self.names[63], 'package p63;\nimport "s0.ractor";\nenum F { Put(x: u8) }\n')
        done = self.run_rcgen('out', *self.names)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count('imports itself'), 1)
        self.assertEqual(done.stderr.count('is imported twice'), 1)
        self.assertEqual(done.stderr.count(': error: '), 2)


unittest.main()
