import { createServer } from "node:net";

/** Finds a loopback TCP port that nothing is listening on now. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening, failed) => {
    server.once("error", failed).listen(0, "127.0.0.1", listening);
  });
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string")
    throw new Error("The system gave no TCP port");
  return address.port;
}

/** Returns whether a server could listen on this loopback port. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((answer) => {
    server
      .once("error", () => answer(false))
      .listen({ port, host: "127.0.0.1", exclusive: true }, () => answer(true));
  });
  if (listens) await new Promise((closed) => server.close(closed));
  return listens;
}
