// A receiver for an agency: verifies webhooks, drops repeats. `npm install standardwebhooks`, then
// MOTCUA_SECRET=whsec_… node receiver.mjs 8100
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.MOTCUA_SECRET);
const had = new Set(); // in earnest: a table with the id as its key, written with your own record

function take(event) {
  // Store the event and return at once; work on it later. Answer within 15 seconds.
  if (event.type !== "dossier.verified") return console.log(event.type); // a ping, or later news
  const due = event.results.map((r) => `${r.name} by ${r.due}`).join(", ");
  console.log(event.dossier.code, event.procedure.name, "|", due);
}

function receive(body, headers) {
  let event;
  try {
    event = webhook.verify(body, headers);
  } catch {
    return 401;
  }
  if (!had.has(event.id)) {
    take(event);
    had.add(event.id);
  }
  return 200; // also for a repeat: we have it
}

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const status = receive(Buffer.concat(parts).toString("utf8"), request.headers);
  response.writeHead(status).end(status === 200 ? '{"status": "received"}' : "");
});
server.listen(Number(process.argv[2]), "127.0.0.1");
