"""A receiver that is far behind, and what it costs: `python -m unittest test_backlog`.

With DEPOSITWATCH_WAITING=1000000 in the environment a million events wait, in place of a hundred thousand.
"""
import os
from pathlib import Path
import random
import sqlite3
import socket
import tempfile
import time
import unittest

from daemon import Daemon, program, wait_until
from evm_world import EvmWorld
from receiver import Receiver

WAITING = int(os.environ.get("DEPOSITWATCH_WAITING", 100_000))
MEBIBYTE = 1 << 20
MOST_TO_DRAIN, MOST_TO_WAIT = 64 * MEBIBYTE, 16 * MEBIBYTE       # of memory, beside what the daemon has
DRAINED = 10_002
EVENTS_OF_A_DEPOSIT = 3     # detected, confirmed, finalized
RATE = 500          # events a second of the daemon's processor time, in a debug build


class Silence:
    """A receiver that takes connections and never says a word."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"

    def stop(self):
        self.socket.close()


class Backlog:
    """Copies of what waits in a store already: as many deposits more, each with its events."""

    def __init__(self, path, callback):
        self.store = sqlite3.connect(path, isolation_level=None)
        self.callback = self.one("SELECT number FROM callback WHERE name = ?", callback)
        self.first = self.one("SELECT min(deposit) FROM event WHERE type = 'deposit.finalized'")

    def one(self, statement, *values):
        return self.store.execute(statement, values).fetchone()[0]

    def copy(self, deposits):
        """Three events a deposit; only the first of each is due."""
        self.store.execute("PRAGMA cache_size = -500000")
        self.store.execute("PRAGMA synchronous = OFF")
        self.store.execute("BEGIN")
        self.store.execute("CREATE TEMP TABLE copy AS WITH RECURSIVE copy(n) AS "
                           f"(VALUES (1) UNION ALL SELECT n + 1 FROM copy WHERE n < {deposits}) SELECT n FROM copy")
        self.insert("deposit", "original.number = ?", self.first, number=f"{self.first} + 1000 + n",
                    id="printf('dep_%026d', n)", tx="printf('0x%064x', n)")
        identity = self.one("SELECT id FROM deposit WHERE number = ?", self.first)
        self.insert("event", "original.deposit = ?", self.first, number="1000 + 3 * n + original.sequence",
                    deposit=f"{self.first} + 1000 + n", id="printf('evt_%026d', 3 * n + original.sequence)",
                    body=f"replace(original.body, '{identity}', printf('dep_%026d', n))")
        self.store.execute(
            "INSERT INTO delivery (callback, event, line, status, next) "
            "SELECT ?, number, printf('dep_%026d', deposit), 'waiting', CASE sequence WHEN 1 THEN 1 END "
            "FROM event WHERE number > 1000", (self.callback,))
        self.store.execute("COMMIT")
        self.store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.store.close()

    def insert(self, table, which, value, **changed):
        """A row of a table once for every number, some columns changed."""
        columns = [row[1] for row in self.store.execute(f"PRAGMA table_info({table})")]
        chosen = ", ".join(changed.get(column, f"original.{column}") for column in columns)
        self.store.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} "
                           f"FROM {table} AS original, copy WHERE {which} ORDER BY n", (value,))


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class BacklogTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-backlog-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.world = EvmWorld(random.Random("backlog"), addresses=2)
        self.addCleanup(self.world.stop)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)

    def start(self, url, **others):
        """A daemon that has seen a deposit from its detection to its finality."""
        self.daemon = Daemon(self.folder, {"dev-evm": self.world.settings()}, url, self.receiver.secret)
        secret = {"file": str(self.folder / "secret")}
        self.daemon.change(lambda settings: settings["callbacks"].update(
            {name: {"url": other, "secret": secret} for name, other in others.items()}))
        self.addCleanup(self.daemon.log.close)
        self.addCleanup(self.daemon.stop)
        self.daemon.start()
        self.daemon.issue("dev-evm", self.world.addresses)
        self.pay(1)
        for _ in range(self.world.finality_distance + 2):
            self.world.mine([])
        self.daemon.wait_for_block("dev-evm", self.world.head)

    def restart_with(self, deposits):
        self.assertEqual(self.daemon.stop(), 0)
        Backlog(self.daemon.store, "receiver").copy(deposits)
        self.daemon.start()

    def pay(self, count):
        """So many deposits, each in a block of its own; the transactions."""
        payments = [self.world.plain(0, self.world.unit + number) for number in range(count)]
        for payment in payments:
            self.world.mine([payment])
        return [payment.id for payment in payments]

    def memory(self, field):
        """VmRSS or VmHWM, in bytes."""
        status = Path(f"/proc/{self.daemon.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith(f"{field}:")).split()[1]) << 10

    def processor_time(self):
        """Seconds, user and system together."""
        fields = Path(f"/proc/{self.daemon.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def waiting(self):
        metrics = self.daemon.request("GET", "/metrics")[1].decode()
        line = next(each for each in metrics.splitlines()
                    if each.startswith('depositwatch_deliveries_waiting{callback="receiver"}'))
        return int(float(line.split()[-1]))

    def test_ten_thousand_events_drain_fast_and_in_little_memory(self):
        self.receiver.status = 503
        self.start(self.receiver.url)
        self.restart_with(deposits=DRAINED // EVENTS_OF_A_DEPOSIT)
        wait_until("it to be spared", lambda: self.receiver.requests >= 5)
        before, used = self.memory("VmRSS"), self.processor_time()
        waiting = self.waiting()
        self.assertGreaterEqual(waiting, DRAINED)
        self.receiver.status, began = None, time.monotonic()
        wait_until("all events", lambda: len(self.receiver.bodies) >= waiting, seconds=300)
        seconds, used = time.monotonic() - began, self.processor_time() - used
        grown = self.memory("VmHWM") - before
        print(f"{waiting} events: {waiting / seconds:.0f} a second, {waiting / used:.0f} a second of processor time, "
              f"{grown / MEBIBYTE:.1f} MiB more memory")
        wait_until("all marks", lambda: self.waiting() == 0)
        self.assertEqual(self.receiver.faults, [])
        self.assertEqual(self.out_of_order(), [])
        self.assertGreaterEqual(waiting / used, RATE)
        self.assertLessEqual(grown, MOST_TO_DRAIN)

    def out_of_order(self):
        sequences = {}
        for event in self.receiver.events():
            sequences.setdefault(event["data"]["id"], []).append(event["data"]["sequence"])
        return [identity for identity, each in sequences.items() if each != [1, 2, 3]]

    def test_a_backlog_of_one_endpoint_costs_no_memory_and_delays_no_other(self):
        silence = Silence()
        self.addCleanup(silence.stop)
        self.start(silence.url, books=self.receiver.url)
        wait_until("the first events", lambda: len(self.receiver.bodies) == EVENTS_OF_A_DEPOSIT)
        few = self.memory("VmHWM")
        began = time.monotonic()
        self.restart_with(deposits=-(-WAITING // EVENTS_OF_A_DEPOSIT))
        print(f"{WAITING} events stored and the daemon started in {time.monotonic() - began:.0f} s")
        slowest = max(self.told_within() for _ in range(5))
        self.assertGreaterEqual(self.waiting(), WAITING)
        grown = self.memory("VmHWM") - few
        print(f"{WAITING} events waiting: {grown / MEBIBYTE:.1f} MiB more memory; the other endpoint hears of a deposit "
              f"within {slowest:.2f} s")
        self.assertEqual(self.receiver.faults, [])
        self.assertLessEqual(grown, MOST_TO_WAIT)
        self.assertLess(slowest, 5)

    def told_within(self):
        """Seconds from a deposit's block until the good endpoint has heard of it."""
        began = time.monotonic()
        [transaction] = self.pay(1)
        wait_until("the event", lambda: any(
            event["data"]["transaction"] == transaction for event in self.receiver.events()))
        return time.monotonic() - began


if __name__ == "__main__":
    unittest.main()
