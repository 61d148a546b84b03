"""A receiver for an agency: MOTCUA_SECRET=whsec_… python receiver.py 8100 (needs standardwebhooks)."""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook

WEBHOOK = Webhook(os.environ["MOTCUA_SECRET"])
HAD = set()  # in earnest: a table with the id as its key, written together with your own record


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = WEBHOOK.verify(body, dict(self.headers))
        except Exception:  # the library raises several kinds for a malformed header: all mean no
            return self.answer(401)
        if event["id"] not in HAD:
            take(event)
            HAD.add(event["id"])
        return self.answer(200, b'{"status": "received"}')  # also for a repeat: we have it

    def answer(self, status, word=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(word)))
        self.end_headers(), self.wfile.write(word)


def take(event):
    """Store the event and return at once; work on it later. Answer within 15 seconds."""
    if event["type"] != "dossier.verified":
        return  # a ping, or news of a dossier that you have
    due = ", ".join(f"{r['name']} by {r['due']}" for r in event["results"])
    print(event["dossier"]["code"], event["procedure"]["name"], "|", due, flush=True)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
