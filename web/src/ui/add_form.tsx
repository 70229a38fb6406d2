// A text field with a button: adds a value that a menu doesn't list.

import { useState } from "preact/hooks";

export interface AddFormProps {
  /** The field's accessible name. */
  label: string;
  placeholder: string;
  /** The button's label. */
  action?: string;
  mono?: boolean;
  /** Gets the trimmed text. An empty field adds nothing. */
  add: (text: string) => void;
}

export function AddForm({ label, placeholder, action = "Add", mono, add }: AddFormProps) {
  const [text, setText] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text.trim()) add(text.trim());
    setText("");
  };
  return (
    <form class="inline-form" onSubmit={submit}>
      <input
        type="text"
        class={`input ${mono ? "mono" : ""}`}
        placeholder={placeholder}
        aria-label={label}
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button">
        {action}
      </button>
    </form>
  );
}
