"""What a fixture shows of the catalogue of attacks: `attacks.yaml` beside its tape."""
from dataclasses import dataclass

NOT_A_MOVEMENT = "not a movement"
NOT_A_LISTED_ASSET = "not a listed asset"
NOT_TO_AN_ISSUED_ADDRESS = "not to an issued address"
BELOW_THE_MINIMUM = "below the minimum"
TAKEN_BACK = "taken back"
REVIEW = "review"


@dataclass(frozen=True)
class Fake:
    """A payment, and what in it looks like a deposit and is none: (row, why, position or None)."""

    payment: object
    marks: tuple


def fake(row, why, payment, position=None):
    """Marks a payment, or one position in it, as the catalogue's `row`; marks may be put on one another."""
    mark = (row, why, position)
    if isinstance(payment, Fake):
        return Fake(payment.payment, payment.marks + (mark,))
    return Fake(payment, (mark,))


def showing(*rows):
    """Lets a scenario say which rows it shows by what comes out, without a fake."""

    def wrap(play):
        def with_rows(scene):
            scene.shown += rows
            play(scene)

        return with_rows

    return wrap


def attacks_text(shown, fakes):
    """A fixture's attacks.yaml; empty where it shows none."""
    lines = [f"shows: [{', '.join(shown)}]"] if shown else []
    lines += ["fakes:"] if fakes else []
    for each in fakes:
        for row, why, position in each.marks:
            place = f", position: \"{position}\"" if position else ""
            lines.append(f"  - {{row: {row}, transaction: \"{each.payment.id}\"{place}, why: {why}}}")
    return "".join(line + "\n" for line in lines)
