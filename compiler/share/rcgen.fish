# SPDX-License-Identifier: MIT
# Completion of rcgen for fish.

set -l fmt '__fish_seen_subcommand_from fmt'
set -l compile 'not __fish_seen_subcommand_from fmt'

complete -c rcgen -f
complete -c rcgen -k -a '(__fish_complete_suffix .ractor)'
complete -c rcgen -n __fish_is_first_arg -a fmt -d 'Lay schemas out'
complete -c rcgen -l color -x -a 'auto always never' -d 'Colour on the terminal'
complete -c rcgen -l diagnostics -x -a 'text json' -d 'Form of the diagnostics'
complete -c rcgen -s h -l help -d 'Show the options'

complete -c rcgen -n $fmt -s i -l in-place -d 'Rewrite the files that would change'
complete -c rcgen -n $fmt -l check -d 'Print the names of the files that would change'

complete -c rcgen -n $compile -s I -x -a '(__fish_complete_directories)' -d 'Look for imports'
complete -c rcgen -n $compile -s o -l out-dir -x -a '(__fish_complete_directories)' -d 'Folder of the outputs'
complete -c rcgen -n $compile -l rust-out -r -F -d 'Folder for Rust modules'
complete -c rcgen -n $compile -l c-out -r -F -d 'Path of the C file'
complete -c rcgen -n $compile -l h-out -r -F -d 'Path of the header'
complete -c rcgen -n $compile -l depfile -r -F -d 'Write a dependency file'
complete -c rcgen -n $compile -l if-changed -d 'Leave outputs alone that would not change'
complete -c rcgen -n $compile -l print-outputs -d 'Print the paths of the outputs'
complete -c rcgen -n $compile -s w -d 'No warnings'
complete -c rcgen -n $compile -l max-errors -x -d 'Show so many errors'
complete -c rcgen -n $compile -l version -d 'Show the version'
complete -c rcgen -n $compile -o Werror -d 'Treat warnings as errors'
for warning in type-naming variant-naming field-naming const-naming unused-import deprecated-use \
    dangling-doc package-naming
    complete -c rcgen -n $compile -o W$warning -d 'Switch the warning on'
    complete -c rcgen -n $compile -o Wno-$warning -d 'Switch the warning off'
end
