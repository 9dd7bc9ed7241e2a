import { isIPv6 } from "node:net";

/** Groups of 16 bits in the part of an IPv6 address that identifies a network: RFC 4291, 2.5.1. */
const NETWORK_GROUPS = 4;

/**
 * Returns what counts as one client: the network of an IPv6 address, because everyone has a whole
 * /64 to choose from (RFC 6177), or else the address. An IPv4 address written as IPv6 counts as
 * IPv4.
 */
export function networkOf(address: string): string {
  const [withoutZone = ""] = address.split("%");
  if (!isIPv6(withoutZone)) return address;
  // The WHATWG parser writes every IPv6 address in one form, with hexadecimal groups.
  const [head = "", tail] = new URL(`http://[${withoutZone}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const before = groups(head);
  const after = groups(tail ?? "");
  const zeros = Array<string>(tail === undefined ? 0 : 8 - before.length - after.length).fill("0");
  const all = [...before, ...zeros, ...after];
  const isMapped = all.slice(0, 6).join(":") === "0:0:0:0:0:ffff";
  if (isMapped) {
    const bytes = all.slice(6).flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 255];
    });
    return bytes.join(".");
  }
  return `${all.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}
