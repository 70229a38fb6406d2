# Completion of `fortnight` for bash. The command knows what may follow, and asks its server for values.

_fortnight() {
  local line=${COMP_LINE:0:COMP_POINT} breaks=${COMP_WORDBREAKS//[^=:<>]/} word known words=()
  # Bash breaks words at "=" too; the word under the cursor is what stands behind the last space.
  word=${line##* } word=${word//\\/}
  read -ra words <<<"${line% *}"
  mapfile -t COMPREPLY < <(
    fortnight --complete "${words[@]:1}" "$word" 2>/dev/null | cut -f 1 |
      while IFS= read -r known; do
        # Of the word, bash puts in what stands behind the last of its breaks.
        [[ -n $breaks ]] && known=${known#"${word%"${word##*[$breaks]}"}"}
        # What the shell would take for something else is quoted.
        [[ $known == *[^[:alnum:]_./:@%+,={}-]* || $known == *..* ]] && printf -v known %q "$known"
        printf '%s\n' "$known"
      done
  )
  [[ ${COMPREPLY[*]} == *= ]] && compopt -o nospace
}

complete -F _fortnight fortnight
