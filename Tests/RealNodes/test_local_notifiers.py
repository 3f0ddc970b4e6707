"""The examples of LocalNotifiers.md, word for word, behind a real daemon: `python -m unittest test_local_notifiers`."""
import json
import os
from pathlib import Path
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

from daemon import Daemon, REPOSITORY, program, wait_until
from evm_world import EvmWorld
from receiver import Receiver

ARTICLE = REPOSITORY / "Sources/depositwatch/Documentation.docc/LocalNotifiers.md"


def example(language):
    return re.search(rf"```{language}\n(.*?)```", ARTICLE.read_text(), re.S).group(1)


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class LocalNotifierTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-local-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.world = EvmWorld(random.Random("local"), addresses=2)
        self.addCleanup(self.world.stop)
        receiver = Receiver()
        receiver.stop()
        self.secret = receiver.secret

    def start(self, url, **options):
        daemon = Daemon(self.folder, {"dev-evm": self.world.settings()}, url, self.secret)
        settings = json.loads(daemon.configuration.read_text())
        settings["callbacks"]["receiver"].update(options)
        daemon.configuration.write_text(json.dumps(settings))
        self.addCleanup(daemon.log.close)
        self.addCleanup(daemon.stop)
        daemon.start()
        daemon.issue("dev-evm", self.world.addresses)
        return daemon

    def notifier(self):
        """The article's notifier, running."""
        (self.folder / "notifier.py").write_text(example("python"))
        process = subprocess.Popen(
            [sys.executable, self.folder / "notifier.py", self.folder / "ledger.sock", self.folder / "books.db"],
            env=os.environ | {"SECRET": self.secret})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def credited(self):
        try:
            with sqlite3.connect(f"file:{self.folder}/books.db?mode=ro", uri=True) as books:
                return sorted(amount for amount, in books.execute("SELECT amount FROM credit"))
        except sqlite3.OperationalError:
            return []

    def pay(self, count):
        """So many deposits, each in a block of its own, and blocks that confirm them; their amounts as texts."""
        payments = [self.world.plain(0, self.world.unit + number) for number in range(count)]
        for payment in payments:
            self.world.mine([payment])
        for _ in range(3):
            self.world.mine([])
        return payments

    def test_the_notifier_books_every_deposit_once_though_it_is_killed(self):
        first = self.notifier()
        self.start(f"http+unix://{self.folder}/ledger.sock/deposits", concurrency=1)
        self.pay(5)
        wait_until("the first credits", lambda: len(self.credited()) >= 1, seconds=30)
        first.kill()
        first.wait()
        self.pay(5)
        self.notifier()
        wait_until("all credits", lambda: len(self.credited()) == 10, seconds=60)
        self.assertEqual(len(set(self.credited())), 5)

    def test_the_program_keeps_each_event_once(self):
        spool = self.folder / "spool"
        spool.mkdir()
        script = self.folder / "page-on-reversal"
        script.write_text(example("sh").replace("${SPOOL:-/var/spool/pages}", str(spool)))
        script.chmod(0o700)
        daemon = self.start(f"exec:{script}", events=["deposit.confirmed"])
        self.pay(3)

        def delivered():
            items = daemon.request("GET", "/v1/deliveries?status=delivered")[1]["items"]
            return items if len(items) == 3 else None

        items = wait_until("three deliveries", delivered, seconds=30)
        self.assertEqual({path.name for path in spool.iterdir()}, {item["event"] for item in items})
        for item in items:
            self.assertEqual(json.loads((spool / item["event"]).read_text())["type"], "deposit.confirmed")
        again = daemon.request("POST", f"/v1/deliveries/{items[0]['id']}/retry")[0]
        self.assertEqual(again, 202)
        wait_until("the same event once more", lambda: daemon.request(
            "GET", f"/v1/deliveries/{items[0]['id']}")[1]["attempt_count"] == 2, seconds=30)
        self.assertEqual(len(list(spool.iterdir())), 3)


if __name__ == "__main__":
    unittest.main()
