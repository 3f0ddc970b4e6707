"""The receiver takes what is signed and refuses the rest: `python -m unittest test_receiver`."""
from datetime import datetime, timezone
import http.client
import unittest

from standardwebhooks.webhooks import Webhook

from receiver import Receiver


class ReceiverTests(unittest.TestCase):
    def send(self, receiver, event, body, secret=None):
        now = datetime.now(timezone.utc)
        signature = Webhook(secret or receiver.secret).sign(event, now, body)
        headers = {"webhook-id": event, "webhook-timestamp": str(int(now.timestamp())),
                   "webhook-signature": signature}
        connection = http.client.HTTPConnection("127.0.0.1", receiver.server.server_address[1])
        connection.request("POST", "/callbacks", body, headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def receiver(self, refusal_rate):
        receiver = Receiver(refusal_rate=refusal_rate)
        self.addCleanup(receiver.stop)
        return receiver

    def test_a_signed_callback_is_stored_once_however_often_it_comes(self):
        receiver = self.receiver(0.0)
        self.assertEqual([self.send(receiver, "evt_1", '{"a":1}') for _ in range(2)], [204, 204])
        self.assertEqual((receiver.events(), receiver.faults), ([{"a": 1}], []))

    def test_a_refused_event_is_taken_the_second_time(self):
        receiver = self.receiver(1.0)
        self.assertEqual([self.send(receiver, "evt_1", "{}") for _ in range(2)], [500, 204])

    def test_a_wrong_signature_and_a_changed_body_are_faults(self):
        receiver = self.receiver(0.0)
        self.assertEqual(self.send(receiver, "evt_1", "{}", "whsec_" + "AAAA" * 8), 401)
        self.send(receiver, "evt_2", '{"a":1}')
        self.send(receiver, "evt_2", '{"a":2}')
        self.assertEqual(len(receiver.faults), 2)


if __name__ == "__main__":
    unittest.main()
