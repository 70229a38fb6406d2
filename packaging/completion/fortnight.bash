# Completion of `fortnight` for bash: verbs, keys, and values that the server knows of.

_fortnight_values() {  # field, prefix, how to connect
  local value
  fortnight values "field=$1" "prefix=$2" "${@:3}" date=last-7-days limit=50 --json 2>/dev/null |
    sed -n 's/^{"value":"\(\([^"\\]\|\\.\)*\)".*/\1/p' |
    while IFS= read -r value; do
      # What the shell would take for something else is quoted.
      [[ $value == *[^[:alnum:]_./:@%+,{}-]* ]] && printf -v value %q "$value"
      printf '%s\n' "$value"
    done
}

_fortnight() {
  local verbs='activity logs show follow top values errors job export explain status help ping'
  local fields='account method endpoint path status revision source call_id'
  local kinds='error_id async_job_id resource_id metric_id'
  local options='--connect --json --view --summary --watch --curl --csv --fields --version --help'
  local dates='today yesterday last-3-hours last-24-hours last-3-days last-7-days last-30-days
    last-90-days'
  local line=${COMP_LINE:0:COMP_POINT} word key value given words known verb='' taken=''
  local connect=()
  # Bash breaks words at "="; the word under the cursor is what stands behind the last space.
  word=${line##* }
  read -ra words <<<"${line% *}"
  for value in "${words[@]:1}"; do
    case $taken in
      --connect) connect=(--connect "$value") ;;&
      --connect | --fields) taken='' && continue ;;
    esac
    case $value in
      --connect=*) connect=("$value") ;;
      -*) taken=$value ;;
      # What is explained or helped with is a verb too.
      explain | help) verb=${verb:-$value} ;;
      *) [[ ${verb:-explain} == @(explain|help) ]] && verb=$value ;;
    esac
  done

  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    return
  fi
  if [[ ${verb:-explain} == @(explain|help) ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$word")
    return
  fi
  if [[ $word != *=* ]]; then
    local keys="$fields $kinds duration_ms id text date from to tz"
    case $verb in
      activity) keys+=' by step compare quantiles n' ;;
      logs) keys+=' limit order cursor' ;;
      show) keys+=' ref limit' ;;
      top) keys+=' by n sort' ;;
      values) keys+=' field prefix limit' ;;
      errors) keys+=' n' ;;
      job) keys+=' limit' ;;
      export) keys+=' order fields' ;;
    esac
    compopt -o nospace
    mapfile -t COMPREPLY < <(compgen -S = -W "$keys" -- "$word")
    return
  fi
  key=${word%%[=!<>]*}
  value=${word#*=}
  # Of several values, the last one is completed.
  given=
  [[ $value == *,* ]] && given=${value%,*},
  value=${value##*,}
  case $key in
    date) known=$dates ;;
    by | field) known=$fields ;;
    fields) known="ts duration_ms ref $fields $kinds" ;;
    sort) known='calls errors error_rate' ;;
    step) known='auto 15m 1h 1d' ;;
    order) known='newest oldest' ;;
    compare) known='previous' ;;
    status)
      known="all success failed 2xx 3xx 4xx 5xx $(_fortnight_values status "$value" "${connect[@]}")" ;;
    account | method | endpoint | revision | source)
      mapfile -t COMPREPLY < <(_fortnight_values "$key" "$value" "${connect[@]}")
      COMPREPLY=("${COMPREPLY[@]/#/"$given"}")
      return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -P "$given" -W "$known" -- "$value")
}

complete -F _fortnight fortnight
