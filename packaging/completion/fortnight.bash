# Completion of `fortnight` for bash: verbs, keys, and values that the server knows of.

_fortnight_values() {  # field, prefix
  fortnight values "field=$1" "prefix=$2" date=last-7-days limit=50 --json 2>/dev/null |
    sed -n 's/^{"value":"\(\([^"\\]\|\\.\)*\)".*/\1/p'
}

_fortnight() {
  local verbs='activity logs show follow top values errors job export explain status help ping'
  local fields='account method endpoint path status revision source duration_ms call_id'
  local kinds='error_id async_job_id resource_id metric_id id text'
  local options='--connect --json --view --summary --watch --curl --csv --fields --version --help'
  local dates='today yesterday last-3-hours last-24-hours last-3-days last-7-days last-30-days
    last-90-days'
  local line=${COMP_LINE:0:COMP_POINT} word key value words verb=
  # Bash breaks words at "="; the word under the cursor is what stands behind the last space.
  word=${line##* }
  read -ra words <<<"${line% *}"
  for value in "${words[@]:1}"; do
    [[ $value == -* ]] || { verb=$value; break; }
  done

  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    return
  fi
  if [[ -z $verb ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$word")
    return
  fi
  if [[ $word != *=* ]]; then
    local keys="$fields $kinds date from to tz"
    case $verb in
      activity) keys+=' by step compare quantiles n' ;;
      logs) keys+=' limit order cursor' ;;
      show) keys+=' ref limit' ;;
      top) keys+=' by n sort' ;;
      values) keys+=' field prefix limit' ;;
      errors) keys+=' n' ;;
      export) keys+=' order fields' ;;
    esac
    compopt -o nospace
    mapfile -t COMPREPLY < <(compgen -S = -W "$keys" -- "$word")
    return
  fi
  key=${word%%[=!<>]*}
  value=${word#*=}
  case $key in
    date) mapfile -t COMPREPLY < <(compgen -W "$dates" -- "$value") ;;
    by | field) mapfile -t COMPREPLY < <(compgen -W "$fields" -- "$value") ;;
    sort) mapfile -t COMPREPLY < <(compgen -W 'calls errors error_rate' -- "$value") ;;
    step) mapfile -t COMPREPLY < <(compgen -W 'auto 15m 1h 1d' -- "$value") ;;
    order) mapfile -t COMPREPLY < <(compgen -W 'newest oldest' -- "$value") ;;
    compare) mapfile -t COMPREPLY < <(compgen -W 'previous' -- "$value") ;;
    status)
      mapfile -t COMPREPLY < <(compgen -W \
        "all success failed 2xx 3xx 4xx 5xx $(_fortnight_values status "$value")" -- "$value") ;;
    account | method | endpoint | revision | source)
      mapfile -t COMPREPLY < <(_fortnight_values "$key" "$value") ;;
  esac
}

complete -F _fortnight fortnight
