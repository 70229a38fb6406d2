import { createConnection } from "node:net";

/** Sends lines to an intake port, and waits until they are on disk. */
export function sendLines(port: number, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes.toString();
      if (answer.includes("#ok")) socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => (answer.includes("#ok") ? resolve() : reject(new Error(`no #ok: ${answer}`))));
    socket.write(`${lines.join("\n")}\n#sync sent\n`);
  });
}
