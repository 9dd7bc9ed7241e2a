import type { z } from "zod";
import type { FieldFault } from "./errors.ts";

type Issue = z.core.$ZodIssue;

/** Lists one fault for each field. For a union, lists those of the alternative that was meant. */
export function listFaults(issues: readonly Issue[], parent: PropertyKey[] = []): FieldFault[] {
  return issues.flatMap((issue) => {
    const path = [...parent, ...issue.path];
    switch (issue.code) {
      case "invalid_union":
        return listUnionFaults(issue.errors, path);
      case "unrecognized_keys":
        return issue.keys.map((key) => fault([...path, key], "isn't a known field; leave it out"));
      default:
        return [fault(path, issue.message)];
    }
  });
}

const fault = (path: PropertyKey[], message: string): FieldFault => ({
  path: path.map(String).join("."),
  message,
});

/**
 * The alternative that was meant is the one whose literals match and that has the fewest faults. If
 * the literals match none, the literals are wrong.
 */
function listUnionFaults(
  alternatives: readonly (readonly Issue[])[],
  path: PropertyKey[],
): FieldFault[] {
  const meant = alternatives
    .filter((issues) => !issues.some(({ code }) => code === "invalid_value"))
    .map((issues) => listFaults(issues, path))
    .sort((a, b) => a.length - b.length)
    .at(0);
  if (meant) return meant;
  const expected = new Map<string, { path: PropertyKey[]; values: Set<string> }>();
  for (const issue of alternatives.flat()) {
    if (issue.code !== "invalid_value") continue;
    const key = issue.path.join(".");
    const entry = expected.get(key) ?? { path: [...path, ...issue.path], values: new Set() };
    for (const value of issue.values) entry.values.add(String(value));
    expected.set(key, entry);
  }
  return [...expected.values()].map((entry) =>
    fault(entry.path, `must be one of ${[...entry.values].join(", ")}`),
  );
}
