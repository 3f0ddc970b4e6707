"""JSON-RPC 2.0 over HTTP/1.1 on loopback: keep-alive, batches, ids echoed."""
import json
import threading
import traceback

from loopback_server import Exchange, LoopbackServer


class RpcError(Exception):
    """An error that the client is told about."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def answer_one(methods, request):
    """The answer to one request object; None for a notification."""
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        return failure(None, -32600, "invalid request")
    identifier, name = request.get("id"), request["method"]
    try:
        result = methods(name, request.get("params", []))
    except RpcError as error:
        return failure(identifier, error.code, str(error))
    except Exception as error:
        traceback.print_exc()
        return failure(identifier, -32603, f"{type(error).__name__}: {error}")
    return {"jsonrpc": "2.0", "id": identifier, "result": result} if "id" in request else None


def failure(identifier, code, message):
    return {"jsonrpc": "2.0", "id": identifier, "error": {"code": code, "message": message}}


def answer(methods, body):
    """The answer to a whole HTTP body: one request or a batch of them."""
    try:
        request = json.loads(body)
    except ValueError:
        return failure(None, -32700, "parse error")
    if not isinstance(request, list):
        return answer_one(methods, request)
    if not request:
        return failure(None, -32600, "empty batch")
    answers = (answer_one(methods, each) for each in request)
    return [each for each in answers if each is not None]


class JsonRpcServer(LoopbackServer):
    """Serves `methods(name, params)`, which raises RpcError to refuse, on a free port, one call at a time."""

    def __init__(self, methods, port=0):
        lock = threading.RLock()

        class Calling(Exchange):
            def do_POST(self):
                body = self.body()
                with lock:
                    reply = json.dumps(answer(methods, body), separators=(",", ":")).encode()
                self.answer(200, reply, Content_Type="application/json")

        self.lock = lock
        super().__init__(Calling, port)
        self.url = f"http://{self.address}"
