# SPDX-License-Identifier: MIT
# Completion of rcgen for bash.

_rcgen_options='-I -o --out-dir --rust-out --c-out --h-out --depfile --if-changed --print-outputs -W -Werror
    -w --max-errors --color --diagnostics -h --help --version'
_rcgen_fmt_options='-i --in-place --check --color --diagnostics -h --help'
_rcgen_warnings='type-naming variant-naming field-naming const-naming unused-import deprecated-use
    dangling-doc package-naming'

# Words of "$1" that begin with "$2", each with "$3" in front.
_rcgen_words() {
    mapfile -t COMPREPLY < <(compgen -P "${3-}" -W "$1" -- "$2")
}

# Files whose names match the pattern "$1" (all: ""), and folders.
_rcgen_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -- "$2"; compgen -f ${1:+-X "!$1"} -- "$2")
}

_rcgen() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local options=$_rcgen_options
    [ "${COMP_WORDS[1]}" = fmt ] && [ "$COMP_CWORD" -gt 1 ] && options=$_rcgen_fmt_options
    if [ "$word" = = ]; then
        word=
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    case $before in
    -I | -o | --out-dir | --rust-out) _rcgen_files '/' "$word" && return ;;
    --c-out | --h-out | --depfile) _rcgen_files '' "$word" && return ;;
    --color) _rcgen_words 'auto always never' "$word" && return ;;
    --diagnostics) _rcgen_words 'text json' "$word" && return ;;
    --max-errors) return ;;
    esac
    case $word in
    -Wno-*) _rcgen_words "$_rcgen_warnings" "${word#-Wno-}" -Wno- ;;
    -W*) _rcgen_words "$_rcgen_warnings no- error" "${word#-W}" -W ;;
    -*) _rcgen_words "$options" "$word" ;;
    *)
        _rcgen_files '*.ractor' "$word"
        if [ "$COMP_CWORD" -eq 1 ] && [[ fmt == "$word"* ]]; then
            COMPREPLY+=(fmt)
        fi
        ;;
    esac
}

complete -F _rcgen rcgen
