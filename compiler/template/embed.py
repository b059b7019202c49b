#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns template files into one C file: embed.py OUTPUT embed.py KEYS_H FILE.tmpl...

The second argument is this script itself, so that a build can pass its inputs as they are.
"""
import os
import re
import sys


def literal(line):
    """One line as a C string literal."""
    escaped = line.replace('\\', '\\\\').replace('"', '\\"').replace('?', '\\?')
    return '    "' + escaped.replace('\n', '\\n') + '"'


def main():
    output, keys, files = sys.argv[1], sys.argv[3], sys.argv[4:]
    texts = {os.path.basename(f)[:-len('.tmpl')]: open(f, encoding='utf-8').readlines()
             for f in files}
    block = re.search(r'#define RC_TEMPLATES\(X\)(.*?)\n\n', open(keys).read(), re.S).group(1)
    names = re.findall(r'X\((\w+)\)', block)
    if set(names) != set(texts):
        sys.exit('embed.py: keys.h and templates/ name different templates: %s'
                 % sorted(set(names) ^ set(texts)))
    with open(output, 'w', encoding='utf-8') as out:
        out.write('#include "template/template_text.h"\n\n'
                  'const char *const rc_template_text[] = {\n')
        for name in names:
            out.write('    /* %s */\n' % name)
            out.write('\n'.join(literal(line) for line in texts[name]) + ',\n')
        out.write('};\n')


main()
