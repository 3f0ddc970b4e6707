"""Kills the daemon with kill -9 at named and at random moments: `python kill_test.py --kills 200`.

An undisturbed daemon watches a film first. Then others watch it and are killed time and again; what each has
told in the end, by its feed and by its callbacks, must be what the first one told: the same events, the same
ids, the same bytes but for when it was decided, in the same order for each deposit.
"""
import argparse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
import os
import sys
import tempfile
import time

from daemon import program
from film import Film
from life import POINTS, UNANSWERED, Life

KILLS_OF_A_LIFE = 25
RECOVERS_WITHIN = 5.0       # seconds


def live(film, kills, seed):
    with tempfile.TemporaryDirectory(prefix="depositwatch-kill-") as folder:
        life = Life(film, folder, kills, seed)
        return life, life.live()


def differences(told, expected):
    found = []
    for way, events, wanted in (("feed", told.feed, expected.feed),
                                ("callbacks", told.callbacks, expected.callbacks)):
        for deposit in sorted(events.keys() | wanted.keys(), key=str):
            here, there = events.get(deposit, []), wanted.get(deposit, [])
            if here != there:
                found.append(f"the {way} of {deposit}: {first_difference(here, there)}")
    return found


def count(told):
    return sum(len(events) for events in told.callbacks.values())


def first_difference(here, there):
    index = next((index for index, pair in enumerate(zip(here, there)) if pair[0] != pair[1]),
                 min(len(here), len(there)))
    return f"event {index + 1} is {words(here, index)} and should be {words(there, index)}"


def words(events, index):
    if index >= len(events):
        return "missing"
    name, body = events[index]
    data = body["data"]
    return f"{name}, {body['type']} {data.get('sequence')} of {data.get('id')} in {data.get('block')}"


def judge(seed, life, told, expected):
    """Everything that is wrong about one life, a line each."""
    slowest = max(life.recoveries, default=0)
    found = life.faults + differences(told, expected)
    if slowest > RECOVERS_WITHIN:
        found.append(f"it took {slowest:.1f} s from a start to the first question for the head")
    print(f"life {seed}: {len(life.deaths)} kills, {count(told)} events, scanning again within "
          f"{slowest:.1f} s" + ("" if not found else f", {len(found)} differences"), flush=True)
    return [f"life {seed}: {line}" for line in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=int(os.environ.get("DEPOSITWATCH_KILLS", 200)))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=3, help="daemons that run side by side")
    options = parser.parse_args()
    if not program().exists():
        sys.exit(f"there is no daemon at {program()}: build it, or say where it is in DEPOSITWATCH")
    began = time.monotonic()
    film = Film(options.seed)
    _, expected = live(film, 0, "undisturbed")
    print(f"undisturbed: {count(expected)} events of {len(expected.callbacks)} deposits, "
          f"after {time.monotonic() - began:.0f} s", flush=True)
    found, deaths, seed = [], Counter(), 0
    with ThreadPoolExecutor(options.at_once) as pool:
        while deaths.total() < options.kills:
            seeds = [f"{options.seed}.{seed + each}" for each in range(options.at_once)]
            seed += options.at_once
            lives = pool.map(lambda each: live(film, KILLS_OF_A_LIFE, each), seeds)
            for name, (life, told) in zip(seeds, lives):
                found += judge(name, life, told, expected)
                deaths.update(life.deaths)
    missed = {*POINTS, UNANSWERED} - deaths.keys() if options.kills >= 200 else set()
    found += [f"no daemon died at the point {point}" for point in sorted(missed)]
    counts = ", ".join(f"{name} {count}" for name, count in deaths.most_common())
    print(f"{deaths.total()} kills in {time.monotonic() - began:.0f} s: {counts}")
    print("\n".join(found) or "each told what an undisturbed daemon tells")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
