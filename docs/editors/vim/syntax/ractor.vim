" SPDX-License-Identifier: MIT
" Syntax of .ractor schemas. The lists of words are held to the compiler's by a test.
if exists('b:current_syntax')
    finish
endif

syntax keyword ractorKeyword package import proto const struct union enum
syntax keyword ractorType i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64
syntax keyword ractorType bool char string bytes unit
syntax keyword ractorType vec option map result actor ptr
syntax keyword ractorBoolean true false
syntax keyword ractorAttribute contained local mailbox no_export part_of rpc deprecated max secret

syntax match ractorName "\<\u\w*\>"
syntax match ractorConstant "\<\u[A-Z0-9_]\+\>"
syntax match ractorNumber "\<\d[0-9A-Za-z_]*\%(\.\d[0-9_]*\%([eE][-+]\?\d\+\)\?\)\?"
syntax match ractorArrow "->"
syntax match ractorEscape contained "\\."
syntax region ractorString start=+"+ skip=+\\.+ end=+"+ end=+$+ contains=ractorEscape
syntax match ractorCharacter "'\%([^'\\]\|\\[^']*.\)'" contains=ractorEscape
syntax region ractorAttributes matchgroup=Delimiter start="\[" end="\]" contains=ractorAttribute,ractorConstant,ractorNumber,ractorString,ractorBoolean,ractorCharacter,ractorComment,ractorBlockComment
syntax match ractorComment "//.*$" contains=@Spell
syntax match ractorDoc "///\%([^/].*\)\?$" contains=@Spell
syntax region ractorBlockComment start="/\*" end="\*/" contains=@Spell

highlight default link ractorKeyword Keyword
highlight default link ractorType Type
highlight default link ractorBoolean Boolean
highlight default link ractorAttribute PreProc
highlight default link ractorName Identifier
highlight default link ractorConstant Constant
highlight default link ractorNumber Number
highlight default link ractorArrow Operator
highlight default link ractorEscape SpecialChar
highlight default link ractorString String
highlight default link ractorCharacter Character
highlight default link ractorComment Comment
highlight default link ractorBlockComment Comment
highlight default link ractorDoc SpecialComment

let b:current_syntax = 'ractor'
