"""What the tests' HTTP servers have in common: each on a free port of the loopback interface, in threads of its own."""
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import threading


class Exchange(BaseHTTPRequestHandler):
    """A request and its answer, without a word on standard error."""
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass        # the other side was killed, or was refused and goes away


class LoopbackServer:
    """Serves with the given kind of Exchange until it is stopped."""

    def __init__(self, exchange, port=0):
        self.server = ThreadingHTTPServer(("127.0.0.1", port), exchange)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
