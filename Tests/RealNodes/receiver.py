"""A receiver of callbacks: verifies each with standardwebhooks, stores it, and only then says yes."""
import base64
import hashlib
import json
import threading

from loopback_server import Exchange, LoopbackServer
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class Receiver(LoopbackServer):
    """Keeps what it was sent, in the order of arrival.

    `refusal_rate` is the share of events, chosen by `seed` and id, that are answered 500 the first time.
    """

    def __init__(self, seed=0, refusal_rate=0.0):
        self.seed = seed
        self.refusal_rate = refusal_rate
        key = hashlib.sha256(f"receiver {seed}".encode()).digest()
        self.secret = "whsec_" + base64.b64encode(key).decode()
        self.webhook = Webhook(self.secret)
        self.lock = threading.Lock()
        self.bodies = {}      # event id to body, in the order of first arrival
        self.requests = 0
        self.refused = set()
        self.faults = []      # what a correct daemon never does
        self.arrivals = []    # of each request: the other side's address, its certificate, the headers
        self.status = None    # what every request is answered with, where it is set
        self.interrupt = None   # called once, when the next event is stored and not yet answered
        super().__init__(self.exchange_class())
        self.url = f"http://{self.address}/callbacks"

    def exchange_class(receiver):
        class Taking(Exchange):
            def do_POST(self):
                body = self.body()
                headers = {name.lower(): value for name, value in self.headers.items()}
                certificate = getattr(self.connection, "getpeercert", dict)()
                receiver.arrivals.append((self.client_address[0], certificate, headers))
                self.answer(receiver.take(body, headers))

        return Taking

    def take(self, body, headers):
        """Stores a request that is what it claims to be; the status to answer with."""
        event = headers.get("webhook-id", "")
        with self.lock:
            self.requests += 1
            try:
                self.webhook.verify(body, headers)
            except WebhookVerificationError as error:
                self.faults.append(f"event {event}: {error}")
                return 401
            if self.status:
                return self.status
            if json.loads(body).get("type") == "callback.test":
                return 204
            if event not in self.bodies and event not in self.refused and self.refuses(event):
                self.refused.add(event)
                return 500
            if self.bodies.setdefault(event, body) != body:
                self.faults.append(f"event {event} came with two different bodies")
            interrupt, self.interrupt = self.interrupt, None
        if interrupt:
            interrupt()
        return 204

    def refuses(self, event):
        digest = hashlib.sha256(f"{self.seed} {event}".encode()).digest()
        return int.from_bytes(digest[:4], "big") < self.refusal_rate * 2 ** 32

    def events(self):
        """What was stored, decoded, in the order of first arrival."""
        with self.lock:
            return [json.loads(body) for body in self.bodies.values()]
