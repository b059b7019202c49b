// SPDX-License-Identifier: MIT
// Starts `rcgen lsp` for schemas. Without the client library the folder still gives highlighting.
'use strict';

let client;

function activate() {
    const vscode = require('vscode');
    let languageClient;
    try {
        languageClient = require('vscode-languageclient/node');
    } catch (error) {
        console.warn('ractor: highlighting only; run `npm install` in the extension', error);
        return undefined;
    }
    const settings = vscode.workspace.getConfiguration('ractor');
    const server = { command: settings.get('rcgen'), args: ['lsp'] };
    client = new languageClient.LanguageClient('ractor', 'ractor schemas', server, {
        documentSelector: [{ language: 'ractor' }],
        synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.ractor') },
        initializationOptions: {
            includeDirs: settings.get('includeDirs'),
            lint: settings.get('lint'),
        },
    });
    return client.start();
}

function deactivate() {
    return client ? client.stop() : undefined;
}

module.exports = { activate, deactivate };
