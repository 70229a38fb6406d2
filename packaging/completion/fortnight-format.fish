# fish completion of `fortnight-format`. The command itself computes candidates; where a file may stand, fish does.

function __fortnight_format_known
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    fortnight-format --complete $words[2..] "$word" 2>/dev/null
end

complete -c fortnight-format -a '(__fortnight_format_known)'
