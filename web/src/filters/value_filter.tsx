// A filter on a field with many values: account, endpoint or revision. Typing suggests values of the shown period.
// Enter adds the selected suggestion, or the typed text as a pattern.

import { useId, useRef, useState } from "preact/hooks";
import { compact } from "../format/text";
import { containing, exactly, exactText, type Pair } from "../state/filters";
import { Icon } from "../ui/icons";
import { SafeText } from "../ui/safe_text";
import { useSuggestions } from "./suggestions";

export interface ValueFilterProps {
  name: string;
  label: string;
  values: readonly string[];
  negated: boolean;
  pairs: readonly Pair[];
  set: (values: string[], negated: boolean) => void;
}

export function ValueFilter(props: ValueFilterProps) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(-1);
  const suggestions = useSuggestions(props.name, text, props.pairs);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);

  const add = (value: string): void => {
    props.set([...new Set([...props.values, value])], props.negated);
    setText("");
    setChosen(-1);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" && suggestions.length > 0) {
      setChosen(Math.min(chosen + 1, suggestions.length - 1));
      event.preventDefault();
    } else if (event.key === "ArrowUp" && chosen >= 0) {
      setChosen(chosen - 1);
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const suggestion = suggestions[chosen];
      if (suggestion) add(exactly(String(suggestion.value)));
      else if (text.trim()) add(text.trim());
    }
  };

  return (
    <div class="choices">
      <div class="inline-form">
        <select
          class="input input-narrow"
          aria-label={`${props.label}: is or is not`}
          value={props.negated ? "!=" : "="}
          onChange={(event) => props.set([...props.values], event.currentTarget.value === "!=")}
        >
          <option value="=">is</option>
          <option value="!=">is not</option>
        </select>
        <input
          ref={input}
          data-first
          type="text"
          class="input"
          role="combobox"
          aria-label={props.label}
          aria-expanded={suggestions.length > 0}
          aria-controls={list}
          aria-activedescendant={chosen >= 0 ? `${list}-${chosen}` : undefined}
          aria-autocomplete="list"
          autocomplete="off"
          spellcheck={false}
          placeholder={`${props.label}; * for any text`}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setChosen(-1);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul class="suggestions" id={list} role="listbox" aria-label={`${props.label}: suggestions`}>
        {suggestions.map((row, at) => (
          <li
            key={String(row.value)}
            id={`${list}-${at}`}
            role="option"
            aria-selected={at === chosen}
            class="suggestion"
            onMouseDown={(event) => {
              event.preventDefault();
              add(exactly(String(row.value)));
            }}
          >
            <span class="suggestion-text">
              <SafeText text={String(row.value)} highlight={text} />
              {row.account_name ? <span class="faint"> {row.account_name}</span> : null}
            </span>
            <span class="number faint">{compact(row.calls)}</span>
          </li>
        ))}
      </ul>
      {text.trim() !== "" && (
        <button
          type="button"
          class="choice choice-button"
          onClick={() => add(text.includes("*") ? text.trim() : containing(text.trim()))}
        >
          <Icon name="search" />
          {text.includes("*") ? "Matching" : "Containing"} “<SafeText text={text.trim()} />”
        </button>
      )}
      {props.values.map((value) => (
        <label key={value} class="choice">
          <input
            type="checkbox"
            checked
            onChange={() =>
              props.set(
                props.values.filter((each) => each !== value),
                props.negated,
              )
            }
          />
          <span class="suggestion-text">
            <SafeText text={exactText(value) ?? value} />
          </span>
        </label>
      ))}
    </div>
  );
}
