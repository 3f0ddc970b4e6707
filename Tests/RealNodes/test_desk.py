"""The command line as an operator meets it where something is not as it should be: `python -m unittest test_desk`."""
import os
from pathlib import Path
import socket
import stat
import subprocess
import tempfile
import threading
import unittest

from daemon import Daemon, TOKEN, program, wait_until
from litecoin_node import free_port

WRONG_CONFIGURATION = 78
NO_PERMISSION = 77
EMPTY = b'{"items":[],"next":null}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"


def other_address():
    """An address of this machine that is not loopback, or a skipped test."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))     # sends nothing
            address = probe.getsockname()[0]
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        raise unittest.SkipTest("this machine has no address but loopback")
    return address


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class DeskTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-desk-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def daemon(self, chains):
        daemon = Daemon(self.folder, chains, "http://127.0.0.1:9/", "whsec_" + "A" * 32)
        self.addCleanup(daemon.log.close)
        self.addCleanup(daemon.stop)
        return daemon

    def call(self, *arguments, **environment):
        return subprocess.run([str(program()), *arguments], capture_output=True, text=True, timeout=60,
                              env=os.environ | environment)

    def answering(self, body, host="127.0.0.1"):
        """A server that gives this answer, then empty lists, and what it was asked."""
        server = socket.create_server((host, 0))
        self.addCleanup(server.close)
        asked = []

        def serve():
            for answer in (body, EMPTY, EMPTY):
                connection, _ = server.accept()
                with connection:
                    asked.append(connection.recv(65536).decode())
                    connection.sendall(ANSWER % (len(answer), answer))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        return f"http://{host}:{server.getsockname()[1]}", asked

    def test_check_warns_and_strict_refuses(self):
        daemon = self.daemon({"ethereum": {"nodes": ["http://node.internal:8545/hunter2"]}})
        (self.folder / "secret").chmod(0o644)
        check = ["check", "--config", str(daemon.configuration)]
        plain, strict = self.call(*check), self.call(*check, "--strict")
        self.assertEqual((plain.returncode, strict.returncode), (0, WRONG_CONFIGURATION))
        for words in ("one node alone is trusted for ethereum", "node.internal:8545 is spoken to in clear",
                      "can be read by everybody"):
            self.assertIn(words, plain.stderr)
            self.assertIn(words, strict.stderr)
        self.assertNotIn("hunter2", plain.stdout + plain.stderr + strict.stdout + strict.stderr)
        daemon.change(lambda settings: settings["chains"].update(
            ethereum={"nodes": ["https://a.internal"], "trust_one_node": True}))
        (self.folder / "secret").chmod(0o600)
        self.assertEqual(self.call(*check, "--strict").returncode, 0)

    def test_run_says_that_one_node_is_trusted(self):
        daemon = self.daemon({"ethereum": {"nodes": [f"http://127.0.0.1:{free_port()}"]}})
        daemon.start()
        self.assertIn("one node alone is trusted for ethereum", (self.folder / "daemon.log").read_text())

    def test_a_token_in_clear_is_warned_of_and_not_shown(self):
        host = other_address()
        url, asked = self.answering(EMPTY, host)
        far = self.call("chain", "list", "--api", url, DEPOSITWATCH_TOKEN=TOKEN)
        self.assertEqual(far.returncode, 0, far.stderr)
        self.assertIn("in clear", far.stderr)
        self.assertNotIn(TOKEN, far.stderr + far.stdout)
        self.assertIn(TOKEN, asked[0])
        url, _ = self.answering(EMPTY)
        near = self.call("chain", "list", "--api", url, DEPOSITWATCH_TOKEN=TOKEN)
        self.assertEqual((near.returncode, near.stderr), (0, ""))

    def test_the_api_is_reached_through_its_unix_socket(self):
        daemon = self.daemon({"dev-evm": {"nodes": [f"http://127.0.0.1:{free_port()}"]}})
        path = self.folder / "api.sock"
        daemon.change(lambda settings: settings["api"].update(listen=f"unix:{path}"))
        daemon.launch()
        wait_until("the socket", path.exists)
        listed = self.call("chain", "list", "--api", f"http+unix://{path}", DEPOSITWATCH_TOKEN=TOKEN)
        self.assertEqual((listed.returncode, listed.stderr), (0, ""))
        self.assertIn("dev-evm", listed.stdout)

    def test_what_a_stranger_wrote_reaches_the_terminal_as_text(self):
        evil = "x\\u009b31m\\u202emoc.knab\\u2028\\u0085\\u001b[2J"
        body = ('{"items":[{"chain":"%s","state":"%s","id":"evt_1","body":{"type":"%s"}}],"next":null}'
                % (evil, evil, evil)).encode()
        for command in (["chain", "list"], ["chain", "list", "--output", "json"],
                        ["chain", "list", "--output", "ndjson"], ["events", "follow", "--last", "1", "--once"]):
            url, _ = self.answering(body)
            seen = subprocess.run([str(program()), *command, "--api", url], capture_output=True, timeout=60,
                                  env=os.environ | {"DEPOSITWATCH_TOKEN": TOKEN})
            text = (seen.stdout + seen.stderr).decode()
            self.assertIn("\\u009b", text)
            self.assertEqual([sign for sign in text if not (sign == "\n" or " " <= sign <= "~")], [], command)

    def test_a_lock_that_is_a_link_is_refused(self):
        daemon = self.daemon({"dev-evm": {"nodes": [f"http://127.0.0.1:{free_port()}"]}})
        victim = self.folder / "victim"
        victim.write_text("precious")
        (self.folder / "deposits.db.lock").symlink_to(victim)
        daemon.launch()
        self.assertEqual(daemon.process.wait(timeout=30), NO_PERMISSION)
        self.assertIn("symbolic link", daemon.last_words())
        self.assertEqual(victim.read_text(), "precious")

    def test_the_demo_is_private_whatever_the_umask(self):
        places = self.folder / "tmp"
        places.mkdir()
        demo = subprocess.Popen(
            [str(program()), "demo", "--port", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"TMPDIR": str(places)}, preexec_fn=lambda: os.umask(0))
        self.addCleanup(demo.wait)
        self.addCleanup(demo.terminate)
        folder = wait_until("the demo's folder", lambda: next(places.glob("depositwatch-demo-*"), None))
        wait_until("the demo's store", (folder / "deposits.db-shm").exists)
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
        self.assertEqual(set(modes.values()), {0o600}, modes)
        self.assertLessEqual({"deposits.db", "deposits.db-wal", "deposits.db-shm", "deposits.db.lock", "api-tokens",
                              "callback-secret", "depositwatch.yaml"}, set(modes))


if __name__ == "__main__":
    unittest.main()
