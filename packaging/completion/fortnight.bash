# Bash completion of `fortnight`. The command itself computes candidates and asks its server for values.

_fortnight() {
  local line=${COMP_LINE:0:COMP_POINT} breaks=${COMP_WORDBREAKS//[^=:<>]/} word known words=()
  # Bash also breaks words at "="; the actual word at the cursor begins after the last space.
  word=${line##* } word=${word//\\/}
  read -ra words <<<"${line% *}"
  mapfile -t COMPREPLY < <(
    fortnight --complete "${words[@]:1}" "$word" 2>/dev/null | cut -f 1 |
      while IFS= read -r known; do
        # Bash replaces only the part of the word after its last break character.
        [[ -n $breaks ]] && known=${known#"${word%"${word##*[$breaks]}"}"}
        # Quotes candidates with characters that the shell interprets.
        [[ $known == *[^[:alnum:]_./:@%+,={}-]* || $known == *..* ]] && printf -v known %q "$known"
        printf '%s\n' "$known"
      done
  )
  [[ ${COMPREPLY[*]} == *= ]] && compopt -o nospace
  [[ ${words[1]} == import ]] && compopt -o default
  return 0
}

complete -F _fortnight fortnight
