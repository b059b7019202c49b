#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What shells and `man` know of rcgen is what rcgen has: test_share.py RCGEN SHARE_FOLDER"""
import os
import re
import shutil
import subprocess
import sys
import unittest

RCGEN, SHARE = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))


def run(*arguments):
    """Standard output of a program that succeeds."""
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE,
                          encoding='utf-8').stdout


def options_of(text):
    """The long options that a help text begins lines with, and those in its usage."""
    return set(re.findall(r'(?<![\w-])--([a-z][a-z-]+)', text))


def commands():
    """The commands as rcgen's usage names them."""
    line = re.search(r'rcgen ((?:\w+ \| )+\w+) \.\.\.', run(RCGEN, '--help'))
    return line.group(1).split(' | ')


def read(name):
    """A file of the folder."""
    with open(os.path.join(SHARE, name), encoding='utf-8') as file:
        return file.read()


class Share(unittest.TestCase):
    def setUp(self):
        self.helps = {'compile': run(RCGEN, '--help')}
        self.helps.update({name: run(RCGEN, name, '--help') for name in commands()})
        self.options = {name: options_of(text) for name, text in self.helps.items()}
        self.assertGreater(len(self.helps), 6)

    def test_every_command_and_option_is_in_the_manual(self):
        page = read('rcgen.1').replace('\\-', '-')
        for name, options in self.options.items():
            if name != 'compile':
                self.assertIn('.Cm %s' % name, page)
            for option in options:
                self.assertRegex(page, r'Fl -%s\b' % option, name)

    def test_the_manual_is_well_formed(self):
        if shutil.which('mandoc') is None:
            self.skipTest('mandoc is not here')
        done = subprocess.run(['mandoc', '-Tlint', '-Wwarning', os.path.join(SHARE, 'rcgen.1')],
                              check=False, stdout=subprocess.PIPE, encoding='utf-8')
        self.assertEqual((done.returncode, done.stdout), (0, ''))

    def complete(self, *words):
        """What bash offers for the last of the words."""
        script = ('compopt() { :; }; source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                  '_rcgen; printf "%s\\n" "${COMPREPLY[@]}"')
        return run('bash', '-c', script, os.path.join(SHARE, 'rcgen.bash'), *words).split()

    def test_bash_offers_every_command_and_option(self):
        self.assertLessEqual(set(commands()), set(self.complete('rcgen', '')))
        offered = {}
        for name, text in self.helps.items():
            words = ['rcgen', '-'] if name == 'compile' else ['rcgen', name, '-']
            # Commands that have their help in common have each a part of its options.
            found = {word[2:] for word in self.complete(*words) if word.startswith('--')}
            self.assertLessEqual(found, self.options[name], name)
            offered.setdefault(text, set()).update(found)
        for name, text in self.helps.items():
            self.assertEqual(offered[text], self.options[name], name)

    def test_bash_offers_what_options_take(self):
        self.assertEqual(self.complete('rcgen', '--color', 'a'), ['auto', 'always'])
        self.assertEqual(self.complete('rcgen', 'breaking', '--level', 'wire-'),
                         ['wire-rust', 'wire-c'])
        self.assertIn('-Wno-missing-doc', self.complete('rcgen', 'lint', '-Wno-missing-'))
        self.assertIn('-Wno-type-naming', self.complete('rcgen', '-Wno-t'))

    def test_zsh_and_fish_know_every_command_and_option(self):
        zsh, fish = read('_rcgen'), read('rcgen.fish')
        for name, options in self.options.items():
            if name != 'compile':
                self.assertRegex(zsh, r"'%s:" % name)
                self.assertRegex(fish, r'-a %s\b' % name)
            for option in options:
                self.assertRegex(zsh, r'--%s\b' % option, name)
                self.assertRegex(fish, r'-l %s\b' % option, name)

    def test_every_warning_and_rule_is_offered(self):
        codes = os.path.join(SHARE, '..', 'base', 'diag_codes.h')
        with open(codes, encoding='utf-8') as file:
            names = re.findall(r'WARNING, \d+,\s*\\?\s*"([a-z-]+)"', file.read())
        self.assertGreater(len(names), 20)
        for name in names:
            for script in ('rcgen.bash', '_rcgen', 'rcgen.fish'):
                self.assertRegex(read(script), r'(?<![\w-])%s(?![\w-])' % name)


unittest.main()
