// Sends calls with a client library, as its documentation has it but for host and path:
//
//   node send.mjs LIBRARY URL COUNT [TOKEN]
import { SeverityNumber } from "@opentelemetry/api-logs";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtoExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { Client } from "@elastic/elasticsearch";
import { Resource } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import pino from "pino";
import winston from "winston";
import LokiTransport from "winston-loki";

const [library, url, count, token] = process.argv.slice(2);
const numbers = Array.from({ length: Number(count) }, (_, number) => number);
const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };

async function openTelemetry(exporter) {
  const provider = new LoggerProvider({ resource: new Resource({ "service.name": "shop" }) });
  provider.addLogRecordProcessor(new BatchLogRecordProcessor(exporter));
  const logger = provider.getLogger("http");
  for (const number of numbers) {
    logger.emit({
      severityNumber: SeverityNumber.INFO,
      severityText: "INFO",
      body: `GET /api/${number}`,
      attributes: {
        "http.request.method": "GET",
        "url.path": `/api/${number}`,
        "http.response.status_code": 200,
        "http.route": "/api/{id}",
      },
    });
  }
  await provider.forceFlush();
  await provider.shutdown();
}

async function pinoLoki() {
  const transport = pino.transport({
    target: "pino-loki",
    options: {
      batching: true,
      interval: 1,
      host: url,
      ...(token !== undefined && { basicAuth: { username: "shop", password: token } }),
    },
  });
  const logger = pino(transport);
  for (const number of numbers) {
    logger.info({ method: "GET", path: `/api/${number}`, status: 200 }, "request completed");
  }
  await new Promise((resolve) => setTimeout(resolve, 2500));
  transport.end();
}

async function winstonLoki(json) {
  const transport = new LokiTransport({
    host: url,
    json,
    interval: 1,
    labels: { app: "shop" },
    format: winston.format.json(),
    ...(token !== undefined && { basicAuth: `shop:${token}` }),
  });
  const logger = winston.createLogger({ transports: [transport] });
  for (const number of numbers) {
    const ts = new Date().toISOString();
    logger.info({ message: "request completed", ts, method: "GET", path: `/api/${number}`, status: 200 });
  }
  await transport.flush();
}

async function elasticsearch() {
  const client = new Client({ node: url, ...(token !== undefined && { auth: { username: "shop", password: token } }) });
  console.log(JSON.stringify(await client.info()));
  const result = await client.helpers.bulk({
    datasource: numbers.map((number) => ({
      "@timestamp": new Date().toISOString(), method: "GET", path: `/api/${number}`, status: 200,
    })),
    onDocument: () => ({ create: { _index: "logs-shop-default" } }),
    onDrop: (dropped) => console.log(JSON.stringify(dropped)),
  });
  console.log(JSON.stringify(result));
}

await {
  "otlp-json": () => openTelemetry(new JsonExporter({ url: `${url}/v1/logs`, headers })),
  "otlp-proto": () => openTelemetry(new ProtoExporter({ url: `${url}/v1/logs`, headers })),
  "pino-loki": pinoLoki,
  "winston-loki": () => winstonLoki(false),
  "winston-loki-json": () => winstonLoki(true),
  elasticsearch,
}[library]();
process.exit(0); // some keep timers
