"""A daemon that is killed again and again while it watches a film, and what it has told in the end."""
from dataclasses import dataclass, field
import http.client
import json
import random
import signal
import time

from daemon import Daemon
from film import FilmNode
from receiver import Receiver

CHAIN = "dev-evm"

# Sources/DepositStore/CrashPoint.swift, with how often a daemon comes by at most before it dies there.
POINTS = {"recovered": 1, "migrating": 1, "importing": 400, "committing": 12, "committed": 12, "undoing": 3,
          "backfilling": 12, "sending": 8, "answered": 8, "marking": 4}
# At any moment from its start on; and when a receiver has got an event and not yet answered.
AT_RANDOM, UNANSWERED = "at random", "unanswered"


@dataclass
class Told:
    """All that a daemon has said of each deposit, in order."""

    feed: dict = field(default_factory=dict)
    callbacks: dict = field(default_factory=dict)


class Life:
    """One daemon, its folder, its node and its receiver; `kills` is how often it dies."""

    def __init__(self, film, folder, kills, seed):
        self.film = film
        self.dice = random.Random(f"life {seed}")
        self.left = kills
        self.node = FilmNode(film)
        self.receiver = Receiver(seed, refusal_rate=0.03)
        settings = {"nodes": [self.node.url], "from": 0, "policy": [{"depth": 3}]}
        self.daemon = Daemon(folder, {CHAIN: settings}, self.receiver.url, self.receiver.secret)
        self.deaths = []        # what it died of, each time
        self.recoveries = []    # seconds from a start to the first question for the head
        self.faults = []
        self.is_first = True

    def live(self):
        """Watches the whole film; what was told of it."""
        try:
            self.start()
            for moment in self.film.moments:
                self.node.show(moment)
                self.until(f"block {moment.head_hash}", lambda: self.has_scanned(moment.head_hash))
                if moment.issued:
                    # Not before: how often a deposit found late is confirmed depends on where the tip is.
                    self.until("addresses to be issued", lambda: self.issue(moment))
                    self.until("old blocks to be looked into", lambda: self.has_scanned(moment.head_hash))
            self.left = 0
            self.start()
            self.until("the callbacks", self.is_told)
            feed, callbacks = self.feed(), self.callbacks()
            told = Told(by_deposit(feed), by_deposit(callbacks))
            status = self.daemon.stop()
            self.faults += self.receiver.faults
            if dict(feed) != dict(callbacks):
                self.faults.append("the callbacks had other bodies than the feed")
            self.faults += [f"the daemon ended with status {status}"] if status else []
            return told
        finally:
            self.daemon.stop()
            self.receiver.stop()
            self.node.server.stop()

    # Dying, and going on.

    def start(self):
        """Starts the daemon, and decides what this run of it will die of."""
        if self.daemon.process:
            self.daemon.kill()
        self.cause = self.next_cause()
        armed = {}
        if self.cause in POINTS:
            count = self.dice.randint(1, POINTS[self.cause])
            armed = {"DEPOSITWATCH_CRASH_AT": f"{self.cause}:{count}"}
        self.receiver.interrupt = self.daemon.kill if self.cause == UNANSWERED else None
        self.daemon.launch(armed)
        self.started = time.monotonic()
        self.dies_at = self.started + self.dice.random() * 0.6 if self.cause == AT_RANDOM else None
        self.is_watching = False

    def next_cause(self):
        if self.left <= 0:
            return None
        if self.is_first:
            self.is_first = False
            return self.dice.choice(["migrating", "recovered", AT_RANDOM])
        later = [point for point in POINTS if point != "migrating"]
        return self.dice.choice(later + [UNANSWERED] + 4 * [AT_RANDOM])

    def tend(self):
        """Kills the daemon when its time has come, and starts the one that was killed."""
        now = time.monotonic()
        if not self.is_watching and self.node.asked_at > self.started:
            self.is_watching = True
            self.recoveries.append(self.node.asked_at - self.started)
        if self.dies_at and now > self.dies_at:
            self.daemon.kill()
        status = self.daemon.process.poll()
        if status is None:
            return
        if status != -signal.SIGKILL:
            raise RuntimeError(f"the daemon ended with status {status}:\n{self.daemon.last_words()}")
        self.deaths.append(self.cause)
        self.left -= 1
        self.start()

    def until(self, what, condition, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.tend()
            try:
                if condition():
                    return
            except (OSError, http.client.HTTPException):
                pass        # nobody listens: it is dead, or not there yet
            time.sleep(0.02)
        raise TimeoutError(f"after {seconds} s still waiting for {what}:\n{self.daemon.last_words()}")

    # Talking to it.

    def issue(self, moment):
        self.daemon.issue(CHAIN, moment.issued, since=moment.since)
        return True

    def has_scanned(self, block_hash):
        status, answer = self.daemon.request("GET", "/v1/chains")
        entry = answer["items"][0] if status == 200 else {}
        is_there = (entry.get("scanned") or {}).get("hash") == block_hash and not entry["backfills"]
        return is_there and self.has_confirmed()

    def has_confirmed(self):
        """What is deep enough is confirmed in a transaction after its block's: dying between, in front of a node that
        shows another branch by then, a daemon rightly never confirms it."""
        status, page = self.daemon.request("GET", f"/v1/deposits?chain={CHAIN}&status=detected&limit=1000")
        return status == 200 and all(item["confirmations"] < item["required"]["depth"] for item in page["items"])

    def is_told(self):
        return len(self.receiver.bodies) >= len(self.feed())

    def feed(self):
        items, after = [], ""
        while True:
            status, page = self.daemon.request("GET", f"/v1/events?limit=1000{after}")
            if status != 200:
                raise OSError(f"the feed answered {status}")
            items += page["items"]
            if not page["items"]:
                return [(item["id"], item["body"]) for item in items]
            after = f"&after={page['next']}"

    def callbacks(self):
        """The events in the order in which they first arrived."""
        return [(event, json.loads(body)) for event, body in self.receiver.bodies.items()]


def by_deposit(events):
    told = {}
    for event, body in events:
        told.setdefault(body["data"].get("id"), []).append((event, timeless(body)))
    return told


def timeless(body):
    """An event without when it was decided, and how deep its block lay then: what a crash may put off."""
    data = {name: value for name, value in body["data"].items() if name != "confirmations"}
    return {name: value for name, value in body.items() if name != "timestamp"} | {"data": data}
