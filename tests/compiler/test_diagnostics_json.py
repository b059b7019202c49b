#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--diagnostics=json: each line of standard error is one whole JSON object, whatever went wrong.

test_diagnostics_json.py RCGEN FOLDER_OF_BAD_SCHEMAS
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

BAD = os.path.abspath(sys.argv.pop(2))
RCGEN = os.path.abspath(sys.argv.pop(1))
MEMBERS = ['severity', 'code', 'warning', 'message', 'file', 'line', 'column', 'end_line',
           'end_column', 'notes', 'hints']
PLACE = re.compile(r'^(\S+?):(\d+):(\d+): (error|warning): .* \[([EW]\d{4})')


class Json(unittest.TestCase):
    """Each test runs in a folder of its own."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(os.fsencode(self.folder.name), os.fsencode(name))

    def write(self, name, text):
        with open(self.path(name), 'wb') as file:
            file.write(text)

    def run_rcgen(self, *arguments):
        """The exit status and the objects; both streams must hold nothing else."""
        done = subprocess.run([RCGEN, '--diagnostics=json'] + list(arguments), check=False,
                              cwd=self.folder.name, capture_output=True)
        self.assertEqual(done.stdout, b'')
        lines = done.stderr.decode('utf-8').split('\n')
        self.assertEqual(lines.pop(), '')
        objects = [json.loads(line) for line in lines]
        for one in objects:
            self.assertEqual(list(one), MEMBERS)
        return done.returncode, objects

    def test_an_error_says_what_and_from_where_to_where(self):
        self.write('a.ractor', b'enum E {\n    A(x: strng),\n}\n')
        status, (one,) = self.run_rcgen('a.ractor')
        self.assertEqual(status, 1)
        self.assertEqual(one, {
            'severity': 'error', 'code': 'E0302', 'warning': None,
            'message': 'unknown type `strng`', 'file': 'a.ractor', 'line': 2, 'column': 10,
            'end_line': 2, 'end_column': 15, 'notes': [], 'hints': ['did you mean `string`?']})

    def test_notes_have_places_of_their_own(self):
        self.write('a.ractor', b'enum E { A,\n A }\n')
        _, (one,) = self.run_rcgen('a.ractor')
        self.assertEqual(one['notes'], [{'message': 'first here', 'file': 'a.ractor', 'line': 1,
                                         'column': 10, 'end_line': 1, 'end_column': 11}])

    def test_warnings_carry_their_name_and_may_be_errors(self):
        self.write('a.ractor', b'enum room { A }\n')
        status, (one,) = self.run_rcgen('a.ractor')
        self.assertEqual((status, one['severity'], one['warning']), (0, 'warning', 'type-naming'))
        status, (one,) = self.run_rcgen('-Werror', 'a.ractor')
        self.assertEqual((status, one['severity'], one['warning']), (1, 'error', 'type-naming'))

    def test_text_is_escaped(self):
        self.write('a.ractor', b'import "q\\"\\\\\\n\\u{1}.ractor";\nenum E { A }\n')
        _, (one,) = self.run_rcgen('a.ractor')
        self.assertEqual(one['message'], 'cannot find "q"\\\n\x01.ractor"')

    def test_bytes_that_are_no_text_are_replaced(self):
        self.write(b'\xff"\xe4.ractor', b'enum E { A, A }\n')
        _, (one,) = self.run_rcgen(b'\xff"\xe4.ractor')
        self.assertEqual(one['file'], '\ufffd"\ufffd.ractor')

    def test_what_has_no_place_says_null(self):
        status, (one,) = self.run_rcgen('missing.ractor')
        self.assertEqual((status, one['code'], one['file']), (3, 'E0001', 'missing.ractor'))
        self.assertIsNone(one['line'])
        self.write('a.ractor', b'enum E { A }\n')
        status, (one,) = self.run_rcgen('-o', 'nowhere', 'a.ractor')
        self.assertEqual((status, one['code'], one['severity']), (3, None, 'error'))
        self.assertIn('nowhere', one['message'])

    def test_wrong_usage_is_an_object_too(self):
        status, (one,) = self.run_rcgen('--nonsense')
        self.assertEqual((status, one['message']), (2, 'unknown option --nonsense'))

    def test_errors_beyond_the_cap_are_one_note(self):
        self.write('a.ractor', b'enum E { A(aa, bb, cc) }\n')
        _, objects = self.run_rcgen('--max-errors=1', 'a.ractor')
        self.assertEqual(objects[-1]['message'], '2 more errors not shown')
        self.assertEqual(objects[-1]['severity'], 'note')

    def test_each_bad_schema_says_the_same_as_in_text(self):
        schemas = sorted(glob.glob(os.path.join(BAD, '*.ractor')))
        self.assertGreater(len(schemas), 90)
        for schema in schemas:
            _, objects = self.run_rcgen('-I', BAD, schema)
            text = subprocess.run([RCGEN, '--color=never', '-I', BAD, schema], check=False,
                                  capture_output=True, cwd=self.folder.name).stderr
            wanted = [m.groups() for m in map(PLACE.match, text.decode('utf-8', 'replace')
                                              .split('\n')) if m]
            found = [(o['file'], str(o['line']), str(o['column']), o['severity'], o['code'])
                     for o in objects if o['line'] is not None]
            self.assertEqual(found, wanted, schema)


unittest.main()
