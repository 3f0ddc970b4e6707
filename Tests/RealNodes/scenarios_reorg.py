"""Reorgs, the same on every chain: the deposit's transaction is mined again, elsewhere or never."""

from attacks import showing


def reorg(depth, fate):
    """A reorg of `depth` blocks over two deposits: one in the lowest block dropped, one in the highest."""

    def play(scene):
        early, late = two_payments(scene.world)
        scene.begin()
        if depth == 1:
            scene.mine(early, late)
        else:
            scene.mine(early)
            scene.mine_empty(depth - 2)
            scene.mine(late)
        branches = {
            "again": [[early]] + [[]] * (depth - 2) + [[late], []] if depth > 1 else [[early, late], []],
            "elsewhere": [[]] * (depth + 1) + [[late, early]],
            "never": [[]] * (depth + 2),
        }
        scene.fork(depth, *branches[fate])
        scene.mine_empty(4)

    return play


def two_payments(world):
    return world.plain(0, 5 * world.unit), world.plain(1, 7 * world.unit)


def beyond_the_window(scene):
    """A reorg below the newest final block: the chain halts, and a confirmed deposit stays as it was told."""
    scene.begin()
    scene.mine(scene.world.plain(0, 5 * scene.world.unit))
    blocks = scene.world.finality_distance + 2
    scene.mine_empty(blocks)
    scene.fork_beyond_the_window(blocks + 1, blocks + 2)


def restart_in_reorg(scene):
    """The new branch is shown while it is still shorter than the old one was, and grows block by block.

    Whoever plays this with a restart after every turn restarts in the middle of the reorg.
    """
    early, late = two_payments(scene.world)
    scene.begin()
    scene.mine(early)
    scene.mine_empty(1)
    scene.mine(late)
    scene.fork(3, [])
    scene.mine(late)
    scene.mine(early)
    scene.mine_empty(3)


def demo(scene):
    """What `depositwatch demo` shows: deposits count up, a reorg takes a confirmed one back, and it is mined again."""
    early, late = two_payments(scene.world)
    scene.begin()
    scene.mine(early)
    scene.mine_empty(1)
    scene.mine(late)
    scene.fork(3, [], [early], [], [late])
    scene.mine_empty(7)


def scenarios():
    """Name to scenario."""
    rows = {"again": [], "elsewhere": [], "never": ["G8"]}
    named = {f"reorg-{depth}-{fate}": showing(*rows[fate])(reorg(depth, fate))
             for depth in (1, 3) for fate in ("again", "elsewhere", "never")}
    return named | {"reorg-beyond-window": showing("G4")(beyond_the_window),
                    "restart-in-reorg": showing("G3")(restart_in_reorg),
                    "demo": demo}
