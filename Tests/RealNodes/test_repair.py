"""An operator's afternoon: a receiver that failed, seen and repaired by the command line: `python -m unittest test_repair`."""
import json
import os
from pathlib import Path
import random
import subprocess
import tempfile
import unittest

from daemon import Daemon, TOKEN, program, wait_until
from evm_world import EvmWorld
from receiver import Receiver


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class RepairTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-repair-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.world = EvmWorld(random.Random("repair"), addresses=2)
        self.addCleanup(self.world.stop)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)
        self.daemon = Daemon(self.folder, {"dev-evm": self.world.settings()}, self.receiver.url, self.receiver.secret)
        settings = json.loads(self.daemon.configuration.read_text())
        settings["callbacks"]["receiver"]["schedule"] = ["0s"]
        self.daemon.configuration.write_text(json.dumps(settings))
        self.addCleanup(self.daemon.log.close)
        self.addCleanup(self.daemon.stop)
        self.daemon.start()
        self.daemon.issue("dev-evm", self.world.addresses)

    def command(self, *words, status=0):
        """What a command prints: its lines, as JSON where asked for."""
        environment = {"DEPOSITWATCH_API": f"http://127.0.0.1:{self.daemon.port}", "DEPOSITWATCH_TOKEN": TOKEN}
        result = subprocess.run([str(program()), *words], capture_output=True, text=True, env=os.environ | environment)
        self.assertEqual(result.returncode, status, result.stderr)
        return [json.loads(line) if "ndjson" in words else line for line in result.stdout.splitlines()]

    def deliveries(self, *words):
        return self.command("delivery", "list", *words, "--output", "ndjson")

    def test_what_was_given_up_is_seen_replayed_and_followed(self):
        self.receiver.status = 500
        for _ in range(3):
            self.world.mine([self.world.plain(0, self.world.unit)])
        # Each is detected, and the third block confirms the first.
        wait_until("four given up", lambda: len(self.deliveries("--status", "exhausted")) == 4, seconds=30)
        given_up = self.deliveries("--status", "exhausted", "--type", "deposit.detected", "--chain", "dev-evm")
        self.assertEqual(len(given_up), 3)
        shown = json.loads("\n".join(self.command("delivery", "show", given_up[0]["id"])))
        self.assertEqual([attempt["status"] for attempt in shown["attempts"]], [500])
        self.assertEqual(shown["body"]["type"], "deposit.detected")
        self.command("callback", "test", "receiver", status=69)

        self.receiver.status = None
        self.command("callback", "test", "receiver")
        self.command("delivery", "replay", "--status", "exhausted", "--per-second", "1000")
        wait_until("all taken", lambda: len(self.deliveries("--status", "delivered")) == 4, seconds=30)
        self.assertEqual(self.receiver.faults, [])
        before = {item["event"]: item["attempt_count"] for item in self.deliveries()}
        self.command("delivery", "retry", given_up[0]["id"])
        wait_until("one taken again", lambda: {
            item["event"]: item["attempt_count"] for item in self.deliveries()
        } == before | {given_up[0]["event"]: 3}, seconds=30)

        keep = ["--once", "--keep", str(self.folder / "place"), "--output", "ndjson"]
        events = self.command("events", "follow", *keep)
        told = [event["id"] for event in events if event["body"]["type"].startswith("deposit.")]
        self.assertEqual((len(told), set(told)), (4, set(before)))
        self.assertEqual(sum(event["body"]["type"] == "callback.exhausted" for event in events), 4)
        self.assertEqual(self.command("events", "follow", *keep), [])
        self.world.mine([self.world.plain(1, self.world.unit)])
        self.daemon.wait_for_block("dev-evm", self.world.head)
        self.assertEqual(len(self.command("events", "follow", *keep)), 2, "the new one, and the second one's confirmation")

    def test_a_paused_callback_is_seen_and_goes_on(self):
        self.receiver.status = 410
        self.world.mine([self.world.plain(0, self.world.unit)])

        def state():
            return self.command("callback", "list", "--output", "ndjson")[0]

        wait_until("a pause", lambda: state()["state"] == "paused", seconds=30)
        self.assertIn("410", state()["reason"])
        self.receiver.status = None
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.start()
        self.assertEqual(state()["state"], "paused", "a restart does not resume it")
        self.command("callback", "resume", "receiver")
        self.command("delivery", "replay", "--status", "exhausted")
        wait_until("the event", lambda: len(self.receiver.events()) == 1, seconds=30)
        self.assertEqual(self.receiver.faults, [])


if __name__ == "__main__":
    unittest.main()
