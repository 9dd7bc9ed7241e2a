/**
 * Polls until `read` resolves with a value.
 *
 * @throws Error after `timeoutSeconds`, which only a broken stack reaches
 */
export async function eventually<T>(
  read: () => Promise<T | undefined>,
  timeoutSeconds = 60,
): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Nothing came within ${timeoutSeconds} s.`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}
