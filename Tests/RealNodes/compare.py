"""Compares what a receiver was sent with what an oracle says, and tells the difference to a person."""

FIELDS = ["type", "asset", "amount", "address", "transaction", "position", "sequence", "status",
          "height", "block"]


def received_event(body):
    """A callback's body in the oracle's words: its block holds the transfer, or held it last."""
    data = body["data"]
    block = data.get("block") or data.get("displaced_block") or {}
    event = {name: data.get(name) for name in FIELDS if name in data}
    return event | {"type": body["type"], "height": block.get("height"), "block": block.get("hash")}


def differences(world, oracle, receiver):
    """Everything that is not as it should be, a line each."""
    found = list(receiver.faults) + wrong_holdings(world, oracle)
    streams = {}
    for body in receiver.events():
        if not body["type"].startswith("deposit."):
            found.append(f"unexpected {body['type']}: {body['data']}")
            continue
        streams.setdefault(body["data"]["id"], []).append(received_event(body))
    expected = {identity: events for identity, events in oracle.streams().items() if events}
    for identity in sorted(expected.keys() | streams.keys()):
        found += stream_differences(identity, expected.get(identity, []), streams.get(identity, []))
    return found


def stream_differences(identity, expected, actual):
    """The first difference between two streams of one deposit, with both streams around it."""
    expected = [{name: event[name] for name in FIELDS} for event in expected]
    actual = [{name: event.get(name) for name in FIELDS} for event in actual]
    if expected == actual:
        return []
    lines = [f"deposit {identity} differs:", *shown("expected", expected), *shown("received", actual)]
    for wanted, got in zip(expected, actual):
        different = [name for name in FIELDS if wanted[name] != got[name]]
        if different:
            detail = ", ".join(f"{name} {wanted[name]!r} became {got[name]!r}" for name in different)
            lines.append(f"  at sequence {wanted['sequence']}: {detail}")
            break
    return ["\n".join(lines)]


def shown(title, events):
    if not events:
        return [f"  {title}: nothing"]
    return [f"  {title}: {event['sequence']} {event['status']} {event['amount']} {event['asset']} at "
            f"{event['height']} {str(event['block'])[:14]} ({event['transaction']} {event['position']})"
            for event in events]


def wrong_holdings(world, oracle, addresses=None):
    """Where the oracle itself disagrees with the node's own books: then the test is wrong, not the daemon.

    `addresses` limits it to those whose every income is a deposit.
    """
    standing = {}
    for deposit in oracle.deposits.values():
        if deposit.status in ("detected", "confirmed", "finalized"):
            place = deposit.transfer.address, deposit.transfer.asset
            standing[place] = standing.get(place, 0) + deposit.transfer.amount
    return [f"the oracle is wrong about {place}: it says {standing.get(place, 0)}, the node {held}"
            for place, held in world.holdings().items()
            if held != standing.get(place, 0) and (addresses is None or place[0] in addresses)]
