"""What a crash leaves of the daemon's memory, where the secrets are: `python -m unittest test_crash_dumps`."""
import os
from pathlib import Path
import resource
import signal
import subprocess
import tempfile
import unittest

from daemon import Daemon, program, wait_until
from litecoin_node import free_port
from receiver import Receiver


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class CrashDumpTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-crash-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        receiver = Receiver()
        self.addCleanup(receiver.stop)
        node = f"http://127.0.0.1:{free_port()}"
        self.daemon = Daemon(self.folder, {"dev-evm": {"nodes": [node]}}, receiver.url, receiver.secret)
        self.addCleanup(self.daemon.log.close)

    def test_a_crash_leaves_nothing_of_the_memory_unless_it_is_asked_for(self):
        if not self.leaves_core_file(["sleep", "60"]):
            self.skipTest("this machine writes no core files, whoever crashes")
        command = [str(program()), "run", "--config", str(self.daemon.configuration)]
        self.assertFalse(self.leaves_core_file(command, self.daemon.alive, SWIFT_BACKTRACE="enable=yes"))
        self.assertNotIn("Backtrac", self.daemon.last_words())
        # The backtracer may take minutes.
        self.assertTrue(self.leaves_core_file(
            command + ["--crash-dumps"], self.daemon.alive, SWIFT_BACKTRACE="enable=no"))

    def leaves_core_file(self, command, is_up=lambda: True, **environment):
        """Whether the kernel writes one when the program is made to abort."""
        most = resource.getrlimit(resource.RLIMIT_CORE)[1]
        process = self.daemon.process = subprocess.Popen(
            command, cwd=self.folder, env=os.environ | environment, stderr=self.daemon.log,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (most, most)))
        self.addCleanup(process.kill)
        wait_until("the program", is_up)
        process.send_signal(signal.SIGABRT)
        status = wait_until("its end", lambda: os.waitpid(process.pid, os.WNOHANG)[1])
        process.returncode = -os.WTERMSIG(status)
        self.assertEqual(os.WTERMSIG(status), signal.SIGABRT)
        return os.WCOREDUMP(status)


if __name__ == "__main__":
    unittest.main()
