# fish completion of `fortnight`. The command itself computes candidates and asks its server for values.

function __fortnight_known
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    fortnight --complete $words[2..] "$word" 2>/dev/null
end

complete -c fortnight -n '__fish_seen_subcommand_from import' -F
complete -c fortnight -n 'not __fish_seen_subcommand_from import' -f -a '(__fortnight_known)'
