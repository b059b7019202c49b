# SPDX-License-Identifier: MIT
# Completion of rcgen for fish.

set -l commands breaking decode encode fmt fuzz lint lsp vectors
set -l compile "not __fish_seen_subcommand_from $commands"

complete -c rcgen -f
complete -c rcgen -k -a '(__fish_complete_suffix .ractor)'
complete -c rcgen -n __fish_is_first_arg -a breaking -d 'What of a change breaks others'
complete -c rcgen -n __fish_is_first_arg -a decode -d 'What bytes on the wire mean'
complete -c rcgen -n __fish_is_first_arg -a encode -d 'Bytes of a value'
complete -c rcgen -n __fish_is_first_arg -a fmt -d 'Lay schemas out'
complete -c rcgen -n __fish_is_first_arg -a fuzz -d 'libFuzzer targets of a schema'
complete -c rcgen -n __fish_is_first_arg -a lint -d 'What is likely to be regretted'
complete -c rcgen -n __fish_is_first_arg -a lsp -d 'Serve an editor'
complete -c rcgen -n __fish_is_first_arg -a vectors -d 'Examples with their bytes'
complete -c rcgen -l color -x -a 'auto always never' -d 'Colour on the terminal'
complete -c rcgen -l diagnostics -x -a 'text json' -d 'Form of the diagnostics'
complete -c rcgen -s h -l help -d 'Show the options'

set -l fmt '__fish_seen_subcommand_from fmt'
complete -c rcgen -n $fmt -s i -l in-place -d 'Rewrite the files that would change'
complete -c rcgen -n $fmt -l check -d 'Print the names of the files that would change'

complete -c rcgen -n "not $fmt" -s I -x -a '(__fish_complete_directories)' -d 'Look for imports'

set -l values '__fish_seen_subcommand_from decode encode'
complete -c rcgen -n $values -s f -l file -r -F -d 'File to read'
complete -c rcgen -n '__fish_seen_subcommand_from decode' -l json -d 'JSON instead of text'
complete -c rcgen -n '__fish_seen_subcommand_from encode' -l raw -d 'Bytes as they are'

set -l breaking '__fish_seen_subcommand_from breaking'
complete -c rcgen -n $breaking -l against -r -F -d 'The schema as it was'
complete -c rcgen -n $breaking -l level -x -a 'wire-rust wire-c source' -d 'Only what breaks these'

set -l lsp '__fish_seen_subcommand_from lsp'
complete -c rcgen -n $lsp -l lint -d 'Apply the rules of lint, too'
complete -c rcgen -n $lsp -l stdio -d 'Taken and ignored'

set -l makes "$compile; or __fish_seen_subcommand_from fuzz"
complete -c rcgen -n $makes -s o -l out-dir -x -a '(__fish_complete_directories)' -d 'Folder of the outputs'
complete -c rcgen -n $makes -l if-changed -d 'Leave outputs alone that would not change'
complete -c rcgen -n $makes -l print-outputs -d 'Print the paths of the outputs'

complete -c rcgen -n $compile -l rust-out -r -F -d 'Folder for Rust modules'
complete -c rcgen -n $compile -l c-out -r -F -d 'Path of the C file'
complete -c rcgen -n $compile -l h-out -r -F -d 'Path of the header'
complete -c rcgen -n $compile -l depfile -r -F -d 'Write a dependency file'
complete -c rcgen -n $compile -s w -d 'No warnings'
complete -c rcgen -n $compile -l max-errors -x -d 'Show so many errors'
complete -c rcgen -n $compile -l version -d 'Show the version'
complete -c rcgen -n $compile -o Werror -d 'Treat warnings as errors'
for warning in type-naming variant-naming field-naming const-naming unused-import deprecated-use \
    dangling-doc package-naming
    complete -c rcgen -n $compile -o W$warning -d 'Switch the warning on'
    complete -c rcgen -n $compile -o Wno-$warning -d 'Switch the warning off'
end
for rule in missing-package missing-doc missing-timeout missing-max missing-secret \
    unused-declaration large-enum boolean-fields unnamed-fields
    complete -c rcgen -n '__fish_seen_subcommand_from lint' -o Wno-$rule -d 'Switch the rule off'
end
for rule in package-changed declaration-removed kind-changed local-added variant-removed \
    union-variant-added rpc-changed reply-type-changed field-count-changed field-type-changed \
    field-order-changed field-renamed type-renamed max-narrowed secret-removed constant-changed \
    no-export-added part-removed
    complete -c rcgen -n $breaking -o Wno-$rule -d 'Switch the rule off'
end
