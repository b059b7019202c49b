#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`rcgen lint` and `rcgen breaking`: test_review.py RCGEN"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

RCGEN = os.path.abspath(sys.argv.pop(1))

# What was, what is, and the rules that find something.
CHANGES = [
    ('enum E { A(x: u8) }', 'enum E { A(x: u8), B }', []),
    ('enum E { A(x: u8), B }', 'enum E { B, A(x: u8) }', []),
    ('enum E { A }', '/// Said.\n[deprecated] enum E { [deprecated] A }', []),
    ('enum E { A(x: u8) }', 'enum E { A(x: u16) }', ['field-type-changed']),
    ('enum E { A(x: u8) }', 'enum E { A(x: vec<u8>) }', ['field-type-changed']),
    ('enum E { A(x: u8) }', 'enum E { A(x: option<u8>) }', ['field-type-changed']),
    ('enum E { A(x: u8) }', 'enum E { A(y: u8) }', ['field-renamed']),
    ('enum E { A(u8) }', 'enum E { A(y: u8) }', ['field-renamed']),
    ('enum E { A(x: u8) }', 'enum E { A(x: u8, y: u8) }', ['field-count-changed']),
    ('enum E { A(x: u8) }', 'enum E { A }', ['field-count-changed']),
    ('enum E { A(x: u8, y: u8) }', 'enum E { A(y: u8, x: u8) }', ['field-order-changed'] * 2),
    ('enum E { A, B }', 'enum E { A }', ['variant-removed']),
    ('enum E { A, B }', 'enum E { A, C }', ['variant-removed']),
    ('enum E { [rpc] A -> u8 }', 'enum E { [rpc] A -> u16 }', ['reply-type-changed']),
    ('enum E { [rpc] A -> u8 }', 'enum E { A }', ['rpc-changed']),
    ('enum E { A }', 'enum E { [rpc] A -> u8 }', ['rpc-changed']),
    ('enum E { [rpc] A -> u8 }', 'enum E { [rpc(timeout = 1s)] A -> u8 }', []),
    ('enum E { A }', '[local] enum E { A }', ['local-added']),
    ('[local] enum E { A }', 'enum E { A }', []),
    ('enum E { A }', '[no_export] enum E { A }', ['no-export-added']),
    ('enum E { A }', 'enum E { [no_export] A }', ['no-export-added']),
    ('[no_export] enum E { A }', 'enum E { [no_export] A }', []),
    ('[no_export] enum E { [no_export] A }', 'enum E { A }', []),
    ('enum E { A, B } [part_of(E)] enum P { A }', 'enum E { A, B } enum P { A }', ['part-removed']),
    ('enum E { A } enum F { A } [part_of(E)] enum P { A }',
     'enum E { A } enum F { A } [part_of(F)] enum P { A }', ['part-removed']),
    ('enum E { A, B } enum P { A }', 'enum E { A, B } [part_of(E)] enum P { A }', []),
    ('enum E { A } enum F { B }', 'enum F { B }', ['declaration-removed']),
    ('struct S { x: u8 }', 'union S { X }', ['kind-changed']),
    ('struct S { x: u8 }', 'struct S { x: u8, y: u8 }', ['field-count-changed']),
    ('struct S { x: u8 }', 'struct S { x: i8 }', ['field-type-changed']),
    ('union U { A }', 'union U { A, B }', ['union-variant-added']),
    ('union U { A, B }', 'union U { A }', ['variant-removed']),
    ('union U { A(x: u8) }', 'union U { A(x: u8, y: u8) }', ['field-count-changed']),
    ('struct S { x: u8 } enum E { A(s: S) }', 'struct T { y: u8 } enum E { A(s: T) }',
     ['declaration-removed', 'type-renamed']),
    ('struct S { x: u8 } enum E { A(s: S) }', 'struct S { x: u8 } struct T { y: i8 } enum E { A(s: T) }',
     ['field-type-changed']),
    ('struct S { a: vec<S> } enum E { A(s: S) }',
     'struct S { a: vec<S> } struct T { b: vec<T> } enum E { A(s: T) }', ['type-renamed']),
    ('enum E { A(x: actor<E>) }', 'enum F { B } enum E { A(x: actor<F>) }', ['type-renamed']),
    ('enum E { A([max = 5] x: string) }', 'enum E { A([max = 4] x: string) }', ['max-narrowed']),
    ('enum E { A(x: string) }', 'enum E { A([max = 4] x: string) }', ['max-narrowed']),
    ('enum E { A([max = 4] x: string) }', 'enum E { A(x: string) }', []),
    ('enum E { A([secret] x: string) }', 'enum E { A(x: string) }', ['secret-removed']),
    ('const A: u8 = 1;', 'const A: u8 = 2;', ['constant-changed']),
    ('const A: u8 = 1;', 'const A: u16 = 1;', ['constant-changed']),
    ('const A: u8 = 1;', 'const A: u8 = 0x1;', []),
    ('const A: u8 = 1;', 'const B: u8 = 1;', ['declaration-removed']),
    ('package a; enum E { A }', 'package b; enum E { A }', ['package-changed']),
]
# Rules that find something only at the level `source`.
SOURCE_ONLY = {'field-renamed', 'type-renamed', 'secret-removed', 'constant-changed',
               'package-changed', 'part-removed'}
# And those that never break a program that is compiled anew.
WIRE_ONLY = {'no-export-added'}

LINTS = [
    ('package a;\n/// Good.\nenum E { A([max = 9] x: string), [rpc(timeout = 1s)] B -> u8 }', []),
    ('/// Good.\nenum E { A }', ['missing-package']),
    ('package a; enum E { A }', ['missing-doc']),
    ('package a;\n/// Good.\nenum E { [rpc] A -> u8 }', ['missing-timeout']),
    ('package a;\n/// Good.\nenum E { A(x: vec<u32>) }', ['missing-max']),
    ('package a;\n/// Good.\n[local] enum E { A(x: vec<u32>) }', []),
    ('package a;\n/// Good.\nenum E { A([max = 9] user_password: string) }', ['missing-secret']),
    ('package a;\n/// Good.\nenum E { A([max = 9, secret] user_password: string) }', None),
    ('package a;\n/// Good.\nenum E { A([max = 9] [secret] password: string) }', []),
    ('package a;\n/// Good.\nstruct S { x: u8 }', ['unused-declaration']),
    ('package a;\nconst A: u8 = 1;', ['unused-declaration']),
    ('package a;\nconst A: u8 = 1;\n/// Good.\nenum E { A([max = A] x: string) }', []),
    ('package a;\n/// Good.\nenum E { A(x: bool, y: bool) }', ['boolean-fields']),
    ('package a;\n/// Good.\nenum E { A(u8, u8, u8) }', ['unnamed-fields']),
    ('package a;\n/// Good.\nenum E { ' + ', '.join('V%d' % i for i in range(201)) + ' }',
     ['large-enum']),
]


class Review(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def run_rcgen(self, *arguments):
        return subprocess.run([RCGEN, *arguments], cwd=self.folder, capture_output=True, text=True,
                              check=False)

    def findings(self, *arguments):
        """The rules of the findings, sorted, and the exit status."""
        done = self.run_rcgen(*arguments, '--diagnostics=json')
        lines = [json.loads(line) for line in done.stderr.splitlines()]
        return sorted(line['warning'] or line['code'] for line in lines), done.returncode

    def test_each_change_is_found_by_its_rule(self):
        for old, new, rules in CHANGES:
            self.write('old/a.ractor', old)
            self.write('a.ractor', new)
            found = self.findings('breaking', '--against', 'old/a.ractor', 'a.ractor')
            self.assertEqual(found, (sorted(rules), 1 if rules else 0), (old, new))
            text = self.run_rcgen('breaking', '--against', 'old/a.ractor', 'a.ractor').stderr
            self.assertEqual(text.count(': error: '), len(rules), text)

    def test_levels_leave_out_what_breaks_others(self):
        for old, new, rules in CHANGES:
            self.write('old/a.ractor', old)
            self.write('a.ractor', new)
            for level in ('wire-rust', 'wire-c'):
                found, _ = self.findings('breaking', '--against', 'old', '--level', level, 'a.ractor')
                self.assertFalse(set(found) & SOURCE_ONLY, (old, new))
                wanted = [r for r in rules if r not in SOURCE_ONLY and r != 'declaration-removed']
                self.assertEqual([r for r in found if r != 'declaration-removed'], sorted(wanted))
            found, _ = self.findings('breaking', '--against', 'old', '--level', 'source', 'a.ractor')
            wanted = [rule for rule in rules if rule not in WIRE_ONLY]
            self.assertEqual(found, sorted(wanted), (old, new))

    def test_a_change_within_the_process_breaks_no_wire(self):
        self.write('old/a.ractor', '[local] enum E { A(x: u8) }')
        self.write('a.ractor', '[local] enum E { A(x: u16) }')
        self.assertEqual(self.findings('breaking', '--against', 'old', 'a.ractor')[1], 1)
        for level in ('wire-c', 'wire-rust'):
            found = self.findings('breaking', '--against', 'old', '--level', level, 'a.ractor')
            self.assertEqual(found, ([], 0))

    def test_a_finding_tells_both_places_and_what_to_do(self):
        self.write('old/a.ractor', 'enum E { A(x: u8) }')
        self.write('a.ractor', '\nenum E { A(x: u16) }')
        done = self.run_rcgen('breaking', '--against', 'old', 'a.ractor')
        self.assertIn('a.ractor:2:15: error: breaks wire and source:', done.stderr)
        self.assertIn('old/a.ractor:1:15: note:', done.stderr)
        self.assertIn('hint: keep it, and add a new variant', done.stderr)

    def test_rules_are_switched_off_by_name(self):
        self.write('old/a.ractor', 'enum E { A(x: u8) }')
        self.write('a.ractor', 'enum E { A(x: u16) }')
        found = self.findings('breaking', '--against', 'old', '-Wno-field-type-changed', 'a.ractor')
        self.assertEqual(found, ([], 0))
        self.assertEqual(self.findings('lint', '-Wno-missing-doc', '-Wno-missing-package', 'a.ractor'),
                         ([], 0))
        self.assertEqual(self.run_rcgen('lint', '-Wno-nonsense', 'a.ractor').returncode, 2)

    def test_each_lint_finds_what_it_is_for(self):
        for schema, rules in LINTS:
            self.write('a.ractor', schema)
            found, status = self.findings('lint', 'a.ractor')
            if rules is not None:
                self.assertEqual((found, status), (rules, 1 if rules else 0), schema)

    def test_what_another_schema_uses_is_used(self):
        self.write('a.ractor', 'package a;\n/// Good.\nstruct S { x: u8 }')
        self.write('b.ractor', 'package b;\nimport "a.ractor";\n/// Good.\nenum E { A(s: a.S) }')
        self.assertEqual(self.findings('lint', 'a.ractor', 'b.ractor'), ([], 0))

    def test_schemas_with_errors_are_not_judged(self):
        self.write('old/a.ractor', 'enum E { A }')
        self.write('a.ractor', 'enum E { A(x: nothing) }')
        self.assertEqual(self.findings('breaking', '--against', 'old', 'a.ractor'), (['E0302'], 1))
        self.assertEqual(self.findings('breaking', '--against', 'a.ractor', 'old/a.ractor'),
                         (['E0302'], 1))
        self.assertEqual(self.run_rcgen('breaking', '--against', 'none', 'a.ractor').returncode, 3)

    def test_wrong_usage_is_explained(self):
        for arguments in (['lint'], ['breaking', 'a.ractor'], ['lint', '--against', 'a', 'a.ractor'],
                          ['breaking', '--against', 'a', '--level', 'none', 'a.ractor']):
            self.assertEqual(self.run_rcgen(*arguments).returncode, 2, arguments)
        self.assertIn('--level', self.run_rcgen('breaking', '--help').stdout)


unittest.main()
