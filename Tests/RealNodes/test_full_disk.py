"""The daemon on a disk that is full, and on one that cannot be written: `python -m unittest test_full_disk`."""
import errno
from pathlib import Path
import random
import subprocess
import tempfile
import unittest

from daemon import Daemon, program, wait_until
from evm_world import EvmWorld
from film import users
from receiver import Receiver

SIZE = 3 << 20
STORE_HAS_FAILED = 74


def mount(*arguments):
    """Mounts, or skips the test and says why it cannot be run here."""
    try:
        subprocess.run(["mount", *arguments], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise unittest.SkipTest(f"no disk can be mounted here: {getattr(error, 'stderr', '') or error}")


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class FullDiskTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-full-")
        self.addCleanup(folder.cleanup)
        self.disk = Path(folder.name) / "disk"
        self.disk.mkdir()
        mount("-t", "tmpfs", "-o", f"size={SIZE},mode=700", "depositwatch-test", str(self.disk))
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(self.disk)], check=True)
        self.world = EvmWorld(random.Random("full disk"), addresses=2)
        self.addCleanup(self.world.stop)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)
        self.daemon = Daemon(folder.name, {"dev-evm": self.world.settings()}, self.receiver.url,
                             self.receiver.secret, store=self.disk / "deposits.db")
        self.addCleanup(self.daemon.log.close)
        self.addCleanup(self.daemon.stop)
        self.daemon.start()
        self.mine()
        self.daemon.issue("dev-evm", self.world.addresses)

    def mine(self):
        """A block with a deposit, scanned."""
        payment = self.world.plain(0, self.world.unit)
        self.world.mine([payment])
        self.daemon.wait_for_block("dev-evm", self.world.head)
        return payment

    def fill(self):
        """Leaves no room for a single page."""
        with open(self.disk / "ballast", "wb", buffering=0) as ballast:
            try:
                while ballast.write(bytes(4096)):
                    pass
            except OSError as error:
                self.assertEqual(error.errno, errno.ENOSPC)

    def issue_until_refused(self):
        """How many addresses were acknowledged before the store failed."""
        for number in range(100):
            batch = users(number)
            entries = [{"address": address} for address in batch]
            status, _ = self.daemon.request("PUT", "/v1/addresses", {"chain": "dev-evm", "addresses": entries})
            if status // 100 != 2:
                self.assertEqual(status, 503)
                return number * len(batch)
        self.fail("the full disk took everything")

    def test_a_full_disk_is_told_while_the_daemon_still_answers_and_costs_nothing(self):
        mined = self.mine()
        self.fill()
        acknowledged = self.issue_until_refused()
        # Before the process is gone, and again and again.
        for _ in range(3):
            status, answer = self.daemon.request("GET", "/readyz")
            self.assertEqual((status, answer["ready"]), (503, False))
            self.assertIn("full", answer["store"])
            self.assertIn("make room and start again", answer["store"])
        self.assertEqual(self.daemon.request("GET", "/livez")[0], 200)
        self.assertEqual(self.daemon.process.wait(timeout=30), STORE_HAS_FAILED)
        self.assertIn("nothing is written any more", self.daemon.last_words())
        self.assertIn("make room and start again", self.daemon.last_words())

        self.daemon.launch()
        self.assertEqual(self.daemon.process.wait(timeout=30), STORE_HAS_FAILED, "it started on a full disk")

        (self.disk / "ballast").unlink()
        self.daemon.start()
        later = self.mine()
        watched = self.daemon.request("GET", "/v1/chains")[1]["items"][0]["watched"]
        self.assertEqual(watched, len(self.world.addresses) + acknowledged)
        self.expect_told(mined, later)
        self.assertEqual(self.daemon.stop(), 0)

    def test_a_disk_that_cannot_be_written_is_told_at_the_start(self):
        mined = self.mine()
        self.assertEqual(self.daemon.stop(), 0)
        mount("-o", "remount,ro", str(self.disk))
        self.daemon.launch()
        self.assertEqual(self.daemon.process.wait(timeout=30), STORE_HAS_FAILED)
        self.assertIn("Read-only file system", self.daemon.last_words())
        self.assertIn("Check the disk, the mount and the permissions", self.daemon.last_words())
        mount("-o", "remount,rw", str(self.disk))
        self.daemon.start()
        self.expect_told(mined, self.mine())

    def expect_told(self, *payments):
        """Each payment's deposit has come by callback, and the daemon is well."""
        wanted = {payment.id for payment in payments}

        def told():
            return wanted <= {body["data"].get("transaction") for body in self.receiver.events()}

        wait_until("the callbacks", told, seconds=30)
        self.assertEqual(self.receiver.faults, [])
        self.assertEqual(self.daemon.request("GET", "/readyz")[0], 200)


if __name__ == "__main__":
    unittest.main()
