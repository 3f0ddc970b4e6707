"""A node, receiver or proxy that refuses every request and answers with all that it was sent."""
from loopback_server import Exchange, LoopbackServer


class Parrot(LoopbackServer):
    def __init__(self, status):
        class Repeating(Exchange):
            def do_POST(self):
                body = self.body()
                self.answer(status, f"you said {self.requestline}\n{self.headers}".encode() + body)

            do_GET = do_CONNECT = do_POST

        super().__init__(Repeating)
