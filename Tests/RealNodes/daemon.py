"""Runs the depositwatch daemon as an operator does: a configuration, a process, and its HTTP API."""
import http.client
import json
import os
from pathlib import Path
import signal
import subprocess
import time

from litecoin_node import free_port

REPOSITORY = Path(__file__).resolve().parents[2]
TOKEN = "development-token"
SCHEDULE = ["0s", "1s", "1s", "2s", "5s", "10s", "30s"]     # when a refused callback is sent again


def program():
    """The daemon's binary: DEPOSITWATCH, or the debug build."""
    return Path(os.environ.get("DEPOSITWATCH", REPOSITORY / ".build" / "debug" / "depositwatch"))


def wait_until(what, condition, seconds=60, pause=0.05):
    """Asks an outside process again and again until the condition holds; the value it held with."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(pause)
    raise TimeoutError(f"after {seconds} s still waiting for {what}")


class Daemon:
    """A daemon with its own folder: configuration, database, log. `kill` is kill -9; `start` goes on."""

    def __init__(self, folder, chains, callback_url, secret, store=None):
        self.folder = Path(folder)
        self.store = store or self.folder / "deposits.db"
        self.port = free_port()
        self.process = None
        self.log = open(self.folder / "daemon.log", "ab")
        self.write_private("secret", secret)
        self.write_private("tokens", f"admin:{TOKEN}")
        self.configuration = self.folder / "depositwatch.yaml"
        # JSON is YAML, and needs no library to be written.
        self.configuration.write_text(json.dumps(self.settings(chains, callback_url), indent=2) + "\n")

    def write_private(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)

    def settings(self, chains, callback_url):
        return {
            "store": f"sqlite:{self.store}",
            "chain_files": str(REPOSITORY / "chains"),
            "chains": chains,
            "callbacks": {"receiver": {
                "url": callback_url, "secret": {"file": str(self.folder / "secret")}, "schedule": SCHEDULE}},
            "api": {"listen": f"127.0.0.1:{self.port}", "tokens": {"file": str(self.folder / "tokens")}},
        }

    def change(self, change):
        """Lets `change` edit the settings; they count from the next start on."""
        settings = json.loads(self.configuration.read_text())
        change(settings)
        self.configuration.write_text(json.dumps(settings, indent=2) + "\n")

    def start(self, environment=None, arguments=()):
        self.launch(environment, arguments)
        wait_until("the daemon's API", self.alive)

    def launch(self, environment=None, arguments=()):
        """Starts it without waiting for anything."""
        command = [str(program()), "run", "--config", str(self.configuration), *arguments]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log,
                                        env=os.environ | (environment or {}))

    def alive(self):
        self.expect_running()
        try:
            return self.request("GET", "/livez")[0] == 200
        except OSError:
            return False

    def expect_running(self):
        status = self.process.poll()
        if status is not None:
            raise RuntimeError(f"the daemon ended with status {status}:\n{self.last_words()}")

    def last_words(self):
        return "\n".join((self.folder / "daemon.log").read_text(errors="replace").splitlines()[-15:])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Asks the daemon to end, as systemd does; its exit status."""
        if self.process is None or self.process.poll() is not None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    # The HTTP API.

    def request(self, method, path, body=None):
        """Status and decoded body of one call."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status, json.loads(text) if is_json and text else text

    def issue(self, chain, addresses, since=None):
        """Issues addresses; they are watched when this returns, and looked for from the height `since` on."""
        late = {} if since is None else {"from": since}
        entries = [{"address": address} | late for address in addresses]
        status, answer = self.request("PUT", "/v1/addresses", {"chain": chain, "addresses": entries})
        if status // 100 != 2:
            raise RuntimeError(f"issuing addresses was answered {status}: {answer}")

    def scanned(self, chain):
        """The hash of the newest block that the daemon has scanned; None while there is none."""
        try:
            status, answer = self.request("GET", "/v1/chains")
        except OSError:
            return None
        if status != 200:
            return None
        entry = next((item for item in answer["items"] if item["chain"] == chain), {})
        return (entry.get("scanned") or {}).get("hash")

    def wait_for_block(self, chain, block_hash, seconds=60):
        def reached():
            self.expect_running()
            return self.scanned(chain) == block_hash

        wait_until(f"{chain} block {block_hash} to be scanned", reached, seconds)
