// The values of calls at the JSON pointers of columns.

import { keyText, memberText, parseJson, rawText, valueText } from "../json/tokenizer";

/** Texts by pointer: of a string, the decoded one; of a number or array, the received one. Without absent values. */
export type PointerValues = ReadonlyMap<string, string>;

/** The values of an object that has pointers as its keys. */
export function valuesIn(object: string): PointerValues {
  const tree = parseJson(object);
  return new Map(
    tree.root.children
      .filter((child) => rawText(tree, child) !== "null")
      .map((child) => [keyText(tree, child), valueText(tree, child)]),
  );
}

/** The values that a row of LOGS or FOLLOW has for `with=`; undefined without it. */
export function valuesOfRow(row: string): PointerValues | undefined {
  const values = memberText(row, "values");
  return values === undefined ? undefined : valuesIn(values);
}
