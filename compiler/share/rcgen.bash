# SPDX-License-Identifier: MIT
# Completion of rcgen for bash.

_rcgen_commands='breaking decode encode fmt fuzz lint lsp vectors'
_rcgen_report='--color --diagnostics -h --help'
declare -A _rcgen_options=(
    [compile]='-I -o --out-dir --rust-out --c-out --h-out --depfile --if-changed --print-outputs
        -W -Werror -w --max-errors --version'
    [breaking]='-I -W --against --level'
    [decode]='-I -f --file --json'
    [encode]='-I -f --file --raw'
    [fmt]='-i --in-place --check'
    [fuzz]='-I -o --out-dir --if-changed --print-outputs'
    [lint]='-I -W'
    [lsp]='-I -W --lint --stdio'
    [vectors]='-I'
)
_rcgen_warnings='type-naming variant-naming field-naming const-naming unused-import deprecated-use
    dangling-doc package-naming'
_rcgen_lint='missing-package missing-doc missing-timeout missing-max missing-secret
    unused-declaration large-enum boolean-fields unnamed-fields'
_rcgen_breaking='package-changed declaration-removed kind-changed local-added variant-removed
    union-variant-added rpc-changed reply-type-changed field-count-changed field-type-changed
    field-order-changed field-renamed type-renamed max-narrowed secret-removed constant-changed
    no-export-added part-removed'

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
    local command=compile warnings=$_rcgen_warnings report=$_rcgen_report
    [ "$COMP_CWORD" -gt 1 ] && [[ " $_rcgen_commands " == *" ${COMP_WORDS[1]} "* ]] &&
        command=${COMP_WORDS[1]}
    [ "$command" = lsp ] && report='-h --help'
    [ "$command" = lint ] && warnings=$_rcgen_lint
    [ "$command" = breaking ] && warnings=$_rcgen_breaking
    if [ "$word" = = ]; then
        word=
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    case $before in
    -I | -o | --out-dir | --rust-out) _rcgen_files '/' "$word" && return ;;
    --c-out | --h-out | --depfile | -f | --file) _rcgen_files '' "$word" && return ;;
    --against) _rcgen_files '*.ractor' "$word" && return ;;
    --level) _rcgen_words 'wire-rust wire-c source' "$word" && return ;;
    --color) _rcgen_words 'auto always never' "$word" && return ;;
    --diagnostics) _rcgen_words 'text json' "$word" && return ;;
    --max-errors) return ;;
    esac
    case $word in
    -Wno-*) _rcgen_words "$warnings" "${word#-Wno-}" -Wno- ;;
    -W*) _rcgen_words "$warnings no- error" "${word#-W}" -W ;;
    -*) _rcgen_words "${_rcgen_options[$command]} $report" "$word" ;;
    *)
        _rcgen_files '*.ractor' "$word"
        if [ "$COMP_CWORD" -eq 1 ]; then
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$_rcgen_commands" -- "$word")
        fi
        ;;
    esac
}

complete -F _rcgen rcgen
