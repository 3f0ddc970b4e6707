"""The daemon where files and sockets run out: `python -m unittest test_open_files`."""
import http.client
from pathlib import Path
import random
import resource
import socket
import subprocess
import tempfile
import time
import unittest

from daemon import Daemon, TOKEN, program, wait_until
from evm_world import EvmWorld
from receiver import Receiver

FILES = 512
IDLE = 1_100


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class OpenFilesTests(unittest.TestCase):
    def setUp(self):
        # Both ends of the connections are on this machine, and this end is not what is tried.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most[1] < 2 * IDLE:
            self.skipTest(f"no {IDLE} connections can be opened here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most[1], 4 * IDLE), most[1]))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, most)
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-files-")
        self.addCleanup(folder.cleanup)
        self.world = EvmWorld(random.Random("open files"), addresses=1)
        self.addCleanup(self.world.stop)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)
        self.daemon = Daemon(folder.name, {"dev-evm": self.world.settings()}, self.receiver.url,
                             self.receiver.secret)
        self.addCleanup(self.daemon.log.close)
        self.addCleanup(self.daemon.stop)
        self.start()
        self.connections = []
        self.addCleanup(self.close)

    def start(self):
        """With few files, and no leave to have more."""
        command = [str(program()), "run", "--config", str(self.daemon.configuration)]
        self.daemon.process = subprocess.Popen(
            command, stdout=self.daemon.log, stderr=self.daemon.log,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES)))
        wait_until("the daemon's API", self.daemon.alive)
        self.world.mine([])
        self.daemon.wait_for_block("dev-evm", self.world.head)
        self.daemon.issue("dev-evm", self.world.addresses)

    def close(self):
        for connection in self.connections:
            connection.close()

    def open(self, count, words=b""):
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", self.daemon.port), timeout=10)
            if words:
                connection.send(words)
            self.connections.append(connection)

    def expect_alive(self):
        """Answered within a second, on a new connection."""
        start = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=5)
        connection.request("GET", "/livez")
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        self.assertLess(time.monotonic() - start, 1)

    def expect_confirmed(self):
        """A deposit that is mined now is confirmed and told."""
        payment = self.world.plain(0, self.world.unit)
        self.world.mine([payment])
        for _ in range(3):
            self.world.mine([])

        def told():
            self.daemon.expect_running()
            return payment.id in {body["data"].get("transaction") for body in self.receiver.events()
                                  if body["type"] == "deposit.confirmed"}

        wait_until("the confirmation", told, seconds=60)

    def files(self):
        return len(list(Path(f"/proc/{self.daemon.process.pid}/fd").iterdir()))

    def test_idle_connections_without_a_token_cost_nobody_anything(self):
        self.open(IDLE)
        self.expect_alive()
        self.assertLess(self.files(), FILES // 2 + 64)
        self.expect_confirmed()
        self.expect_alive()
        self.assertEqual(self.daemon.request("GET", "/readyz")[0], 200)
        self.assertEqual(self.daemon.stop(), 0)

    def test_headers_and_polls_without_end_leave_room_for_a_health_check(self):
        self.open(400, b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        self.expect_alive()
        poll = f"GET /v1/events?wait=30 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
        self.open(400, poll.encode())
        self.expect_alive()
        self.close()
        self.expect_confirmed()
        self.assertEqual(self.daemon.stop(), 0)

    def test_a_process_without_a_file_left_waits_and_goes_on(self):
        pid = self.daemon.process.pid
        self.open(20)
        few = self.files() - 10
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (few, FILES))
        for _ in range(20):
            connection = socket.create_connection(("127.0.0.1", self.daemon.port), timeout=10)
            connection.send(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.connections.append(connection)
        payment = self.world.plain(0, self.world.unit)
        self.world.mine([payment])
        before = self.processor_time()
        start = time.monotonic()
        # Nobody tells when nothing has happened: for some seconds there must be neither an end nor a busy wait.
        while time.monotonic() - start < 8:
            self.daemon.expect_running()
            time.sleep(0.2)
        self.assertLess(self.processor_time() - before, 2)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (FILES, FILES))
        self.expect_alive()
        self.expect_confirmed()
        self.assertIn("raise the limit of open files", (self.daemon.folder / "daemon.log").read_text())
        self.assertEqual(self.daemon.stop(), 0)

    def processor_time(self):
        """Seconds that the daemon has worked."""
        fields = Path(f"/proc/{self.daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    unittest.main()
