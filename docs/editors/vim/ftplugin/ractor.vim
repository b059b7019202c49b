" SPDX-License-Identifier: MIT
if exists('b:did_ftplugin')
    finish
endif
let b:did_ftplugin = 1

setlocal comments=:///,:// commentstring=//\ %s
setlocal expandtab shiftwidth=4 softtabstop=4 textwidth=100
setlocal formatoptions-=t formatoptions+=croql
setlocal suffixesadd=.ractor
setlocal include=^\\s*import\\s\\+\\%(proto\\s\\+\\)\\?\"\\zs[^\"]\\+
if executable('rcgen')
    setlocal formatprg=rcgen\ fmt\ -
    setlocal makeprg=rcgen\ lint\ --color=never\ %:S
    setlocal errorformat=%f:%l:%c:\ %trror:\ %m,%f:%l:%c:\ %tarning:\ %m,%-G%.%#
endif

let b:undo_ftplugin = 'setlocal comments< commentstring< expandtab< shiftwidth< softtabstop< '
    \ . 'textwidth< formatoptions< suffixesadd< include< formatprg< makeprg< errorformat<'
