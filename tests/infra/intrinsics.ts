import { z } from "zod";
import { pathOf, type Resource } from "./synthesis.ts";

const Intrinsic = z.union([
  z.object({ Ref: z.string() }).strict(),
  z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) }).strict(),
  z.object({ "Fn::Join": z.tuple([z.string(), z.array(z.unknown())]) }).strict(),
  z.object({ "Fn::Sub": z.string() }).strict(),
]);

/**
 * Writes a template's value as text. `render` replaces what AWS would fill in. By default, that is the
 * resource's place in the stack: `<Blobs/Sources.Arn>/jobs/*`.
 */
export function renderValue(
  value: unknown,
  resources: Map<string, Resource>,
  render = (resource: Resource | undefined, name: string, attribute?: string) =>
    `<${resource ? pathOf(resource) : name}${attribute ? `.${attribute}` : ""}>`,
): string {
  if (typeof value === "string") return value;
  const intrinsic = Intrinsic.parse(value);
  if ("Ref" in intrinsic) return render(resources.get(intrinsic.Ref), intrinsic.Ref);
  if ("Fn::GetAtt" in intrinsic) {
    const [id, attribute] = intrinsic["Fn::GetAtt"];
    return render(resources.get(id), id, attribute);
  }
  if ("Fn::Sub" in intrinsic) return intrinsic["Fn::Sub"];
  const [separator, parts] = intrinsic["Fn::Join"];
  return parts.map((part) => renderValue(part, resources, render)).join(separator);
}
