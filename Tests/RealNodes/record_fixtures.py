"""Records the fixtures of dev-evm and litecoin-regtest: `python record_fixtures.py [NAME …]`.

Each scenario gets a node of its own. The tape comes from `depositwatch record`; the events that must come out
are the oracle's, from what the scenario did, and a replay of the tape has to give them. `--play` plays without
recording, and shows the events.
"""
import argparse
from pathlib import Path
import random
import shutil
import sys
import tempfile

from chain_file import final_depth
from compare import wrong_holdings
from daemon import REPOSITORY, program
from evm_world import EvmWorld
from litecoin_world import LitecoinWorld
from recorder import NoRecorder, Recorder, replay
from scene import Scene
import scenarios_evm
import scenarios_litecoin
import scenarios_reorg
import scenarios_tokens


def evm_world():
    world = EvmWorld(random.Random(0), addresses=2, finality_distance=6)
    for _ in range(3):
        world.mine([])
    return world


def litecoin_world():
    return LitecoinWorld(random.Random(0), addresses=4, coins=64, final_depth=final_depth("litecoin-regtest"))


def all_scenarios():
    """(folder below fixtures, world maker, scenario), for every fixture."""
    families = [("evm/dev-evm", evm_world, [scenarios_evm, scenarios_tokens, scenarios_reorg]),
                ("bitcoin/litecoin-regtest", litecoin_world, [scenarios_litecoin, scenarios_reorg])]
    for place, make_world, forms in families:
        for name, play in (each for form in forms for each in form.scenarios().items()):
            yield f"{place}/{name}", make_world, play


def record(folder, make_world, play, recorder_class):
    """Plays one scenario on a new node; the scene it left."""
    world = make_world()
    addresses = set(world.addresses)
    scene = Scene(world, folder, recorder_class)
    try:
        play(scene)
        scene.finish()
        if not scene.halted:
            wrong = wrong_holdings(world, scene.oracle, addresses)
            assert not wrong, wrong
    finally:
        if scene.recorder:
            scene.recorder.abandon()
        world.stop()
    return scene


def show(place, scene):
    print(f"{place}: {len(scene.oracle.events)} events")
    for event in scene.oracle.events:
        amount = f"{event['amount']} {event['asset']} {event['position']} " if "amount" in event else ""
        print(f"    {event.get('sequence', '-')} {event['type']} {amount}at {event['height']}")


def main():
    parser = argparse.ArgumentParser(description="Records the fixtures of the development chains.")
    parser.add_argument("names", nargs="*", help="parts of the folders to record; all when there are none")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "fixtures")
    parser.add_argument("--play", action="store_true", help="plays without recording")
    options = parser.parse_args()
    if not options.play and not program().exists():
        sys.exit(f"there is no daemon at {program()}: build it, or say where it is in DEPOSITWATCH")
    failed = []
    with tempfile.TemporaryDirectory(prefix="depositwatch-fixtures-") as scratch:
        for place, make_world, play in all_scenarios():
            if options.names and not any(name in place for name in options.names):
                continue
            made = Path(scratch) / place
            scene = record(made, make_world, play, NoRecorder if options.play else Recorder)
            show(place, scene)
            if not options.play:
                failed += [f"{place}: {difference}" for difference in replay(made)]
                shutil.rmtree(options.out / place, ignore_errors=True)
                shutil.copytree(made, options.out / place)
    if failed:
        sys.exit("\n".join(failed))


if __name__ == "__main__":
    main()
