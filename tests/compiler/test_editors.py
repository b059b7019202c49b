#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The editors' files know the compiler's words: test_editors.py SOURCE_ROOT"""
import json
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
VIM = (ROOT / 'docs/editors/vim/syntax/ractor.vim').read_text()
VSCODE = ROOT / 'docs/editors/vscode'
GRAMMAR = json.loads((VSCODE / 'syntaxes/ractor.tmLanguage.json').read_text())


def source(name):
    return (ROOT / 'compiler' / name).read_text()


def keywords():
    """The words that the lexer has rules for."""
    return set(re.findall(r'^"([a-z]+)"', source('syntax/lexer.l'), re.M))


def types():
    """The types without a declaration: scalars and those with types in brackets."""
    scalars = re.findall(r'^ +X\(\w+, "(\w+)", \d+\)', source('ast/type.h'), re.M)
    table = re.search(r'\} generics\[\] = \{\n(.*?)\n\};', source('sema/types.c'), re.S).group(1)
    return set(scalars) | set(re.findall(r'\{"(\w+)", RC_TYPE_', table))


def attributes():
    table = re.search(r'\} specs\[\] = \{\n(.*?)\n\};', source('sema/attrs.c'), re.S).group(1)
    return set(re.findall(r'\{"(\w+)",\s+ON_', table))


def vim_words(group):
    words = re.findall(rf'^syntax keyword {group} (.*)$', VIM, re.M)
    return {word for line in words for word in line.split()} - {'contained'}


def grammar_words(name):
    """The words of the rule with this scope, wherever it stands."""
    def rules(node):
        if isinstance(node, dict):
            if node.get('name') == name:
                yield node['match']
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                yield from rules(child)
    return {word for match in rules(GRAMMAR)
            for word in re.fullmatch(r'\\b\((.*)\)\\b', match).group(1).split('|')}


class Words(unittest.TestCase):
    def test_the_compilers_words_are_found(self):
        self.assertLessEqual({'enum', 'import', 'proto'}, keywords())
        self.assertLessEqual({'u128', 'bytes', 'vec', 'ptr'}, types())
        self.assertLessEqual({'rpc', 'max', 'deprecated', 'mailbox'}, attributes())

    def test_vim_has_the_same_words(self):
        self.assertEqual(vim_words('ractorKeyword'), keywords())
        self.assertEqual(vim_words('ractorType'), types())
        self.assertEqual(vim_words('ractorAttribute'), attributes())

    def test_vs_code_has_the_same_words(self):
        self.assertEqual(grammar_words('keyword.declaration.ractor'), keywords())
        self.assertEqual(grammar_words('support.type.ractor'), types())
        self.assertEqual(grammar_words('storage.modifier.attribute.ractor'), attributes())


class Extension(unittest.TestCase):
    def test_the_manifest_names_files_that_are_there(self):
        manifest = json.loads((VSCODE / 'package.json').read_text())
        paths = [manifest['main'], manifest['contributes']['languages'][0]['configuration'],
                 manifest['contributes']['grammars'][0]['path']]
        for path in paths:
            self.assertTrue((VSCODE / path).is_file(), path)
        self.assertEqual(manifest['contributes']['grammars'][0]['scopeName'], GRAMMAR['scopeName'])
        json.loads((VSCODE / 'language-configuration.json').read_text())

    def test_rules_that_are_included_exist(self):
        text = json.dumps(GRAMMAR)
        for name in re.findall(r'"include": "#(\w+)"', text):
            self.assertIn(name, GRAMMAR['repository'])


if __name__ == '__main__':
    unittest.main()
