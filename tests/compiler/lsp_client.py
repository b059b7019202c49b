# SPDX-License-Identifier: MIT
"""A client of a language server: speaks the protocol's base, keeps what the server says by itself."""
import json
import subprocess


class Client:
    """Messages to and from one server process."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.next_id = 1
        self.notifications = []

    def send_bytes(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        body = json.dumps(message, ensure_ascii=False).encode()
        self.send_bytes(b'Content-Length: %d\r\n\r\n' % len(body) + body)

    def receive(self):
        """The next message; None at the end."""
        length = None
        while True:
            line = self.process.stdout.readline()
            if not line:
                return None
            if line == b'\r\n':
                break
            name, value = line.decode().split(':')
            if name.lower() == 'content-length':
                length = int(value)
        return json.loads(self.process.stdout.read(length))

    def request(self, method, params=None):
        """Sends a request and gives the whole answer."""
        ident = self.next_id
        self.next_id += 1
        self.send({'jsonrpc': '2.0', 'id': ident, 'method': method, 'params': params})
        return self.wait(lambda message: message.get('id') == ident and 'method' not in message)

    def result(self, method, params=None):
        answer = self.request(method, params)
        if 'error' in answer:
            raise AssertionError(f'{method}: {answer["error"]}')
        return answer['result']

    def notify(self, method, params=None):
        self.send({'jsonrpc': '2.0', 'method': method, 'params': params})

    def wait(self, is_wanted):
        """The next message that is wanted; what comes before it is kept."""
        while True:
            message = self.receive()
            if message is None:
                raise AssertionError('the server is gone: ' + self.process.stderr.read().decode())
            if is_wanted(message):
                return message
            self.notifications.append(message)

    def diagnostics(self, uri, version=None):
        """The next diagnostics of a document, of a version when one is given."""
        def is_wanted(message):
            params = message.get('params') or {}
            return (message.get('method') == 'textDocument/publishDiagnostics'
                    and params['uri'] == uri and version in (None, params.get('version')))
        for i, message in enumerate(self.notifications):
            if is_wanted(message):
                del self.notifications[i]
                return message['params']['diagnostics']
        return self.wait(is_wanted)['params']['diagnostics']

    def initialize(self, **params):
        result = self.result('initialize', {'processId': None, 'rootUri': None, 'capabilities': {},
                                            **params})
        self.notify('initialized', {})
        return result

    def open(self, uri, text, version=1):
        self.notify('textDocument/didOpen', {'textDocument': {
            'uri': uri, 'languageId': 'ractor', 'version': version, 'text': text}})

    def at(self, method, uri, text, mark, shift=0, **more):
        """A request about the place where `mark` stands in `text`."""
        before = text[:text.index(mark) + shift]
        line = before.count('\n')
        column = before[before.rfind('\n') + 1:]
        return self.result(method, {'textDocument': {'uri': uri}, 'position': {
            'line': line, 'character': len(column.encode('utf-16-le')) // 2}, **more})

    def stop(self):
        """Ends the session and gives the exit status."""
        self.request('shutdown')
        self.notify('exit')
        return self.finish()

    def finish(self):
        """Closes the input and gives the exit status."""
        self.process.stdin.close()
        status = self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        return status
