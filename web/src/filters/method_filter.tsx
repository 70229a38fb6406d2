import { useState } from "preact/hooks";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export function MethodFilter({
  values,
  set,
}: {
  values: readonly string[];
  set: (values: string[]) => void;
}) {
  const [other, setOther] = useState("");
  const add = (event: Event): void => {
    event.preventDefault();
    const value = other.trim();
    if (value) set([...new Set([...values, value])]);
    setOther("");
  };
  const shown = [...METHODS, ...values.filter((value) => !METHODS.includes(value))];
  return (
    <div class="choices">
      {shown.map((method, at) => (
        <label key={method} class="choice">
          <input
            type="checkbox"
            data-first={at === 0 ? true : undefined}
            checked={values.includes(method)}
            onChange={() =>
              set(values.includes(method) ? values.filter((each) => each !== method) : [...values, method])
            }
          />
          {method}
        </label>
      ))}
      <form class="inline-form" onSubmit={add}>
        <input
          type="text"
          class="input"
          placeholder="Another method"
          aria-label="Another method"
          value={other}
          onInput={(event) => setOther(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          Add
        </button>
      </form>
    </div>
  );
}
