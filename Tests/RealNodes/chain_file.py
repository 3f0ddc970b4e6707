"""The facts of a chain file that the oracle has to share with the daemon."""
from decimal import Decimal

import yaml

from daemon import REPOSITORY


def chain_file(chain):
    return yaml.safe_load((REPOSITORY / "chains" / f"{chain}.yaml").read_text())


def chain_file_with(chain, *assets):
    """The text of a chain file with more assets, each written as a line of YAML."""
    text = (REPOSITORY / "chains" / f"{chain}.yaml").read_text()
    return text.replace("\nassets:\n", "\nassets:\n" + "".join(f"  - {asset}\n" for asset in assets))


def final_depth(chain):
    """Confirmations that make a block final, on a chain without a tag for it."""
    return chain_file(chain)["finality"]["depth"]


def minimum(chain, asset):
    """The smallest amount of an asset that gives events, in base units; at least 1."""
    entry = next((entry for entry in chain_file(chain)["assets"] if entry["id"] == asset), {})
    return max(1, int(Decimal(entry.get("minimum", "0")) * 10 ** entry.get("decimals", 0)))


def reorg_window(chain):
    """The deepest reorg that is followed unaided, in blocks."""
    return chain_file(chain)["reorg_window"]
