#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`rcgen decode`, `encode` and `vectors` as a user runs them: test_values.py RCGEN SCHEMA_FOLDER"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

RCGEN, SCHEMAS = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
SCHEMA = '''package t;
union Shape { Dot, Circle(radius: f64), Pair(u8, u8) }
struct Point { x: i32, y: i32 }
enum Room {
    Post(from: string, [max = 3] text: string),
    Numbers(a: i8, b: u128, c: i128, d: f32, e: char, f: bool),
    Many(a: option<u32>, b: option<unit>, c: vec<bytes>, d: map<u8, Shape>, e: unit),
    Tree(to: actor<Room>, r: result<Point, string>),
    Unnamed(string, u8),
    Nothing,
    [rpc] Who(n: u8) -> vec<string>,
}
[local] enum Inside { A }
'''
LONG = 2 ** 127


def field(data):
    """A field on the wire."""
    return len(data).to_bytes(8, 'big') + data


class Values(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.schema = os.path.join(self.folder.name, 't.ractor')
        with open(self.schema, 'w', encoding='utf-8') as file:
            file.write(SCHEMA)

    def run_rcgen(self, *arguments, data=None):
        return subprocess.run([RCGEN, *arguments], input=data, capture_output=True, check=False)

    def decode(self, target, data):
        done = self.run_rcgen('decode', '--json', self.schema, target, data.hex())
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def encode(self, target, value):
        done = self.run_rcgen('encode', '--raw', self.schema, target, json.dumps(value))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def both_ways(self, target, value, data):
        self.assertEqual(self.encode(target, value), data)
        self.assertEqual(self.decode(target, data), value)

    def refused(self, command, target, text, why):
        done = self.run_rcgen(command, self.schema, target, text)
        self.assertEqual(done.returncode, 1, (done.stdout, done.stderr))
        self.assertIn(why, done.stderr.decode())
        self.assertEqual(done.stdout, b'')

    def test_bytes_are_those_of_the_protocol(self):
        self.both_ways('Room.Post', {'from': 'ada', 'text': 'ä'},
                       field(b'ada') + field('ä'.encode()))
        self.both_ways('Room.Unnamed', ['a', 7], field(b'a') + field(b'\7'))
        self.both_ways('Point', {'x': -1, 'y': 258}, field(b'\xff' * 4) + field(b'\0\0\1\2'))
        self.both_ways('Shape', 'Dot', field(b'Dot'))
        self.both_ways('Shape', {'Pair': [1, 2]}, field(b'Pair') + field(b'\1') + field(b'\2'))
        self.both_ways('Room.Who:reply', ['', 'b'], field(b'') + field(b'b'))
        self.both_ways('Room.Tree', {'to': {'node': 'n@h', 'pid': 5}, 'r': {'Err': 'no'}},
                       field(field(b'n@h') + (5).to_bytes(8, 'big'))
                       + field(field(b'Err') + field(b'no')))

    def test_numbers_are_exact(self):
        value = {'a': -128, 'b': str(2 ** 128 - 1), 'c': str(-LONG), 'd': 0.1, 'e': '€', 'f': True}
        data = (field(b'\x80') + field(b'\xff' * 16) + field(b'\x80' + b'\0' * 15)
                + field(bytes.fromhex('3dcccccd')) + field(bytes.fromhex('000020ac')) + field(b'\1'))
        self.both_ways('Room.Numbers', value, data)
        for word, bits in (('nan', '7fc00000'), ('nan:7fc00001', '7fc00001'), ('-inf', 'ff800000')):
            self.both_ways('Room.Numbers', dict(value, d=word),
                           data.replace(bytes.fromhex('3dcccccd'), bytes.fromhex(bits)))
        for name, wrong in (('a', 128), ('a', -129), ('b', -1), ('b', str(2 ** 128)), ('c', str(LONG)),
                            ('d', 1e39), ('d', 'NaN'), ('e', 'ab'), ('e', ''), ('f', 1), ('a', 1.5)):
            self.refused('encode', 'Room.Numbers', json.dumps(dict(value, **{name: wrong})), name)

    def test_none_and_some_of_nothing_differ(self):
        value = {'a': None, 'b': None, 'c': ['00ff', ''], 'd': [[2, 'Dot'], [1, 'Dot']], 'e': None}
        entries = [field(field(bytes([n])) + field(field(b'Dot'))) for n in (2, 1)]
        rest = (field(field(b'\0\xff') + field(b'')) + field(b''.join(entries)) + field(b''))
        self.both_ways('Room.Many', value, field(b'\0') + field(b'\0') + rest)
        self.both_ways('Room.Many', dict(value, a=9, b={'some': None}),
                       field(b'\1\0\0\0\11') + field(b'\1') + rest)

    def test_malformed_bytes_are_refused_with_the_place(self):
        good = field(b'ada') + field(b'abc')
        for data, why in ((good[:-1], 'at byte 11: a length goes past the end'),
                          (good[:5], 'at byte 0: a length is cut off'),
                          (good[:11], 'the field `text` is missing'),
                          (good + b'x', 'at byte 22: bytes behind the last field'),
                          (field(b'\xff') + field(b''), 'from: at byte 8: not UTF-8'),
                          (field(b'') + field(b'abcd'), '`text` is longer than its maximum of 3')):
            self.refused('decode', 'Room.Post', data.hex(), why)
        self.refused('decode', 'Room.Post', 'zz', 'not hexadecimal')
        self.refused('decode', 'Shape', field(b'Square').hex(), 'the name of no variant')
        twice = field(field(b'\1') + field(field(b'Dot'))) * 2
        self.refused('decode', 'Room.Many', (field(b'\0') + field(b'\0') + field(b'')
                                             + field(twice) + field(b'')).hex(), 'the same key twice')

    def test_json_that_is_no_such_value_is_refused_with_the_place(self):
        for text, why in (('{"from": "a"}', 'the field `text` is missing'),
                          ('{"from": "a", "text": "b", "c": 1}', 'there is no field `c`'),
                          ('{"from": 1, "text": ""}', 'from: a string is written as a string'),
                          ('{"from": "a", "text": "abcd"}', 'longer than its maximum of 3'),
                          ('[]', 'an object with the fields'), ('{"from"', 'not JSON, line 1'),
                          ('{"from": "a", "from": "b", "text": ""}', 'not JSON')):
            self.refused('encode', 'Room.Post', text, why)
        self.refused('encode', 'Shape', '{"Circle": {"radius": "x"}}', 'radius: ')
        self.refused('encode', 'Shape', '"Circle"', 'an object with the fields')
        self.refused('encode', 'Point', '[' * 5000 + ']' * 5000, 'not JSON')

    def test_targets_that_are_none_are_wrong_usage(self):
        for target, why in (('Rom.Post', 'did you mean `Room`'), ('Room.Pots', 'did you mean `Post`'),
                            ('Room', 'Enum.Variant'), ('Room.Post:reply', 'no rpc'),
                            ('Inside.A', 'never leaves'), ('Point.x', 'has no variants')):
            done = self.run_rcgen('decode', self.schema, target, '')
            self.assertEqual(done.returncode, 2)
            self.assertIn(why, done.stderr.decode())
        for arguments in ((), (self.schema,), (self.schema, 'Point'), ('--nonsense', self.schema),
                          (self.schema, 'Point', '00', 'more')):
            self.assertEqual(self.run_rcgen('decode', *arguments).returncode, 2, arguments)
        self.assertEqual(self.run_rcgen('vectors').returncode, 2)
        self.assertIn(b'--raw', self.run_rcgen('encode', '--help').stdout)

    def test_files_and_standard_input_serve_as_well(self):
        path = os.path.join(self.folder.name, 'payload')
        with open(path, 'wb') as file:
            file.write(field(b'a') + field(b'b'))
        done = self.run_rcgen('decode', self.schema, 'Room.Post', '--file', path)
        self.assertEqual(done.stdout, b'Post(from: "a", text: "b")\n')
        done = self.run_rcgen('encode', self.schema, 'Room.Post', '-f', '-',
                              data=b'{"from": "a", "text": "b"}')
        self.assertEqual(bytes.fromhex(done.stdout.decode()), field(b'a') + field(b'b'))
        self.assertEqual(self.run_rcgen('decode', self.schema, 'Point', '-f', '/nowhere').returncode, 3)
        self.assertEqual(self.run_rcgen('decode', '/nowhere.ractor', 'Point', '').returncode, 3)

    def test_vectors_decode_to_their_values_and_encode_to_their_bytes(self):
        for name in ('compound', 'people', 'scalars'):
            self.schema = os.path.join(SCHEMAS, name + '.ractor')
            done = self.run_rcgen('vectors', self.schema)
            self.assertEqual(done.stdout, self.run_rcgen('vectors', self.schema).stdout)
            root = json.loads(done.stdout)
            self.assertEqual((root['schema'], root['package']), (name + '.ractor', 'test.' + name)
                             if name != 'scalars' else (name + '.ractor', root['package']))
            for vector in root['vectors'][::3]:
                target = vector['type'] + ('.' + vector['variant'] if 'variant' in vector else '')
                target += ':reply' if vector['what'] == 'reply' else ''
                self.both_ways(target, vector['value'], bytes.fromhex(vector['bytes']))


unittest.main()
