"""Callbacks over mutual TLS, from an address, through a proxy: `python -m unittest test_callback_routes`."""
import base64
import json
from pathlib import Path
import random
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from daemon import Daemon, program, wait_until
from evm_world import EvmWorld
from receiver import Receiver


class Authority:
    """A certificate authority of a day, by the system's openssl."""

    def __init__(self, folder, name):
        self.folder, self.name = Path(folder), name
        self.certificate, self.key = self.make(name, ["-addext", "basicConstraints=critical,CA:TRUE"])

    def make(self, name, arguments):
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                   "-days", "2", "-subj", f"/CN={name}", "-keyout", key, "-out", certificate, *arguments]
        subprocess.run([str(word) for word in command], check=True, capture_output=True)
        return certificate, key

    def issue(self, name):
        return self.make(name, ["-CA", self.certificate, "-CAkey", self.key,
                                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])


class Proxy:
    """Connects wherever CONNECT asks it to, and keeps what it was asked."""

    def __init__(self):
        self.asked = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.connect, args=[client], daemon=True).start()

    def connect(self, client):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            part = client.recv(4096)
            if not part:
                return
            head += part
        self.asked.append(head.decode())
        host, port = head.split()[1].decode().rsplit(":", 1)
        server = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=self.pass_on, args=[source, target], daemon=True).start()

    @staticmethod
    def pass_on(source, target):
        try:
            while part := source.recv(65536):
                target.sendall(part)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
@unittest.skipUnless(shutil.which("openssl"), "there is no openssl to make certificates with")
class CallbackRouteTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-routes-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.authority = Authority(self.folder, "authority")
        self.world = EvmWorld(random.Random("routes"), addresses=2)
        self.addCleanup(self.world.stop)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)

    def demand_certificates(self):
        """From now on the receiver speaks TLS, and only with those whom the authority knows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.authority.issue("receiver"))
        context.load_verify_locations(self.authority.certificate)
        context.verify_mode = ssl.CERT_REQUIRED
        server = self.receiver.server
        server.socket = context.wrap_socket(server.socket, server_side=True)
        return self.receiver.url.replace("http://127.0.0.1", "https://localhost")

    def deposit(self, url, **options):
        """Runs a daemon with one callback, and has one deposit mined."""
        daemon = Daemon(self.folder, {"dev-evm": self.world.settings()}, url, self.receiver.secret)
        settings = json.loads(daemon.configuration.read_text())
        settings["callbacks"]["receiver"].update(options)
        daemon.configuration.write_text(json.dumps(settings))
        self.addCleanup(daemon.log.close)
        self.addCleanup(daemon.stop)
        daemon.start()
        daemon.issue("dev-evm", self.world.addresses)
        self.world.mine([self.world.plain(0, self.world.unit)])
        return daemon

    def client_certificate(self):
        chain, key = self.authority.issue("depositwatch")
        return {"chain": str(chain), "key": str(key)}

    def arrival(self):
        wait_until("a callback", lambda: self.receiver.arrivals, seconds=30)
        self.assertEqual(self.receiver.faults, [])
        return self.receiver.arrivals[0]

    def test_a_receiver_behind_mutual_tls_is_reached_from_an_address_of_ours(self):
        url = self.demand_certificates()
        self.deposit(url, ca=str(self.authority.certificate), certificate=self.client_certificate(),
                     source="127.0.0.5", headers={"X-Tenant": "acme"})
        address, certificate, headers = self.arrival()
        self.assertIn((("commonName", "depositwatch"),), certificate["subject"])
        self.assertEqual(address, "127.0.0.5")
        self.assertEqual(headers["x-tenant"], "acme")

    def test_a_receiver_of_another_authority_gets_nothing(self):
        url = self.demand_certificates()
        stranger = Authority(self.folder, "stranger")
        daemon = self.deposit(url, ca=str(stranger.certificate), certificate=self.client_certificate())

        def failure():
            items = daemon.request("GET", "/v1/deliveries")[1]["items"]
            return next((item["last_attempt"]["failure"] for item in items if item["last_attempt"]), None)

        self.assertRegex(wait_until("an attempt", failure, seconds=30), "certificate")
        self.assertEqual(self.receiver.arrivals, [])

    def test_a_receiver_is_reached_through_a_proxy_that_knows_us(self):
        proxy = Proxy()
        self.addCleanup(proxy.socket.close)
        (self.folder / "proxy-password").write_text("word\n")
        self.deposit(self.demand_certificates(), ca=str(self.authority.certificate),
                     certificate=self.client_certificate(),
                     proxy={"url": f"http://{proxy.address}", "user": "us",
                            "password": {"file": str(self.folder / "proxy-password")}})
        self.arrival()
        self.assertTrue(proxy.asked[0].startswith("CONNECT localhost:"))
        self.assertIn("Proxy-Authorization: Basic " + base64.b64encode(b"us:word").decode(), proxy.asked[0])


if __name__ == "__main__":
    unittest.main()
