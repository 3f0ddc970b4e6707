"""The facts of a chain file that the oracle has to share with the daemon."""
import yaml

from daemon import REPOSITORY


def chain_file(chain):
    return yaml.safe_load((REPOSITORY / "chains" / f"{chain}.yaml").read_text())


def final_depth(chain):
    """Confirmations that make a block final, on a chain without a tag for it."""
    return chain_file(chain)["finality"]["depth"]


def reorg_window(chain):
    """The deepest reorg that is followed unaided, in blocks."""
    return chain_file(chain)["reorg_window"]
