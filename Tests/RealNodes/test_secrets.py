"""Secrets do not get out: `python -m unittest test_secrets`.

A daemon with a canary in every place where a secret may stand lives through a bad day with failing nodes and
receivers that answer with whatever they were sent. Then everything it has said, stored and started is searched.
"""
import base64
import http.client
import json
import os
from pathlib import Path
import random
import re
import subprocess
import tempfile
import unittest
from urllib.parse import quote

from canary import Canary, callback_secret
from daemon import Daemon, REPOSITORY, program, wait_until
from evm_world import EvmWorld
from litecoin_node import free_port
from parrot import Parrot
from receiver import Receiver
from test_callback_routes import Authority


class CanaryTests(unittest.TestCase):
    def test_a_canary_is_found_in_every_spelling(self):
        canary = Canary("a", "s3cret/+=word")
        basic = base64.b64encode(b"rpc:s3cret/+=word, and more").decode()
        for text in ("s3cret/+=word", "7333637265742f2b3d776f7264", "s3cret/%2B%3Dword", "s3cret%2F%2B%3Dword",
                     "%73%33%63%72%65%74%2f%2b%3d%77%6f%72%64", "s3cret\\/+=word", basic,
                     base64.urlsafe_b64encode(b"xs3cret/+=word").decode()):
            self.assertTrue(canary.is_in(f"before {text} behind".encode()), text)
        self.assertFalse(canary.is_in(b"s3cret word"))


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class SecretTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depositwatch-secrets-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.world = EvmWorld(random.Random("secrets"), addresses=2)
        self.receiver = Receiver()
        self.node_parrot, self.parrot, self.proxy = Parrot(500), Parrot(422), Parrot(407)
        for each in (self.world, self.receiver, self.node_parrot, self.parrot, self.proxy):
            self.addCleanup(each.stop)
        self.canaries, self.environment, self.heard = [], {}, []
        self.key = None

    # Planting.

    def plant(self, name, canary=None):
        canary = canary or Canary(name)
        self.canaries.append(canary)
        return canary

    def in_file(self, name, canary=None):
        (self.folder / name).write_text(f"{self.plant(name, canary)}\n")
        (self.folder / name).chmod(0o600)
        return {"file": str(self.folder / name)}

    def in_environment(self, name, canary=None):
        self.environment[name] = str(self.plant(name, canary))
        return {"env": name}

    def in_url(self, name):
        return quote(str(self.plant(name)), safe="")

    def nodes(self):
        """One that works, one that answers with what it is sent, one that is not there: each with secrets."""
        host = self.world.url.removeprefix("http://")
        return [
            {"url": f"http://{self.node_parrot.address}/v3/{self.in_url('node path')}?key={self.in_url('node query')}",
             "user": "rpc", "password": self.in_file("node-password"),
             "headers": {"X-Key": self.in_environment("NODE_KEY")}},
            {"url": f"http://127.0.0.1:{free_port()}/{self.in_url('dead path')}",
             "headers": {"Authorization": self.in_file("dead-token")}},
            f"http://us:{self.in_url('node userinfo')}@{host}/{self.in_url('good path')}",
        ]

    def callbacks(self, authority):
        chain, key = authority.issue("depositwatch")
        lines = key.read_text().splitlines()[1:-1]
        self.key = self.plant("TLS key", Canary("TLS key", lines[0]).also(base64.b64decode("".join(lines))))
        secret = Canary("receiver's secret", self.receiver.secret).also(self.receiver.secret[6:].encode())
        bad = {"secret": self.in_file("other-secret", callback_secret("other secret")), "schedule": ["0s", "1s"]}
        script = self.folder / "program"
        script.write_text(f"#!/bin/sh\n{{ env; tr '\\0' '\\n' < /proc/$$/cmdline; ls -l /proc/$$/fd; }} "
                          f">> {self.folder}/program.saw\ncat > /dev/null\n")
        script.chmod(0o700)
        return {
            "receiver": {"url": self.receiver.url,
                         "secret": [self.in_file("secret", secret),
                                    self.in_environment("NEXT", callback_secret("next secret")),
                                    self.in_file("pair", callback_secret("key pair", "whsk_"))],
                         "headers": {"X-Token": self.in_environment("RECEIVER_TOKEN")}},
            "parrot": bad | {"url": f"http://{self.parrot.address}/hooks?token={self.in_url('hook query')}",
                             "headers": {"Authorization": self.in_file("bearer")}},
            "proxied": bad | {"url": "https://ledger.example/hooks",
                              "proxy": {"url": f"http://{self.proxy.address}", "user": "us",
                                        "password": self.in_environment("PROXY_PASSWORD")}},
            "certified": bad | {"url": self.receiver.url.replace("http:", "https:"),
                                "certificate": {"chain": str(chain), "key": str(key)}},
            "program": bad | {"url": f"exec:{script}"},
        }

    def daemon(self):
        daemon = Daemon(self.folder, {"dev-evm": {"nodes": self.nodes(), "from": 0, "policy": [{"depth": 2}]}},
                        self.receiver.url, self.receiver.secret)
        self.addCleanup(daemon.log.close)
        self.addCleanup(daemon.stop)
        callbacks = self.callbacks(Authority(self.folder, "authority"))
        self.token = str(self.plant("API token"))
        tokens = f"admin:{self.token}\nread:{self.plant('read token')}\n"
        daemon.write_private("tokens", tokens)
        key = base64.b64encode(os.urandom(32)).decode()
        api = {"secrets_key": self.in_file("secrets-key", Canary("secrets key", key).also(base64.b64decode(key))),
               "callback_networks": ["127.0.0.1"]}
        daemon.change(lambda settings: settings.update(callbacks=callbacks, api=settings["api"] | api))
        return daemon

    # A bad day.

    def test_no_secret_gets_out_by_any_way(self):
        daemon = self.daemon()
        for form in ("json", "text"):
            daemon.launch(self.environment, ["--log-level", "trace", "--log-format", form])
            wait_until("the API", lambda: self.is_up(daemon))
            self.make_callback(daemon, f"made-{form}")
            self.live(daemon)
            self.hear(f"the process list, {form}", self.processes())
            self.ask_everything(daemon)
            self.assertEqual(daemon.stop(), 0)
        self.command_everything(daemon)
        self.misconfigure(daemon)
        self.hear("the log", (self.folder / "daemon.log").read_bytes())
        self.hear("what the program saw", (self.folder / "program.saw").read_bytes())
        for file in self.folder.glob("deposits.db*"):
            self.hear(file.name, file.read_bytes())
        self.expect_all_to_be_in_use()
        found = {f"{canary.name} in {where}: {around(canary, content)}"
                 for where, content in self.heard for canary in self.canaries if canary.is_in(content)}
        self.assertEqual(found, set())

    def hear(self, where, content):
        self.assertTrue(content, f"{where} is empty")
        self.heard.append((where, content))

    def is_up(self, daemon):
        daemon.expect_running()
        try:
            return self.call(daemon, "GET", "/livez")[0] == 200
        except OSError:
            return False

    def call(self, daemon, method, path, body=None, token=None):
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=30)
        connection.request(method, path, json.dumps(body) if body is not None else None,
                           {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        content = f"{answer.status} {answer.headers}".encode() + answer.read()
        connection.close()
        self.heard.append((f"{method} {path}", content))
        return answer.status, content

    def make_callback(self, daemon, name):
        """Its secret is shown once, here, and never again."""
        made = {"callback": name, "url": f"http://{self.parrot.address}/made",
                "headers": {"X-Made": str(self.plant(f"{name} header"))}}
        status, content = self.call(daemon, "POST", "/v1/callbacks", made)
        self.assertEqual(status, 201, content)
        where, shown = self.heard.pop()
        secret = json.loads(shown.split(b"\n\n", 1)[1])["secret"]
        key = base64.b64decode(secret.removeprefix("whsec_"))
        self.plant(f"{name} secret", Canary(name, secret).also(secret[6:].encode()).also(key))
        self.hear(where, shown.replace(secret.encode(), b"(shown once)"))

    def live(self, daemon):
        """Deposits that every callback hears of, until the bad ones have given some of them up."""
        entries = [{"address": address} for address in self.world.addresses]
        self.assertEqual(self.call(daemon, "PUT", "/v1/addresses", {"chain": "dev-evm", "addresses": entries})[0], 200)
        for _ in range(3):
            self.world.mine([self.world.plain(0, self.world.unit)])
        wait_until("the made one to fail", lambda: b"you said" in self.call(
            daemon, "GET", "/v1/deliveries?callback=made-json&limit=1000")[1], seconds=30)
        for name in ("parrot", "proxied", "certified"):
            wait_until(f"{name} to fail", lambda: b'"exhausted"' in self.call(
                daemon, "GET", f"/v1/deliveries?callback={name}&status=exhausted")[1], seconds=30)
        for name in ("receiver", "program"):
            wait_until(f"{name} to take events", lambda: b'"delivered"' in self.call(
                daemon, "GET", f"/v1/deliveries?callback={name}&status=delivered")[1], seconds=30)

    def processes(self):
        return subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, check=True).stdout

    def ask_everything(self, daemon):
        """Every call that openapi.yaml has, as it is meant and as it is not."""
        deposit = json.loads(self.body(daemon, "/v1/deposits?limit=1"))["items"][0]["id"]
        delivery = json.loads(self.body(daemon, "/v1/deliveries?callback=parrot"))["items"][0]["id"]
        paths = re.findall(r"^  (/\S*):$", (REPOSITORY / "Sources/DepositAPI/Resources/openapi.yaml").read_text(), re.M)
        self.assertGreater(len(paths), 15)
        for path in paths:
            for name, id in (("deposits", deposit), ("deliveries", delivery)):
                path = path.replace(f"/{name}/{{id}}", f"/{name}/{id}")
            path = path.replace("{chain}", "dev-evm").replace("{address}", self.world.addresses[0])
            names = ("receiver", "parrot", "proxied", "certified", "program", "made-json") if "{name}" in path else ("",)
            for name in names:
                for method in ("GET", "POST"):
                    self.call(daemon, method, path.replace("{name}", name), {} if method == "POST" else None)
        self.call(daemon, "GET", "/v1/chains", token=f"{self.token}x")
        self.call(daemon, "GET", f"/v1/nothing/{'x' * 40}")

    def body(self, daemon, path):
        return self.call(daemon, "GET", path)[1].split(b"\n\n", 1)[1]

    def command(self, *words, environment=None, input=b""):
        given = {"DEPOSITWATCH_TOKEN": self.token} | (self.environment if environment is None else environment)
        result = subprocess.run([str(program()), *map(str, words)], capture_output=True, input=input, timeout=120,
                                env=os.environ | given, cwd=self.folder)
        content = result.stdout + result.stderr
        self.hear(" ".join(map(str, words[:3])), content)
        return content.decode()

    def command_everything(self, daemon):
        """Every command's help, and those commands that meet a secret, well and otherwise."""
        for name in re.findall(r"^  ([a-z]+)  ", self.command("--help"), re.M):
            for sub in [""] + re.findall(r"^  ([a-z]+)  ", self.command(name, "--help"), re.M):
                self.command(name, *([sub] if sub else []), "--help")
        config, api = ["--config", daemon.configuration], ["--api", f"http://127.0.0.1:{daemon.port}"]
        dead = f"http://us:{self.in_url('URL of a command')}@127.0.0.1:{free_port()}/{self.in_url('path of a command')}"
        (self.folder / "watch.yaml").write_text(f"addresses: [{{address: '{self.world.addresses[0]}'}}]\n")
        signature = "v1," + base64.b64encode(os.urandom(32)).decode()
        for options in ([], ["--online"]):
            self.command("check", *config, *options)
        self.command("check", *config, environment={})
        self.command("audit", "dev-evm", 0, 2, *config)
        self.command("audit", "dev-evm", 0, 2, *config, "--node", dead)
        self.command("record", "--chain", "dev-evm", "--node", dead, "--from", 1, "--watch", "watch.yaml",
                     "--out", "out")
        for name in ("RECEIVER_TOKEN", "NEXT"):
            environment = {"DEPOSITWATCH_SECRET": self.environment[name]}
            self.command("sign", "--id", "evt_1", environment=environment, input=b"{}")
            self.command("verify", "--id", "evt_1", "--timestamp", 1, "--signature", signature,
                         environment=environment, input=b"{}")
        self.command("callback", "rotate", "receiver", *config)
        daemon.launch(self.environment)
        wait_until("the API", lambda: self.is_up(daemon))
        for words in (["callback", "list"], ["callback", "test", "receiver"], ["callback", "test", "parrot"],
                      ["delivery", "list"], ["delivery", "show", 2], ["chain", "list"], ["deposit", "list"],
                      ["address", "list"], ["events", "follow", "--once"]):
            self.command(*words, *api)
        self.command("chain", "list", *api, environment={"DEPOSITWATCH_TOKEN": f"{self.token}x"})
        self.assertEqual(daemon.stop(), 0)

    def misconfigure(self, daemon):
        """Each of these is refused; what is refused is not repeated."""
        good = daemon.configuration.read_text()
        for text in (str(self.plant("no secret")), f"whsec_{self.plant('a secret that is no base64')}"):
            (self.folder / "wrong").write_text(text)
            for secret in ({"file": str(self.folder / "wrong")}, {"env": "WRONG"}, text):
                daemon.change(lambda settings: settings["callbacks"]["receiver"].update(secret=secret))
                for command in ("check", "run"):
                    said = self.command(command, "--config", daemon.configuration,
                                        environment=self.environment | {"WRONG": text})
                    self.assertIn("depositwatch.yaml:", said)
                daemon.configuration.write_text(good)
        daemon.write_private("tokens", f"{self.plant('a token without a scope')}")
        self.assertIn("tokens", self.command("run", "--config", daemon.configuration))

    def expect_all_to_be_in_use(self):
        """A canary that nobody uses would never be found: what is sent has come, what signs has signed."""
        headers = [headers for _, _, headers in self.receiver.arrivals]
        self.assertIn(self.environment["RECEIVER_TOKEN"], {each.get("x-token") for each in headers})
        self.assertEqual({len(each["webhook-signature"].split()) for each in headers}, {3})
        self.assertEqual(self.receiver.faults, [])


def around(canary, content):
    at = min(content.find(spelling) for spelling in canary.spellings if spelling in content)
    return content[max(0, at - 60):at + 40]


if __name__ == "__main__":
    unittest.main()
