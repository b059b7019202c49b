#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files that rcgen cannot work with, as inputs and as outputs: test_files.py RCGEN"""
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

RCGEN = os.path.abspath(sys.argv.pop(1))
GOOD = b'enum Room { Post(text: string) }\n'
NOBODY = 65534
MIB = 1 << 20


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.write('room.ractor', GOOD)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), 'wb') as file:
            file.write(data)

    def read(self, name):
        with open(self.path(name), 'rb') as file:
            return file.read()

    def run_rcgen(self, *arguments, program=RCGEN, **options):
        return subprocess.run([program, *arguments], cwd=self.folder, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding='utf-8', errors='replace', **options)

    def refused(self, status, why, *arguments, **options):
        """Refused with that status and these words, in every command that reads a schema."""
        before = sorted(os.listdir(self.folder))
        for command in ([], ['fmt'], ['fmt', '-i'], ['vectors'], ['lint']):
            done = self.run_rcgen(*command, *arguments, **options)
            self.assertEqual(done.returncode, status, (command, done.stderr))
            self.assertIn(why, done.stderr)
            self.assertEqual(done.stdout, '')
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_a_folder_is_no_schema(self):
        os.mkdir(self.path('dir.ractor'))
        self.refused(3, 'dir.ractor: error: is a folder, not a schema', 'dir.ractor')

    def test_a_missing_file_and_a_loop_of_links_are_told(self):
        self.refused(3, 'nowhere.ractor: error: cannot be read: No such file', 'nowhere.ractor')
        os.symlink('loop.ractor', self.path('loop.ractor'))
        self.refused(3, 'cannot be read: Too many levels', 'loop.ractor')

    def test_a_file_without_permission_is_told(self):
        program, options = RCGEN, {}
        if os.getuid() == 0:
            # Root may read anything, so it runs as somebody else.
            program = shutil.copy(RCGEN, self.folder)
            options = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []}
        os.chmod(self.folder, 0o755)
        os.chmod(self.path('room.ractor'), 0)
        self.refused(3, 'cannot be read: Permission denied', 'room.ractor', program=program,
                     **options)

    def test_a_file_in_an_unwritable_folder_is_told(self):
        program, options = RCGEN, {}
        if os.getuid() == 0:
            program = shutil.copy(RCGEN, self.folder)
            options = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []}
        self.write('room.rc.c', b'old')
        os.chmod(self.folder, 0o555)
        done = self.run_rcgen('room.ractor', program=program, **options)
        os.chmod(self.folder, 0o755)
        self.assertEqual(done.returncode, 3)
        self.assertIn('cannot be written: Permission denied', done.stderr)
        self.assertEqual(self.read('room.rc.c'), b'old')
        self.assertNotIn('room.rc.h', os.listdir(self.folder))

    def test_bytes_that_no_schema_has_are_told_with_the_place(self):
        for data, why in ((b'\xef\xbb\xbf' + GOOD, ':1:1: error: the file begins with a byte order'),
                          (b'// a\n\0' + GOOD, ':2:1: error: the file contains a NUL byte'),
                          (b'// a\r\n' + GOOD, ':1:5: error: the file contains a carriage return'),
                          (b'// \xc3(\n' + GOOD, ':1:4: error: the file is not UTF-8'),
                          (b'// \xed\xa0\x80\n', ':1:4: error: the file is not UTF-8'),
                          ('// a\n'.encode('utf-16'), ':1:1: error: the file is not UTF-8')):
            self.write('odd.ractor', data)
            self.refused(1, 'odd.ractor' + why, 'odd.ractor')

    def test_a_huge_file_is_refused_by_its_size_alone(self):
        with open(self.path('huge.ractor'), 'wb') as file:
            file.truncate(1 << 30)

        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (200 * MIB, 200 * MIB))
        # Sanitizers reserve more address space than that.
        is_limited = self.run_rcgen('--version', preexec_fn=little_memory).returncode == 0
        options = {'preexec_fn': little_memory} if is_limited else {}
        self.refused(1, 'huge.ractor: error: is larger than 16 MiB', 'huge.ractor', **options)

    def test_an_endless_input_is_refused_where_the_limit_is(self):
        with open('/dev/zero', 'rb') as endless:
            done = self.run_rcgen('-', stdin=endless)
        self.assertEqual(done.returncode, 1)
        self.assertIn('larger than 16 MiB', done.stderr)

    def test_an_empty_file_is_an_empty_schema(self):
        self.write('empty.ractor', b'')
        self.assertEqual(self.run_rcgen('empty.ractor').returncode, 0)

    def full(self, *arguments, **options):
        """A run whose outputs do not fit: the older ones stay, and nothing else is left."""
        for name in ('ractor_wire.rs', 'room.rc.h', 'room.rs'):
            self.write(name, b'old')
        names = sorted(os.listdir(self.folder))
        done = self.run_rcgen('--rust-out', '.', '-o', '.', *arguments, 'room.ractor', **options)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn('cannot be written: ', done.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), names)
        for name in names:
            self.assertEqual(self.read(name), GOOD if name == 'room.ractor' else b'old', name)
        return done.stderr

    def test_a_file_that_may_not_grow_leaves_older_output_alone(self):
        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        for arguments in ([], ['--if-changed'], ['--depfile', 'room.rc.h']):
            # The signal for it stays ignored, as it is in Python.
            self.assertIn('File too large', self.full(*arguments, preexec_fn=small_files,
                                                      restore_signals=False))

    def test_a_full_disk_leaves_older_output_alone(self):
        if os.getuid() != 0:
            self.skipTest('only root may mount a small file system')
        small = tempfile.mkdtemp()
        self.addCleanup(os.rmdir, small)
        mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', small],
                                 check=False, stderr=subprocess.DEVNULL)
        if mounted.returncode != 0:
            self.skipTest('nothing can be mounted here')
        self.addCleanup(subprocess.run, ['umount', small], check=True)
        self.folder = small
        self.write('room.ractor', GOOD)
        self.assertIn('No space left', self.full())

    def test_the_formatter_leaves_a_file_alone_that_it_cannot_rewrite(self):
        def no_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
        done = self.run_rcgen('fmt', '-i', 'room.ractor', preexec_fn=no_files,
                              restore_signals=False)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(self.read('room.ractor'), GOOD)
        self.assertEqual(os.listdir(self.folder), ['room.ractor'])

    def test_standard_output_that_is_full_is_told(self):
        for arguments in (['fmt', 'room.ractor'], ['vectors', 'room.ractor'], ['--help'],
                          ['--c-out', '-', '--h-out', 'h', 'room.ractor']):
            with open('/dev/full', 'wb') as full:
                done = subprocess.run([RCGEN, *arguments], cwd=self.folder, check=False, stdout=full,
                                      stderr=subprocess.DEVNULL)
            self.assertEqual(done.returncode, 3, arguments)
        self.assertEqual(os.listdir(self.folder), ['room.ractor'])


unittest.main()
