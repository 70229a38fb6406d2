// The method filter: the usual methods, and a field for any other one.

import { AddForm } from "../ui/add_form";
import { Check } from "../ui/check";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export interface ListFilterProps {
  values: readonly string[];
  set: (values: string[]) => void;
}

export function MethodFilter({ values, set }: ListFilterProps) {
  const shown = [...METHODS, ...values.filter((value) => !METHODS.includes(value))];
  const toggle = (method: string): void =>
    set(values.includes(method) ? values.filter((each) => each !== method) : [...values, method]);
  return (
    <div class="choices">
      {shown.map((method, at) => (
        <Check key={method} first={at === 0} checked={values.includes(method)} toggle={() => toggle(method)}>
          {method}
        </Check>
      ))}
      <AddForm
        label="Another method"
        placeholder="Another method"
        add={(method) => set([...new Set([...values, method])])}
      />
    </div>
  );
}
