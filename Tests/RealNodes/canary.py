"""Secrets that are planted to be looked for: one that is found anywhere, in any spelling, has got out."""
import base64
import os
import secrets
from urllib.parse import quote

EDGE = 4            # characters of base64 that change with what stands beside it


class Canary:
    """A secret, and every spelling that would give it away."""

    def __init__(self, name, value=None):
        self.name = name
        # What is not spelled alike in a URL, in JSON and in base64.
        self.text = value or f"{secrets.token_urlsafe(12)}/+={secrets.token_urlsafe(12)}"
        self.spellings = set(spellings(self.text.encode()))

    def also(self, content):
        """The same secret as other bytes: the key behind its text."""
        self.spellings |= set(spellings(content))
        return self

    def __str__(self):
        return self.text

    def is_in(self, content):
        return any(spelling in content for spelling in self.spellings)


def callback_secret(name, prefix="whsec_"):
    """One as Standard Webhooks writes it."""
    key = os.urandom(32)
    encoded = base64.b64encode(key).decode()
    return Canary(name, prefix + encoded).also(encoded.encode()).also(key)


def spellings(content):
    """As it is, in hexadecimal, percent-encoded as little and as much as can be, in JSON, and in base64 wherever it
    stands in what is encoded."""
    yield content
    yield content.hex().encode()
    yield content.hex().upper().encode()
    yield quote(content).encode()
    yield quote(content, safe="").encode()
    for byte in ("%%%02x", "%%%02X"):
        yield "".join(byte % each for each in content).encode()
    yield content.replace(b"/", b"\\/")
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + content).rstrip(b"=")
        inner = encoded[EDGE if shift else 0:-EDGE]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")
