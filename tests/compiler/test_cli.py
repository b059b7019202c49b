#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command line of rcgen: outputs, exit codes, what is left behind. test_cli.py RCGEN"""
import os
import subprocess
import sys
import tempfile
import unittest

RCGEN = os.path.abspath(sys.argv.pop(1))
GOOD = 'enum Room { Post(text: string) }\n'


class CommandLine(unittest.TestCase):
    """Each test runs in a folder of its own."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.write('room.ractor', GOOD)

    def tearDown(self):
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'w', encoding='utf-8') as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding='utf-8') as file:
            return file.read()

    def run_rcgen(self, *arguments, **options):
        return subprocess.run([RCGEN] + list(arguments), cwd=self.folder.name, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, **options)

    def test_outputs_are_named_after_the_schema(self):
        self.assertEqual(self.run_rcgen('room.ractor').returncode, 0)
        self.assertEqual(sorted(os.listdir(self.folder.name)),
                         ['room.ractor', 'room.rc.c', 'room.rc.h'])

    def test_exact_paths_and_depfile(self):
        self.write('inc/geo.ractor', 'package geo;\nstruct P { x: u8 }\n')
        self.write('user.ractor', 'import "geo.ractor";\nenum Room { Post }\n')
        done = self.run_rcgen('-Iinc', '--c-out', 'x y.c', '--h-out', 'x#.h', '--depfile', 'd',
                              'user.ractor')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('-Wunused-import', done.stderr)
        self.assertEqual(self.read('d'),
                         'x\\ y.c x\\#.h: \\\n  user.ractor \\\n  inc/geo.ractor\n')
        self.assertIn('#include "x#.h"', self.read('x y.c'))

    def test_unchanged_output_keeps_its_time_only_if_asked(self):
        self.run_rcgen('room.ractor')
        os.utime(self.path('room.rc.h'), (1, 1))
        self.run_rcgen('--if-changed', 'room.ractor')
        self.assertEqual(os.stat(self.path('room.rc.h')).st_mtime, 1)
        self.run_rcgen('room.ractor')
        self.assertNotEqual(os.stat(self.path('room.rc.h')).st_mtime, 1)

    def test_an_error_leaves_older_output_alone(self):
        self.run_rcgen('room.ractor')
        before = self.read('room.rc.c')
        self.write('room.ractor', 'enum Room { Post(text: strng) }\n')
        self.assertEqual(self.run_rcgen('room.ractor').returncode, 1)
        self.assertEqual(self.read('room.rc.c'), before)

    def test_what_cannot_be_read_is_an_io_error(self):
        os.mkdir(self.path('dir.ractor'))
        self.assertEqual(self.run_rcgen('dir.ractor').returncode, 3)
        self.assertIn('is a folder', self.run_rcgen('dir.ractor').stderr)
        self.assertEqual(self.run_rcgen('nowhere.ractor').returncode, 3)
        os.mkfifo(self.path('fifo.ractor'))
        self.assertEqual(self.run_rcgen('fifo.ractor').returncode, 3)

    def test_a_huge_file_is_refused_unread(self):
        with open(self.path('huge.ractor'), 'wb') as file:
            file.truncate(1 << 30)
        done = self.run_rcgen('huge.ractor')
        self.assertEqual(done.returncode, 1)
        self.assertIn('larger than 16 MiB', done.stderr)

    def test_what_cannot_be_written_is_an_io_error_and_leaves_nothing(self):
        done = self.run_rcgen('-o', 'nowhere', 'room.ractor')
        self.assertEqual(done.returncode, 3)
        self.assertIn('cannot be written', done.stderr)
        os.mkdir(self.path('room.rc.c'))
        self.assertEqual(self.run_rcgen('room.ractor').returncode, 3)
        self.assertFalse([n for n in os.listdir(self.folder.name) if n.endswith('.tmp')])
        self.assertEqual(self.run_rcgen('--c-out', '/dev/full', '--h-out', 'h', 'room.ractor')
                         .returncode, 3)
        self.assertFalse(os.path.exists(self.path('h')))

    def test_wrong_usage_is_two(self):
        for arguments in ([], ['--nonsense'], ['-o'], ['--c-out', 'x', 'a', 'b'],
                          ['-Wnonsense', 'a'], ['--max-errors=x', 'a'], ['--color=x', 'a'],
                          ['room.ractor', 'sub/room.ractor']):
            self.assertEqual(self.run_rcgen(*arguments).returncode, 2, arguments)

    def test_help_and_version_go_to_standard_output(self):
        self.assertTrue(self.run_rcgen('--help').stdout.startswith('Usage: rcgen'))
        self.assertTrue(self.run_rcgen('--version').stdout.startswith('rcgen '))

    def test_standard_input_and_output(self):
        done = self.run_rcgen('--c-out', '-', '--h-out', '/dev/null', '-', input=GOOD)
        self.assertEqual(done.returncode, 0)
        self.assertIn('room_type', done.stdout)
        self.assertTrue(os.path.exists('/dev/null'))

    def test_warnings_can_be_switched(self):
        self.write('w.ractor', 'enum room { Post }\n')
        self.assertIn('-Wtype-naming', self.run_rcgen('w.ractor').stderr)
        self.assertEqual(self.run_rcgen('-Wno-type-naming', 'w.ractor').stderr, '')
        self.assertEqual(self.run_rcgen('-w', 'w.ractor').stderr, '')
        self.assertEqual(self.run_rcgen('-Werror', 'w.ractor').returncode, 1)
        self.assertEqual(self.run_rcgen('-Werror=type-naming', 'w.ractor').returncode, 1)
        self.assertEqual(self.run_rcgen('-Werror=field-naming', 'w.ractor').returncode, 0)

    def test_cycles_and_twins_of_imports(self):
        self.write('a.ractor', 'package a;\nimport "b.ractor";\n')
        self.write('b.ractor', 'package b;\nimport "a.ractor";\n')
        done = self.run_rcgen('a.ractor')
        self.assertEqual(done.returncode, 1)
        self.assertIn('b.ractor:2:8: error: "a.ractor" imports itself', done.stderr)
        self.assertIn('a.ractor:2:8: note: the chain goes through here', done.stderr)
        self.write('c.ractor', 'import "room.ractor";\nimport "./room.ractor";\nenum E { A }\n')
        self.assertIn('E0010', self.run_rcgen('c.ractor').stderr)

    def test_what_is_not_imported_is_not_visible(self):
        self.write('geo.ractor', 'package geo;\nenum Chart { Ping }\n')
        self.write('mid.ractor', 'package mid;\nimport "geo.ractor";\nenum M { A }\n')
        self.write('top.ractor', 'import "mid.ractor";\nenum E { A(x: actor<geo.Chart>) }\n')
        done = self.run_rcgen('top.ractor')
        self.assertEqual(done.returncode, 1)
        self.assertIn('E0307', done.stderr)

    def test_colour_is_asked_for(self):
        self.write('bad.ractor', 'enum E { }\n')
        self.assertNotIn('\033', self.run_rcgen('bad.ractor').stderr)
        self.assertIn('\033', self.run_rcgen('--color=always', 'bad.ractor').stderr)

    def test_more_errors_than_shown_are_counted(self):
        self.write('many.ractor', 'enum E { %s }\n'
                   % ', '.join('V%d(nope)' % i for i in range(25)))
        self.assertIn('5 more errors not shown', self.run_rcgen('many.ractor').stderr)
        self.assertEqual(self.run_rcgen('--max-errors=0', 'many.ractor').stderr.count('E0302'), 25)

    def test_rust_output_is_asked_for_by_folder(self):
        os.mkdir(self.path('rust'))
        self.assertEqual(self.run_rcgen('--rust-out', 'rust', 'room.ractor').returncode, 0)
        self.assertEqual(sorted(os.listdir(self.path('rust'))), ['ractor_wire.rs', 'room.rs'])
        self.assertNotIn('room.rc.c', os.listdir(self.path('.')))
        done = self.run_rcgen('--rust-out', 'rust', '-o', '.', '--depfile', 'room.d', 'room.ractor')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('./room.rc.c', self.read('room.d').split(':')[0])
        self.assertIn('rust/room.rs', self.read('room.d').split(':')[0])
        done = self.run_rcgen('--print-outputs', '--rust-out', 'rust', 'room.ractor')
        self.assertEqual(done.stdout, 'rust/room.rs\nrust/ractor_wire.rs\n')

    def test_rust_output_refuses_names_that_it_needs(self):
        self.write('vec.ractor', 'struct Vec { a: u8 }\nenum E { Self, Take(v: Vec) }\n')
        done = self.run_rcgen('--rust-out', '.', 'vec.ractor')
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count('E0801'), 2)
        self.write('ractor_wire.ractor', 'enum E { A }\n')
        self.assertEqual(self.run_rcgen('--rust-out', '.', 'ractor_wire.ractor').returncode, 2)

    def test_fmt_prints_checks_or_rewrites(self):
        self.write('a.ractor', '// note\nenum E{A}')
        pretty = '// note\nenum E {\n    A,\n}\n'
        self.assertEqual(self.run_rcgen('fmt', 'a.ractor').stdout, pretty)
        self.assertEqual(self.run_rcgen('fmt', '-', input='enum E{A}').stdout, pretty[8:])
        done = self.run_rcgen('fmt', '--check', 'a.ractor', 'room.ractor')
        self.assertEqual((done.returncode, done.stdout), (1, 'a.ractor\nroom.ractor\n'))
        os.chmod(self.path('a.ractor'), 0o640)
        os.symlink('a.ractor', self.path('link.ractor'))
        self.assertEqual(self.run_rcgen('fmt', '-i', 'link.ractor').returncode, 0)
        self.assertEqual(self.read('a.ractor'), pretty)
        self.assertTrue(os.path.islink(self.path('link.ractor')))
        self.assertEqual(os.stat(self.path('a.ractor')).st_mode & 0o777, 0o640)
        os.utime(self.path('a.ractor'), (1, 1))
        self.assertEqual(self.run_rcgen('fmt', '-i', 'a.ractor').returncode, 0)
        self.assertEqual(os.stat(self.path('a.ractor')).st_mtime, 1)
        self.assertEqual(self.run_rcgen('fmt', '--check', 'a.ractor').returncode, 0)

    def test_a_response_file_stands_for_its_arguments(self):
        self.write('x y/room.ractor', GOOD)
        self.write('args', '--c-out\t"a \\"b.c"\n--h-out=\'a b\'.h\n\n x\\ y/room.ractor ""')
        self.write('args', self.read('args')[:-3])
        done = self.run_rcgen('-w', '@args')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('#include "a b.h"', self.read('a "b.c'))
        self.write('fmt', 'fmt --check')
        self.assertEqual(self.run_rcgen('@fmt', 'room.ractor').stdout, 'room.ractor\n')
        self.write('nested', '@args')
        self.assertIn('@args', self.run_rcgen('@nested').stderr)

    def test_a_response_file_that_cannot_be_read_is_told(self):
        self.write('open', '"room.ractor')
        self.write('nul', 'room.ractor\0')
        for name, why in (('nowhere', 'No such file'), ('open', 'a quote is not closed'),
                          ('nul', 'a NUL byte'), ('.', 'is a folder')):
            done = self.run_rcgen('@' + name)
            self.assertEqual(done.returncode, 3, name)
            self.assertIn(why, done.stderr)

    def test_fuzz_writes_a_target_for_each_enum_that_leaves_the_process(self):
        self.write('a.ractor', 'package x.y;\nenum One { A }\nenum TwoMore { B(u8) }\n'
                   '[local] enum Here { C }\n')
        os.mkdir(self.path('out'))
        names = ['fuzz_x_y_one.c', 'fuzz_x_y_two_more.c']
        done = self.run_rcgen('fuzz', '--print-outputs', '-o', 'out', 'a.ractor')
        self.assertEqual(done.stdout, ''.join('out/%s\n' % name for name in names))
        self.assertEqual(os.listdir(self.path('out')), [])
        self.assertEqual(self.run_rcgen('fuzz', '-o', 'out', 'a.ractor').returncode, 0)
        self.assertEqual(sorted(os.listdir(self.path('out'))), names)
        self.assertIn('#include "a.rc.h"', self.read('out/fuzz_x_y_one.c'))
        os.utime(self.path('out/fuzz_x_y_one.c'), (1, 1))
        self.run_rcgen('fuzz', '--if-changed', '-o', 'out', 'a.ractor')
        self.assertEqual(os.stat(self.path('out/fuzz_x_y_one.c')).st_mtime, 1)

    def test_fuzz_writes_more_targets_than_a_handful(self):
        self.write('many.ractor', ''.join('enum E%d { A }\n' % i for i in range(20)))
        self.assertEqual(self.run_rcgen('fuzz', 'many.ractor').returncode, 0)
        self.assertEqual(len([n for n in os.listdir(self.path('.')) if n.endswith('.c')]), 20)

    def test_fuzz_explains_what_is_wrong(self):
        for arguments in (['fuzz'], ['fuzz', '--nonsense', 'a'], ['fuzz', 'a', 'b'], ['fuzz', '-o']):
            self.assertEqual(self.run_rcgen(*arguments).returncode, 2, arguments)
        self.assertEqual(self.run_rcgen('fuzz', 'missing.ractor').returncode, 3)
        self.assertEqual(self.run_rcgen('fuzz', '-o', 'nowhere', 'room.ractor').returncode, 3)
        self.write('bad.ractor', 'enum E { A(x: strng) }\n')
        self.assertEqual(self.run_rcgen('fuzz', 'bad.ractor').returncode, 1)
        self.assertIn('libFuzzer', self.run_rcgen('fuzz', '--help').stdout)
        self.write('m.proto', 'syntax = "proto3"; package acme; message Sample { uint32 a = 1; }\n')
        self.write('p.ractor', 'import proto "m.proto";\nenum E { A(x: vec<proto.acme.Sample>) }\n')
        self.assertIn('E0802', self.run_rcgen('fuzz', 'p.ractor').stderr)
        self.assertFalse([n for n in os.listdir(self.path('.')) if n.startswith('fuzz_')])

    def test_fmt_leaves_what_it_cannot_parse(self):
        self.write('bad.ractor', 'enum {')
        self.assertEqual(self.run_rcgen('fmt', '-i', 'bad.ractor', 'room.ractor').returncode, 1)
        self.assertEqual(self.read('bad.ractor'), 'enum {')
        self.assertEqual(self.read('room.ractor'), 'enum Room {\n    Post(text: string),\n}\n')
        self.assertEqual(self.run_rcgen('fmt', 'missing.ractor').returncode, 3)

    def test_fmt_explains_wrong_usage(self):
        for arguments in (['fmt'], ['fmt', '-i', '-'], ['fmt', '-i', '--check', 'room.ractor'],
                          ['fmt', '--nonsense', 'room.ractor'], ['fmt', '--color=no', '-']):
            done = self.run_rcgen(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn('rcgen fmt --help', done.stderr)
        self.assertIn('--check', self.run_rcgen('fmt', '--help').stdout)


unittest.main()
