#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each diagnostic code has a schema that gives it: test_codes.py RCGEN SOURCE_ROOT

Most are in bad/. Here are those that take several files, a huge one, or give a warning; and a
check that none is left out.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

RCGEN = os.path.abspath(sys.argv.pop(1))
ROOT = pathlib.Path(sys.argv.pop(1))
CODES = {('E' if severity == 'ERROR' else 'W') + number.zfill(4): name
         for severity, number, name in re.findall(
             r'X\(\w+, (\w+), (\d+), "([\w-]*)"\)',
             (ROOT / 'compiler/base/diag_codes.h').read_text())}
# What only a defect of the compiler gives.
UNREACHABLE = {'E0899'}

# Files, the first of which is compiled.
POINT = 'struct Point { x: u8 }\n'
ERRORS = {
    'E0010': {'a': 'import "b.ractor";\nimport "./b.ractor";\nenum E { A(x: Point) }\n', 'b': POINT},
    'E0011': {'a': 'import "p/x.ractor";\nimport "q/x.ractor";\nenum E { A(x: p.P, y: q.Q) }\n',
              'p/x': 'package p;\nstruct P { x: u8 }\n', 'q/x': 'package q;\nstruct Q { x: u8 }\n'},
    'E0305': {'a': 'import "b.ractor";\nimport "c.ractor";\nenum E { A(x: geo.Point) }\n',
              'b': 'package one.geo;\n' + POINT, 'c': 'package two.geo;\n' + POINT},
    'E0306': {'a': 'import "b.ractor";\nenum E { A(x: Point, y: Line) }\n',
              'b': 'import "c.ractor";\nstruct Line { from: Point }\n', 'c': POINT},
    'E0506': {'a': 'enum E { ' + ', '.join('V%d' % i for i in range(65536)) + ' }\n'},
}
WARNINGS = {
    'W0901': {'a': 'struct lower { x: u8 }\nenum E { A(x: lower) }\n'},
    'W0902': {'a': 'enum E { lower }\n'},
    'W0903': {'a': 'enum E { A(Upper: u8) }\n'},
    'W0904': {'a': 'const lower: u8 = 1;\nenum E { A }\n'},
    'W0905': {'a': 'import "b.ractor";\nenum E { A }\n', 'b': POINT},
    'W0906': {'a': 'import "b.ractor";\nenum E { A(x: Point) }\n',
              'b': '[deprecated("use Spot")] ' + POINT},
    'W0907': {'a': 'enum E { A }\n/// Of nothing.\n'},
    'W0908': {'a': 'package Upper;\nenum E { A }\n'},
}


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, files):
        for name, text in files.items():
            path = self.root / (name if '.' in name else name + '.ractor')
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    def run_on(self, name, *options):
        """Exit status and codes of a run."""
        done = subprocess.run([RCGEN, '--diagnostics=json', *options, name], cwd=self.root,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        return done.returncode, [json.loads(line)['code'] for line in done.stderr.splitlines()]


class Codes(Folder):
    def test_errors_of_several_or_huge_files(self):
        for code, files in ERRORS.items():
            with self.subTest(code):
                self.write(files)
                self.assertEqual(self.run_on('a.ractor'), (1, [code]))
                self.assertFalse((self.root / 'a.rc.c').exists())

    def test_a_fuzz_target_cannot_have_all_types(self):
        self.write({'a': 'import proto "x.proto";\nenum E { A(x: proto.acme.X) }\n', 'x.proto': ''})
        done = subprocess.run([RCGEN, 'fuzz', '--diagnostics=json', 'a.ractor'], cwd=self.root,
                              stderr=subprocess.PIPE, check=False)
        self.assertEqual(json.loads(done.stderr.splitlines()[0])['code'], 'E0802')

    def test_files_that_cannot_be_read(self):
        (self.root / 'folder.ractor').mkdir()
        with open(self.root / 'huge.ractor', 'wb') as file:
            file.truncate((16 << 20) + 1)
        self.assertEqual(self.run_on('absent.ractor'), (3, ['E0001']))
        self.assertEqual(self.run_on('folder.ractor'), (3, ['E0002']))
        self.assertEqual(self.run_on('huge.ractor'), (1, ['E0003']))

    def test_each_warning_can_be_switched(self):
        for code, files in WARNINGS.items():
            with self.subTest(code):
                self.write(files)
                name = CODES[code]
                self.assertEqual(self.run_on('a.ractor'), (0, [code]))
                self.assertEqual(self.run_on('a.ractor', '-Wno-' + name), (0, []))
                self.assertEqual(self.run_on('a.ractor', '-Werror=' + name)[0], 1)
                self.assertEqual(self.run_on('a.ractor', '-Werror')[0], 1)
                self.assertEqual(self.run_on('a.ractor', '-w'), (0, []))

    def test_no_code_is_left_out(self):
        expected = ''.join(path.read_text(errors='replace')
                           for path in (ROOT / 'tests/compiler/bad').rglob('*.expected'))
        rules = (ROOT / 'tests/compiler/test_review.py').read_text()
        seen = set(re.findall(r'\[([EW]\d{4})', expected)) | set(ERRORS) | set(WARNINGS)
        seen |= {'E0001', 'E0002', 'E0003', 'E0802'} | UNREACHABLE
        seen |= {code for code, name in CODES.items() if f"'{name}'" in rules}
        self.assertGreater(len(CODES), 80)
        self.assertEqual(sorted(set(CODES) - seen), [])

    def test_there_are_enough_bad_schemas(self):
        self.assertGreaterEqual(len(list((ROOT / 'tests/compiler/bad').glob('*.ractor'))), 140)


class Limits(Folder):
    def compile(self, text):
        self.write({'a': text})
        return self.run_on('a.ractor', '-w')

    def test_a_variant_has_at_most_255_fields(self):
        fields = ['f%d: u8' % i for i in range(256)]
        self.assertEqual(self.compile('enum E { A(' + ', '.join(fields[:255]) + ') }\n'), (0, []))
        self.assertEqual(self.compile('enum E { A(' + ', '.join(fields) + ') }\n'), (1, ['E0505']))

    def test_types_nest_64_deep(self):
        for depth, result in ((64, (0, [])), (65, (1, ['E0202']))):
            text = 'vec<' * (depth - 1) + 'u16' + '>' * (depth - 1)
            self.assertEqual(self.compile(f'enum E {{ A(x: {text}) }}\n'), result)

    def test_nesting_beyond_all_measure_is_one_error(self):
        for text in ('enum E { A(x: ' + 'vec<' * 100000, 'enum E { ' + '[' * 100000,
                     '{' * 100000, '(' * 100000):
            status, codes = self.compile(text)
            self.assertEqual((status, codes[0] in ('E0201', 'E0202')), (1, True))

    def test_names_have_at_most_255_bytes(self):
        self.assertEqual(self.compile('enum %s { A }\n' % ('E' * 255)), (0, []))
        for length in (256, 1 << 20):
            self.assertEqual(self.compile('enum %s { A }\n' % ('E' * length)), (1, ['E0106']))

    def test_a_line_of_megabytes_is_shown_in_part(self):
        self.write({'a': 'enum E { A(x: u9, y: string) } //' + 'x' * (4 << 20) + '\n'})
        done = subprocess.run([RCGEN, 'a.ractor'], cwd=self.root, stderr=subprocess.PIPE,
                              check=False)
        self.assertEqual(done.returncode, 1)
        self.assertLess(len(done.stderr), 10000)


if __name__ == '__main__':
    unittest.main()
