"""What the daemon signs, against the reference verifiers: `python -m unittest test_signatures`."""
import base64
from datetime import datetime
import json
import os
import random
import string
import subprocess
import time
import unittest
import unittest.mock

from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from svix.webhooks import Webhook as SvixWebhook

from daemon import program

VECTOR = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
          "timestamp": 1614265330, "body": '{"test": 2432232314}',
          "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}


def depositwatch(command, *arguments, secret, body):
    return subprocess.run([str(program()), command, *map(str, arguments)], input=body.encode(), capture_output=True,
                          env=os.environ | {"DEPOSITWATCH_SECRET": secret})


def sign(bodies, secret, timestamp, event="evt_test"):
    """The headers of each body."""
    result = depositwatch("sign", "--lines", "--id", event, "--timestamp", timestamp, secret=secret,
                          body="".join(body + "\n" for body in bodies))
    if result.returncode:
        raise RuntimeError(result.stderr.decode())
    return [json.loads(line) for line in result.stdout.splitlines()]


def random_value(chance, depth=0):
    letters = string.printable + "äß漢字🙂\u2028\x00"
    text = "".join(chance.choice(letters) for _ in range(chance.randrange(40)))
    choices = [lambda: text, lambda: chance.randrange(-10 ** 30, 10 ** 30), lambda: None, lambda: chance.random() < 0.5]
    if depth < 3:
        choices += [lambda: [random_value(chance, depth + 1) for _ in range(chance.randrange(4))],
                    lambda: {f"{text}{key}": random_value(chance, depth + 1) for key in range(chance.randrange(4))}]
    return chance.choice(choices)()


@unittest.skipUnless(program().exists(), f"there is no daemon at {program()}")
class SignatureTests(unittest.TestCase):
    def setUp(self):
        self.chance = random.Random("signatures")
        self.secret = "whsec_" + base64.b64encode(self.chance.randbytes(32)).decode()

    def is_taken(self, body, headers, secret=None):
        """Whether both reference verifiers take it; they must agree."""
        verdicts = set()
        for verifier in (Webhook(secret or self.secret), SvixWebhook(secret or self.secret)):
            try:
                verifier.verify(body.encode(), headers)
                verdicts.add(True)
            except WebhookVerificationError:
                verdicts.add(False)
        self.assertEqual(len(verdicts), 1)
        return verdicts.pop()

    def test_the_published_vector(self):
        headers, = sign([VECTOR["body"]], VECTOR["secret"], VECTOR["timestamp"], VECTOR["id"])
        self.assertEqual(headers["webhook-signature"], VECTOR["signature"])

    def test_a_thousand_random_bodies_verify_and_no_changed_one_does(self):
        bodies = [json.dumps(random_value(self.chance), ensure_ascii=self.chance.random() < 0.5)
                  for _ in range(1000)]
        for body, headers in zip(bodies, sign(bodies, self.secret, int(time.time())), strict=True):
            self.assertTrue(self.is_taken(body, headers), body)
            self.assertFalse(self.is_taken(body + " ", headers), body)

    def test_five_minutes_are_the_limit_on_either_side(self):
        moment = 1_700_000_000

        class StoppedClock(datetime):
            @classmethod
            def now(cls, tz=None):
                return cls.fromtimestamp(moment, tz)

        with unittest.mock.patch("standardwebhooks.webhooks.datetime", StoppedClock):
            for offset, is_taken in ((-299, True), (299, True), (-301, False), (301, False)):
                headers, = sign(["{}"], self.secret, moment + offset)
                self.assertEqual(self.is_taken("{}", headers), is_taken, offset)

    def test_during_a_rotation_a_receiver_of_either_secret_verifies(self):
        new = "whsec_" + base64.b64encode(self.chance.randbytes(24)).decode()
        pair = "whsk_" + base64.b64encode(self.chance.randbytes(32)).decode()
        headers, = sign(["{}"], f"{new} {pair} {self.secret}", int(time.time()))
        self.assertTrue(self.is_taken("{}", headers) and self.is_taken("{}", headers, new))
        self.assertIn(" v1a,", headers["webhook-signature"])

    def test_verify_takes_what_sign_has_signed_by_a_key_pair_and_nothing_else(self):
        pair = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="
        headers, = sign(["{}"], pair, int(time.time()))
        arguments = [word for name, value in headers.items() for word in (f"--{name.removeprefix('webhook-')}", value)]
        self.assertEqual(depositwatch("verify", *arguments, secret=pair, body="{}").returncode, 0)
        other = "whpk_" + base64.b64encode(self.chance.randbytes(32)).decode()
        refused = depositwatch("verify", *arguments, secret=other, body="{}")
        self.assertEqual(refused.returncode, 65)
        self.assertIn("no signature matches", refused.stderr.decode())
        unusable = depositwatch("verify", *arguments, secret="whpk_AAAA", body="{}")
        self.assertEqual(unusable.returncode, 78)
        self.assertNotIn("AAAA", unusable.stderr.decode())


if __name__ == "__main__":
    unittest.main()
