// A TCP proxy in front of the page, so that its connections can be cut.

import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

export interface Proxy {
  port: number;
  /** Closes all connections, and rejects new ones. */
  cut: () => void;
  mend: () => void;
  close: () => void;
}

export function startProxy(to: number): Promise<Proxy> {
  const open = new Set<Socket>();
  let broken = false;
  const server = createServer((client) => {
    if (broken) {
      client.destroy();
      return;
    }
    const behind = createConnection(to, "127.0.0.1");
    for (const [from, into] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(from);
      from.pipe(into);
      from.on("error", () => into.destroy());
      from.on("close", () => {
        open.delete(from);
        into.destroy();
      });
    }
  });
  const cut = (): void => {
    broken = true;
    for (const socket of open) socket.destroy();
  };
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        cut,
        mend: () => (broken = false),
        close: () => {
          cut();
          server.close();
        },
      }),
    );
  });
}
