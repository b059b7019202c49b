#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`rcgen lsp` as an editor sees it: test_lsp.py RCGEN"""
import os
import pathlib
import sys
import tempfile
import unittest

from lsp_client import Client

RCGEN = os.path.abspath(sys.argv.pop(1))

GEO = '''/// Places.
package demo.geo;

/// Where something is.
struct Point { x: f64, y: f64 }
const LIMIT: u32 = 8;
enum Finder { Find(at: Point) }
'''
CHAT = '''package demo.chat;
import "geo.ractor";

const MAX_NAME: u32 = 64;
/// Somebody.
struct Member { [max = MAX_NAME] name: string, home: option<geo.Point> }
union Presence { Online, Away(since: i64) }
enum Room {
    /// Says something.
    Post(from: Member, /* \U0001F600 */ presence: Presence, finder: actor<geo.Finder>),
    [rpc(timeout = 1s)] History(n: u8) -> vec<string>,
}
'''


class Server(unittest.TestCase):
    """Each case has a folder with the two schemas and a server of its own."""

    options = []

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name).resolve()
        (self.root / 'geo.ractor').write_text(GEO)
        (self.root / 'chat.ractor').write_text(CHAT)
        self.geo = (self.root / 'geo.ractor').as_uri()
        self.chat = (self.root / 'chat.ractor').as_uri()
        self.client = Client([RCGEN, 'lsp', *self.options])
        self.addCleanup(self.end)

    def end(self):
        if not self.client.process.stdin.closed:
            self.assertEqual(self.client.stop(), 0)

    def start(self, **params):
        return self.client.initialize(**params)

    def start_chat(self, **params):
        self.start(**params)
        self.client.open(self.chat, CHAT)
        self.assertEqual(self.client.diagnostics(self.chat), [])


class Session(Server):
    def test_initialize_says_what_the_server_can_do(self):
        result = self.start()
        capabilities = result['capabilities']
        self.assertEqual(result['serverInfo']['name'], 'rcgen')
        self.assertEqual(capabilities['positionEncoding'], 'utf-16')
        for name in ('hoverProvider', 'definitionProvider', 'completionProvider', 'renameProvider',
                     'documentSymbolProvider', 'documentFormattingProvider', 'referencesProvider'):
            self.assertTrue(capabilities[name], name)

    def test_nothing_is_answered_before_initialize(self):
        answer = self.client.request('textDocument/hover', {})
        self.assertEqual(answer['error']['code'], -32002)
        self.start()

    def test_the_second_initialize_is_an_error(self):
        self.start()
        self.assertEqual(self.client.request('initialize', {})['error']['code'], -32600)

    def test_nothing_but_exit_is_taken_after_shutdown(self):
        self.start()
        self.client.request('shutdown')
        self.assertEqual(self.client.request('textDocument/hover', {})['error']['code'], -32600)
        self.client.notify('exit')
        self.assertEqual(self.client.finish(), 0)

    def test_exit_without_shutdown_is_a_failure(self):
        self.start()
        self.client.notify('exit')
        self.assertEqual(self.client.finish(), 1)

    def test_the_end_of_the_input_ends_the_server(self):
        self.start()
        self.assertEqual(self.client.finish(), 1)

    def test_unknown_requests_are_errors_and_unknown_notifications_are_not(self):
        self.start()
        self.client.notify('$/unheardOf', {'x': 1})
        self.client.notify('$/cancelRequest', {'id': 99})
        self.assertEqual(self.client.request('unheard/of', {})['error']['code'], -32601)
        self.assertEqual(self.client.notifications, [])

    def test_requests_about_closed_documents_are_errors(self):
        self.start()
        answer = self.client.request('textDocument/formatting', {'textDocument': {'uri': self.chat}})
        self.assertEqual(answer['error']['code'], -32602)


class Diagnostics(Server):
    def test_unsaved_text_is_what_counts(self):
        self.start()
        self.client.open(self.chat, CHAT.replace('Presence,', 'Presense,'), 3)
        found = self.client.diagnostics(self.chat, 3)
        self.assertEqual([d['code'] for d in found], ['E0302'])
        self.assertIn('did you mean `Presence`?', found[0]['message'])
        line = found[0]['range']['start']['line']
        self.assertEqual(CHAT.split('\n')[line].strip()[:4], 'Post')

    def test_columns_count_utf16(self):
        self.start()
        text = 'enum E { A(/* \U0001F600 */ x: Wrong) }\n'
        self.client.open(self.chat, text)
        found = self.client.diagnostics(self.chat)[0]['range']
        begin = text.index('Wrong') + 1
        self.assertEqual((found['start']['character'], found['end']['character']),
                         (begin, begin + 5))

    def test_columns_count_utf8_when_the_client_prefers_it(self):
        capabilities = {'general': {'positionEncodings': ['utf-8', 'utf-16']}}
        result = self.start(capabilities=capabilities)
        self.assertEqual(result['capabilities']['positionEncoding'], 'utf-8')
        text = 'enum E { A(/* \U0001F600 */ x: Wrong) }\n'
        self.client.open(self.chat, text)
        found = self.client.diagnostics(self.chat)[0]['range']
        self.assertEqual(found['start']['character'], len(text[:text.index('Wrong')].encode()))

    def test_an_open_import_is_read_from_the_editor(self):
        self.start_chat()
        self.client.open(self.geo, GEO.replace('Point', 'Spot'))
        found = self.client.diagnostics(self.chat)
        self.assertEqual([d['code'] for d in found], ['E0302'])
        self.client.notify('textDocument/didClose', {'textDocument': {'uri': self.geo}})
        self.assertEqual(self.client.diagnostics(self.chat), [])

    def test_an_import_that_exists_in_the_editor_alone_is_found(self):
        self.start()
        uri = (self.root / 'new.ractor').as_uri()
        self.client.open(self.chat, 'import "new.ractor";\nenum E { A(x: New) }\n')
        self.assertEqual(self.client.diagnostics(self.chat)[0]['code'], 'E0008')
        self.client.open(uri, 'struct New { x: u8 }\n')
        self.assertEqual(self.client.diagnostics(self.chat), [])

    def test_an_error_in_an_import_is_shown_at_the_import(self):
        (self.root / 'geo.ractor').write_text(GEO.replace('y: f64', 'y: f65'))
        self.start()
        self.client.open(self.chat, CHAT)
        found = self.client.diagnostics(self.chat)
        self.assertEqual(found[0]['range']['start']['line'], 1)
        self.assertEqual(found[0]['relatedInformation'][0]['location']['uri'], self.geo)

    def test_an_unsaved_untitled_document_is_checked(self):
        self.start()
        self.client.open('untitled:Untitled-1', 'enum E { A(x: u9) }\n')
        self.assertEqual(self.client.diagnostics('untitled:Untitled-1')[0]['code'], 'E0302')

    def test_related_places_come_with_the_error(self):
        self.start()
        self.client.open(self.chat, 'struct A { x: u8 }\nstruct A { x: u8 }\n')
        found = self.client.diagnostics(self.chat)[0]
        self.assertEqual(found['relatedInformation'][0]['location']['range']['start']['line'], 0)

    def test_warnings_carry_their_name(self):
        self.start()
        self.client.open(self.chat, 'import "geo.ractor";\nenum E { A }\n')
        found = self.client.diagnostics(self.chat)[0]
        self.assertEqual((found['severity'], found['code'], found['tags']),
                         (2, 'unused-import', [1]))

    def test_a_text_with_a_null_character_is_an_error(self):
        self.start()
        self.client.open(self.chat, 'enum E { A }\n\0')
        self.assertEqual(self.client.diagnostics(self.chat)[0]['code'], 'E0004')
        self.assertIsNone(self.client.result('textDocument/hover', {
            'textDocument': {'uri': self.chat}, 'position': {'line': 0, 'character': 6}}))

    def test_a_text_beyond_the_limit_is_an_error(self):
        self.start()
        self.client.open(self.chat, '// ' + 'x' * (17 << 20))
        self.assertIn('E0003', [d['code'] for d in self.client.diagnostics(self.chat)])

    def test_closing_takes_the_diagnostics_away(self):
        self.start()
        self.client.open(self.chat, 'enum E { A(x: u9) }\n')
        self.assertNotEqual(self.client.diagnostics(self.chat), [])
        self.client.notify('textDocument/didClose', {'textDocument': {'uri': self.chat}})
        self.assertEqual(self.client.diagnostics(self.chat), [])


class Lint(Server):
    options = ['--lint', '-Wno-missing-doc']

    def test_rules_of_lint_are_applied(self):
        self.start()
        self.client.open(self.chat, 'package a;\nenum E { [rpc] A -> u8 }\n')
        self.assertEqual([d['code'] for d in self.client.diagnostics(self.chat)],
                         ['missing-timeout'])


class Changes(Server):
    def change(self, version, *changes):
        self.client.notify('textDocument/didChange', {
            'textDocument': {'uri': self.chat, 'version': version},
            'contentChanges': list(changes)})
        return self.client.diagnostics(self.chat, version)

    @staticmethod
    def edit(line, begin, end, text):
        return {'range': {'start': {'line': line, 'character': begin},
                          'end': {'line': line, 'character': end}}, 'text': text}

    def test_a_range_behind_a_wide_character_is_replaced(self):
        self.start()
        text = '/* \U0001F600\u00E9 */ enum E { A(x: u9) }\n'
        self.client.open(self.chat, text)
        self.assertEqual(len(self.client.diagnostics(self.chat, 1)), 1)
        at = text.index('u9') + 1
        self.assertEqual(self.change(2, self.edit(0, at, at + 2, 'u16')), [])

    def test_changes_apply_one_after_another(self):
        self.start()
        self.client.open(self.chat, 'enum E { A }\n')
        self.assertEqual(self.change(2, self.edit(0, 9, 10, 'Bad_Name'),
                                     self.edit(0, 9, 17, 'Good'), self.edit(1, 0, 0, '// x\n')), [])
        self.assertEqual(self.client.at('textDocument/hover', self.chat, 'enum E { Good }', 'Good')
                         ['range']['end']['character'], 13)

    def test_a_change_without_a_range_replaces_all(self):
        self.start_chat()
        self.assertEqual(len(self.change(2, {'text': 'enum E { A(x: u9) }\n'})), 1)

    def test_positions_beyond_the_text_mean_its_end(self):
        self.start()
        self.client.open(self.chat, 'enum E { A }')
        self.client.diagnostics(self.chat)
        self.assertEqual(self.change(2, {'range': {
            'start': {'line': 0, 'character': 900},
            'end': {'line': 900, 'character': 0}}, 'text': '\n'}), [])

    def test_a_change_that_makes_no_sense_is_refused_and_leaves_the_text(self):
        self.start_chat()
        for change in ({'text': 5}, {'range': 7, 'text': ''}, 3,
                       {'range': {'start': {'line': 3, 'character': 0},
                                  'end': {'line': 0, 'character': 0}}, 'text': ''},
                       {'range': {'start': {'line': -1, 'character': 0},
                                  'end': {'line': 0, 'character': 0}}, 'text': ''}):
            self.client.notify('textDocument/didChange', {
                'textDocument': {'uri': self.chat, 'version': 9}, 'contentChanges': [change]})
            said = self.client.wait(lambda m: m.get('method') == 'window/logMessage')
            self.assertIn('could not be followed', said['params']['message'])
        hover = self.client.at('textDocument/hover', self.chat, CHAT, 'Member')
        self.assertIn('Somebody', hover['contents']['value'])


class Hover(Server):
    def hover(self, mark, shift=0):
        found = self.client.at('textDocument/hover', self.chat, CHAT, mark, shift)
        return found['contents']['value'] if found else None

    def test_a_declaration_shows_its_text_and_its_names(self):
        self.start_chat()
        text = self.hover('Member {')
        for part in ('struct Member', 'Somebody.', 'u64 length', '`demo_chat_member`', '`Member`'):
            self.assertIn(part, text)

    def test_a_type_of_another_file_shows_its_declaration(self):
        self.start_chat()
        text = self.hover('geo.Point', 5)
        for part in ('struct Point', 'Where something is.', '`demo_geo_point`'):
            self.assertIn(part, text)

    def test_variants_fields_and_constants_show_their_names_in_c_and_rust(self):
        self.start_chat()
        self.assertIn('demo_chat_room_send_post()', self.hover('Post('))
        self.assertIn('demo_chat_room_call_history()', self.hover('History('))
        self.assertIn('`Room::Post`', self.hover('Post('))
        self.assertIn('`demo_chat_room_post.presence`', self.hover('presence: '))
        self.assertIn('`presence: Presence`', self.hover('presence: '))
        self.assertIn('DEMO_CHAT_MAX_NAME', self.hover('MAX_NAME]'))

    def test_built_in_types_and_attributes_are_explained(self):
        self.start_chat()
        self.assertIn('4 bytes, big-endian', self.hover('u32'))
        self.assertIn('uint32_t', self.hover('u32'))
        self.assertIn('Option<T>', self.hover('option'))
        self.assertIn('largest length', self.hover('max ='))
        self.assertIn('demo.geo', self.hover('"geo.ractor"', 2))
        self.assertIn('`demo_chat_`', self.hover('demo.chat'))

    def test_the_whole_of_a_part_is_explained(self):
        self.start()
        text = '/// All.\nenum Whole { A, B }\n[part_of(Whole)] enum Half { A }\n'
        self.client.open(self.chat, text)
        self.assertEqual(self.client.diagnostics(self.chat), [])
        for mark, about in (('Whole)', 'All.'), ('part_of', 'actors of E take them')):
            found = self.client.at('textDocument/hover', self.chat, text, mark)
            self.assertIn(about, found['contents']['value'])

    def test_where_nothing_stands_there_is_nothing(self):
        self.start_chat()
        self.assertIsNone(self.hover('\n\nconst', 1))


class Navigation(Server):
    def test_definition_goes_across_imports(self):
        self.start_chat()
        found = self.client.at('textDocument/definition', self.chat, CHAT, 'geo.Point', 6)
        self.assertEqual(found['uri'], self.geo)
        self.assertEqual(found['range']['start'], {'line': 4, 'character': 7})
        found = self.client.at('textDocument/definition', self.chat, CHAT, '"geo.ractor"', 3)
        self.assertEqual(found['uri'], self.geo)
        found = self.client.at('textDocument/definition', self.chat, CHAT, 'MAX_NAME]')
        self.assertEqual(found['range']['start'], {'line': 3, 'character': 6})
        self.assertIsNone(self.client.at('textDocument/definition', self.chat, CHAT, 'u32'))

    def test_symbols_are_a_tree(self):
        self.start_chat()
        found = self.client.result('textDocument/documentSymbol',
                                   {'textDocument': {'uri': self.chat}})
        self.assertEqual([s['name'] for s in found], ['MAX_NAME', 'Member', 'Presence', 'Room'])
        room = found[3]
        self.assertEqual([s['name'] for s in room['children']], ['Post', 'History'])
        self.assertEqual([s['name'] for s in room['children'][0]['children']],
                         ['from', 'presence', 'finder'])

    def test_references_are_found_in_files_that_are_not_open(self):
        (self.root / 'deep').mkdir()
        (self.root / 'deep/more.ractor').write_text(
            'import "../geo.ractor";\nstruct P { p: vec<geo.Point> }\n')
        self.start_chat(rootUri=self.root.as_uri())
        found = self.client.at('textDocument/references', self.chat, CHAT, 'geo.Point', 6,
                               context={'includeDeclaration': True})
        self.assertEqual(sorted((f['uri'].rsplit('/', 1)[1], f['range']['start']['line'])
                                for f in found),
                         [('chat.ractor', 5), ('geo.ractor', 4), ('geo.ractor', 6),
                          ('more.ractor', 1)])

    def test_rename_keeps_the_package(self):
        self.start_chat(rootUri=self.root.as_uri())
        found = self.client.at('textDocument/rename', self.chat, CHAT, 'geo.Point', 6, newName='Spot')
        edits = found['changes'][self.chat]
        self.assertEqual(len(edits), 1)
        span = edits[0]['range']
        line = CHAT.split('\n')[span['start']['line']]
        self.assertEqual(line[span['start']['character']:span['end']['character']], 'Point')
        self.assertEqual(len(found['changes'][self.geo]), 2)

    def test_rename_to_what_is_no_name_is_an_error(self):
        self.start_chat()
        answer = self.client.request('textDocument/rename', {
            'textDocument': {'uri': self.chat}, 'position': {'line': 5, 'character': 9},
            'newName': 'a b'})
        self.assertEqual(answer['error']['code'], -32602)

    def test_what_cannot_be_renamed_says_so(self):
        self.start_chat()
        self.assertIsNone(self.client.at('textDocument/prepareRename', self.chat, CHAT, 'u32'))
        self.assertIsNotNone(self.client.at('textDocument/prepareRename', self.chat, CHAT, 'Member'))


class Completion(Server):
    def labels(self, text):
        """What is offered at the mark | of a text, which need not parse."""
        self.start_chat()
        plain = text.replace('|', '')
        self.client.open(self.chat, plain, 2)
        found = self.client.at('textDocument/completion', self.chat, text, '|')
        return {item['label'] for item in found}

    def test_types_are_offered_where_a_type_goes(self):
        labels = self.labels(CHAT + 'struct New { x: |')
        self.assertLessEqual({'u8', 'vec', 'Member', 'Presence', 'geo.Point'}, labels)
        self.assertFalse({'Room', 'MAX_NAME', 'enum'} & labels)

    def test_types_are_offered_inside_of_angles_and_after_an_arrow(self):
        self.assertIn('Member', self.labels(CHAT + 'enum E { [rpc] A(x: vec<M|'))

    def test_replies_are_types(self):
        self.assertIn('Member', self.labels(CHAT + 'enum E { [rpc] A -> |'))

    def test_actor_takes_enums(self):
        labels = self.labels(CHAT + 'enum E { A(x: actor<|>) }')
        self.assertLessEqual({'Room', 'geo.Finder'}, labels)
        self.assertNotIn('u8', labels)

    def test_a_package_offers_its_types(self):
        self.assertEqual(self.labels(CHAT + 'struct New { x: geo.| }'), {'Point'})

    def test_attributes_and_constants_are_offered_in_brackets(self):
        self.assertLessEqual({'rpc', 'max', 'secret', 'local', 'deprecated', 'mailbox',
                              'no_export'},
                             self.labels(CHAT + 'enum E { [|'))

    def test_constants_are_offered_as_bounds(self):
        self.assertLessEqual({'MAX_NAME', 'geo.LIMIT'},
                             self.labels(CHAT + 'struct New { [max = |] x: string }'))

    def test_a_part_is_of_an_enum(self):
        labels = self.labels(CHAT + '[part_of(|)] enum E { A }')
        self.assertIn('Room', labels)
        self.assertNotIn('MAX_NAME', labels)
        self.assertNotIn('timeout', labels)

    def test_keywords_are_offered_at_the_top(self):
        self.assertLessEqual({'enum', 'struct', 'union', 'const', 'import'},
                             self.labels(CHAT + '|'))

    def test_an_import_offers_the_schemas_beside(self):
        self.assertEqual(self.labels('import "|'), {'geo.ractor'})

    def test_nothing_is_offered_in_comments_and_strings(self):
        self.assertEqual(self.labels(CHAT + '// x: |'), set())
        self.end()
        self.setUp()
        self.assertEqual(self.labels(CHAT + '[deprecated("|'), set())


class Formatting(Server):
    def format(self, text):
        self.start()
        self.client.open(self.chat, text)
        return self.client.result('textDocument/formatting', {
            'textDocument': {'uri': self.chat}, 'options': {'tabSize': 4, 'insertSpaces': True}})

    def test_the_whole_text_is_replaced(self):
        edits = self.format('enum  E{A,// a\nB}')
        self.assertEqual(edits[0]['newText'], 'enum E {\n    A, // a\n    B,\n}\n')
        self.assertEqual(edits[0]['range'], {'start': {'line': 0, 'character': 0},
                                             'end': {'line': 1, 'character': 2}})

    def test_a_formatted_text_needs_no_edit(self):
        self.assertEqual(self.format('enum E {\n    A,\n}\n'), [])

    def test_a_text_with_errors_is_left_alone(self):
        self.assertIsNone(self.format('enum E {'))


class Malformed(Server):
    def error(self):
        return self.client.wait(lambda message: 'error' in message)['error']['code']

    def test_a_body_that_is_no_json(self):
        self.start()
        self.client.send_bytes(b'Content-Length: 3\r\n\r\n{{{')
        self.assertEqual(self.error(), -32700)

    def test_json_that_is_no_request(self):
        self.start()
        for message in ([], 5, 'x', None, {}, {'id': 1}, {'method': 3, 'id': 1},
                        {'method': 'shutdown', 'id': {}}, [{'method': 'shutdown', 'id': 1}]):
            self.client.send(message)
            self.assertEqual(self.error(), -32600, message)

    def test_parameters_of_wrong_types(self):
        self.start_chat()
        for params in (None, 3, [], {}, {'textDocument': 5}, {'textDocument': {'uri': 5}},
                       {'textDocument': {'uri': self.chat}},
                       {'textDocument': {'uri': self.chat}, 'position': {'line': 'x'}},
                       {'textDocument': {'uri': self.chat},
                        'position': {'line': -1, 'character': 0}}):
            for method in ('hover', 'definition', 'completion', 'references', 'prepareRename'):
                self.assertEqual(self.client.request('textDocument/' + method, params)
                                 ['error']['code'], -32602, (method, params))
        self.client.notify('textDocument/didOpen', {'textDocument': {'uri': 5}})
        self.client.notify('textDocument/didChange', None)
        self.client.notify('textDocument/didClose', [])

    def test_nesting_beyond_the_reader(self):
        self.start()
        body = b'[' * 100000
        self.client.send_bytes(b'Content-Length: %d\r\n\r\n' % len(body) + body)
        self.assertEqual(self.error(), -32700)

    def test_a_length_that_is_too_short_is_overcome(self):
        self.start()
        self.client.send_bytes(b'Content-Length: 4\r\n\r\n{"jsonrpc":"2.0"}')
        self.client.send({'jsonrpc': '2.0', 'id': 77, 'method': 'unheard/of'})
        self.assertEqual(self.error(), -32700)
        self.assertEqual(self.error(), -32700)
        self.assertEqual(self.error(), -32601)

    def test_heads_that_are_none_are_overcome(self):
        self.start()
        for head in (b'\r\n', b'Content-Length: x\r\n\r\n', b'Content-Length: -1\r\n\r\n',
                     b'Hello\r\n\r\n', b'Content-Type: x\r\n\r\n', b'\0\0\0\n\n',
                     b'x' * 200000 + b'\r\n\r\n', b'A: ' + b'x' * 200000 + b'\r\n\r\n',
                     b'Content-Length: 1 2\r\n\r\n'):
            self.client.send_bytes(head)
            self.client.send({'jsonrpc': '2.0', 'id': 77, 'method': 'unheard/of'})
            self.assertEqual(self.error(), -32700, head[:20])
            self.assertEqual(self.error(), -32601, head[:20])

    def test_a_head_of_any_case_and_with_other_fields_is_taken(self):
        self.start()
        body = b'{"jsonrpc":"2.0","id":78,"method":"unheard/of"}'
        self.client.send_bytes(b'content-type: application/vscode-jsonrpc; charset=utf-8\r\n'
                               b'CONTENT-LENGTH:%d\n\n' % len(body) + body)
        self.assertEqual(self.error(), -32601)

    def test_a_message_in_single_bytes_is_taken(self):
        self.start()
        for byte in b'Content-Length: 2\r\n\r\n{}':
            self.client.send_bytes(bytes([byte]))
        self.assertEqual(self.error(), -32600)

    def test_a_length_beyond_all_limits_takes_no_memory(self):
        self.start()
        self.client.send_bytes(b'Content-Length: 99999999999999999999999999\r\n\r\n')
        self.assertEqual(self.client.finish(), 1)

    def test_a_message_beyond_the_limit_is_passed_over(self):
        self.start()
        size = 101 << 20
        self.client.send_bytes(b'Content-Length: %d\r\n\r\n' % size)
        for _ in range(101):
            self.client.send_bytes(b' ' * (1 << 20))
        self.assertEqual(self.error(), -32600)

    def test_an_end_within_a_message_ends_the_server(self):
        self.start()
        self.client.send_bytes(b'Content-Length: 100\r\n\r\n{')
        self.assertEqual(self.client.finish(), 1)

    def test_uris_that_name_no_file(self):
        self.start()
        for uri in ('file://', 'file://host', 'file:///%', 'file:///%zz', 'file:///%00', '', 'x'):
            self.client.open(uri, 'enum E { A }\n')
        self.assertEqual(self.client.request('unheard/of')['error']['code'], -32601)


if __name__ == '__main__':
    unittest.main()
