# Bash completion of `fortnight-format`. The command itself computes candidates; where a file may stand, bash does.

_fortnight_format() {
  mapfile -t COMPREPLY < <(fortnight-format --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

complete -o default -F _fortnight_format fortnight-format
