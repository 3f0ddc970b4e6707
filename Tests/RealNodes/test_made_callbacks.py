"""Callbacks made by the command line while the daemon runs: `python -m unittest test_made_callbacks`."""
import base64
import json
import os
from pathlib import Path
import random
import subprocess
import tempfile
import unittest

from standardwebhooks.webhooks import Webhook

from daemon import Daemon, TOKEN, program, wait_until
from evm_world import EvmWorld
from receiver import Receiver

CANARY = "Bearer canary-of-a-header-4711"


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class MadeCallbackTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-made-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.world = EvmWorld(random.Random("made"), addresses=2)
        self.addCleanup(self.world.stop)
        self.configured, self.desk = Receiver(), Receiver(seed=1)
        self.addCleanup(self.configured.stop)
        self.addCleanup(self.desk.stop)
        self.daemon = Daemon(self.folder, {"dev-evm": self.world.settings()}, self.configured.url, self.configured.secret)
        self.daemon.write_private("secrets-key", base64.b64encode(bytes(32)).decode())
        settings = json.loads(self.daemon.configuration.read_text())
        settings["api"] |= {"secrets_key": {"file": str(self.folder / "secrets-key")}, "callback_networks": ["127.0.0.1"]}
        self.daemon.configuration.write_text(json.dumps(settings))
        self.addCleanup(self.daemon.log.close)
        self.addCleanup(self.daemon.stop)
        self.daemon.start()
        self.daemon.issue("dev-evm", self.world.addresses)
        self.printed = []

    def command(self, *words, status=0, **environment):
        environment |= {"DEPOSITWATCH_API": f"http://127.0.0.1:{self.daemon.port}", "DEPOSITWATCH_TOKEN": TOKEN}
        result = subprocess.run([str(program()), *words], capture_output=True, text=True, env=os.environ | environment)
        self.assertEqual(result.returncode, status, result.stderr)
        self.printed.append(result.stderr)
        return result

    def add(self, *words, **environment):
        """Makes `desk`; its receiver takes the secret."""
        secret = self.command("callback", "add", "desk", self.desk.url, *words, **environment).stdout.strip()
        self.desk.webhook = Webhook(secret)
        return secret

    def card(self):
        lines = self.command("callback", "list", "--output", "ndjson").stdout.splitlines()
        return next((card for card in map(json.loads, lines) if card["callback"] == "desk"), None)

    def deposit(self):
        """Has one deposit mined, and waits until both receivers have been told."""
        before = len(self.desk.events())
        self.world.mine([self.world.plain(0, self.world.unit)])
        wait_until("a callback", lambda: len(self.desk.events()) > before, seconds=30)
        self.assertEqual(self.desk.faults, [])

    def detected(self):
        """The addresses of the deposits that `desk` was told of."""
        told = [event for event in self.desk.events() if event["type"] == "deposit.detected"]
        return [event["data"]["address"].lower() for event in told]

    def test_a_callback_lives_from_its_making_to_its_removal(self):
        first = self.add("--secret-header", "Authorization=DESK", DESK=CANARY)
        self.deposit()
        self.assertEqual(self.desk.arrivals[-1][2]["authorization"], CANARY)
        self.assertEqual(self.card()["origin"], "api")

        self.command("callback", "change", "desk", status=64)
        self.command("callback", "change", "desk", "--timeout", "20", "--reset", "timeout", status=64)
        self.command("callback", "change", "desk", "--event", "chain.halted", "--timeout", "20")
        self.world.mine([self.world.plain(1, self.world.unit)])
        self.daemon.wait_for_block("dev-evm", self.world.head)
        changed = self.command("callback", "change", "desk", "--reset", "events", "--output", "json").stdout
        self.assertEqual((json.loads(changed)["events"], json.loads(changed)["timeout"]), (None, 20))
        self.world.mine([self.world.plain(0, self.world.unit)])
        wait_until("the next deposit", lambda: len(self.detected()) > 1, seconds=30)
        # Without the one that came while only halts were wanted.
        self.assertEqual(self.detected(), [self.world.addresses[0]] * 2)
        self.assertEqual(self.desk.arrivals[-1][2]["authorization"], CANARY)

        self.daemon.kill()
        self.daemon.start()
        self.deposit()

        second = self.command("callback", "rotate", "desk").stdout.strip()
        self.assertNotEqual(first, second)
        self.deposit()      # the receiver has the old one
        self.desk.webhook = Webhook(second)
        self.deposit()
        self.command("callback", "rotate", "desk", "--finish")
        self.deposit()

        self.look_for(first, second, CANARY, "canary-of-a-header")
        self.command("callback", "remove", "desk")
        self.assertIsNone(self.card())
        count = self.desk.requests
        self.world.mine([self.world.plain(1, self.world.unit)])
        self.daemon.wait_for_block("dev-evm", self.world.head)
        self.assertEqual(self.desk.requests, count)

    def look_for(self, *secrets):
        """In all that the daemon has written or said."""
        texts = [path.read_bytes() for path in self.folder.iterdir() if path.name.startswith(("deposits", "daemon"))]
        for path in ("/v1/callbacks", "/v1/callbacks/desk", "/v1/deliveries", "/v1/events", "/metrics"):
            answer = self.daemon.request("GET", path)[1]
            texts.append(answer if isinstance(answer, bytes) else json.dumps(answer).encode())
        texts += [line.encode() for line in self.printed]
        arguments = Path(f"/proc/{self.daemon.process.pid}/cmdline")
        texts += [arguments.read_bytes()] if arguments.exists() else []
        self.assertGreater(len(texts), 8)
        for secret in secrets:
            bare = secret.removeprefix("whsec_").encode()
            self.assertEqual([text.count(bare) for text in texts if bare in text], [])

    def test_with_another_key_it_waits_and_with_the_right_one_goes_on(self):
        self.add()
        right = (self.folder / "secrets-key").read_text()
        self.daemon.write_private("secrets-key", base64.b64encode(bytes([1] * 32)).decode())
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.start()
        self.assertEqual(self.card()["state"], "paused")
        self.assertIn("api.secrets_key", self.card()["reason"])
        refused = self.command("callback", "resume", "desk", status=65)
        self.assertIn("put back the key", refused.stderr)
        self.world.mine([self.world.plain(0, self.world.unit)])
        wait_until("the other receiver's event", lambda: self.configured.events(), seconds=30)
        waiting = wait_until("an event that waits", lambda: self.card()["waiting"], seconds=30)
        self.assertEqual(self.desk.requests, 0)
        refused = self.command("callback", "remove", "desk", status=65)
        self.assertIn(f"{waiting} events wait", refused.stderr)

        (self.folder / "secrets-key").write_text(right)
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.start()
        wait_until("the event", lambda: len(self.desk.events()) >= waiting, seconds=30)
        self.assertEqual(self.desk.faults, [])

    def test_a_name_that_leads_into_the_network_is_told_by_the_delivery(self):
        self.command("callback", "add", "desk", self.desk.url.replace("127.0.0.1", "127.0.0.2"), status=65)
        self.command("callback", "add", "desk", "https://0x7f000002:8443/")
        self.world.mine([self.world.plain(0, self.world.unit)])

        def failure():
            items = self.daemon.request("GET", "/v1/deliveries?callback=desk")[1]["items"]
            return next((item["id"] for item in items if item["last_attempt"]), None)

        shown = self.command("delivery", "show", wait_until("an attempt", failure, seconds=30)).stdout
        self.assertIn("not connected to 127.0.0.2, which is loopback (127.0.0.0/8)", json.loads(shown)["attempts"][0]["failure"])
        self.assertEqual(self.desk.requests, 0)


if __name__ == "__main__":
    unittest.main()
