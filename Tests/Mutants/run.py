#!/usr/bin/env python3
"""Breaks the product in each way that mutants.json lists, and demands that it is noticed.

The simulation must notice, with `worlds: adversary` that of nodes that lie, or, where a mutant names `tests`, those
suites: they hold what no world sees. Every mutant is built into one program, behind a switch, so that one build is
enough: MUTANT=name turns it on. The sources are changed in place and put back; commit first. Run from the package's
root: Tests/Mutants/run.py [NAME…]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SWITCH = """internal import Foundation

private let mutant = ProcessInfo.processInfo.environment["MUTANT"]

func isMutant(_ name: String) -> Bool { mutant == name }
"""
WORLDS = ["simulate", "--seeds", os.environ.get("SEEDS", "60"), "--blocks", os.environ.get("BLOCKS", "200")]


def switched(mutant):
    """The source's text with a choice between what it says and what the mutant says."""
    name, old, new = mutant["name"], mutant["old"], mutant["new"]
    if mutant.get("within") == "text":
        choice = f'\\(isMutant("{name}") ? "{new}" : "{old}")'
    else:
        choice = f'(isMutant("{name}") ? ({new}) : ({old}))'
    place = mutant.get("at", old)
    return place, place.replace(old, choice)


def plant(mutants):
    """Writes all mutants into the sources; returns the files that are new."""
    switches = set()
    for mutant in mutants:
        path = pathlib.Path(mutant["file"])
        text = path.read_text()
        place, choice = switched(mutant)
        if text.count(place) != 1:
            sys.exit(f"{mutant['name']}: {path} no longer holds it once: {place}")
        path.write_text(text.replace(place, choice))
        switches.add(pathlib.Path(*path.parts[:2]) / "Mutant.swift")
    for switch in switches:
        switch.write_text(SWITCH)
    return switches


def built(wanted):
    """The programs that show these mutants, by what shows them: `worlds` or `tests`."""
    needed = {"tests" if "tests" in mutant else "worlds" for mutant in wanted}
    build = ["swift", "build", *os.environ.get("BUILD_FLAGS", "").split()]
    # The tests stand on the program, so that it is built with them.
    subprocess.run([*build, *(["--build-tests"] if "tests" in needed else ["--product", "depositwatch"])], check=True)
    folder = subprocess.run([*build, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    files = {"worlds": "depositwatch", "tests": "depositwatchPackageTests.xctest"}
    # The next build must not take them away.
    kept = tempfile.mkdtemp(prefix="depositwatch-mutants-")
    return {name: shutil.copy2(f"{folder}/{files[name]}", kept) for name in needed}


def live(programs, mutant):
    """Whether all is as it should be under this mutant; a crash is a way to notice, too."""
    environment = {**os.environ, "MUTANT": mutant["name"]}
    if "tests" in mutant:
        command = [programs["tests"], "--testing-library", "swift-testing", "--filter", mutant["tests"]]
    else:
        command = [programs["worlds"], *WORLDS, *(["--adversary"] if "worlds" in mutant else [])]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=3_600)
    lines = [line.strip() for line in result.stderr.splitlines() if line.startswith("  ") and "again:" not in line]
    told = (result.stdout + result.stderr).splitlines()
    lines += [line[line.index("Test "):] for line in told if " recorded an issue " in line]
    why = lines[0] if lines else (result.stderr.strip().splitlines() or [""])[-1]
    return result.returncode == 0, why


def main():
    listed = json.loads(pathlib.Path("Tests/Mutants/mutants.json").read_text())
    wanted = [mutant for mutant in listed if not sys.argv[1:] or mutant["name"] in sys.argv[1:]]
    if not wanted:
        sys.exit(f"none of these is a mutant: {' '.join(sys.argv[1:])}")
    if subprocess.run(["git", "diff", "--quiet", "--", "Sources"]).returncode != 0:
        sys.exit("Sources has changes that are not committed; commit them first, for this run changes and restores it")
    switches = plant(listed)
    try:
        programs = built(wanted)
    finally:
        subprocess.run(["git", "checkout", "--quiet", "--", *{m["file"] for m in listed}], check=True)
        for switch in switches:
            switch.unlink()
    shown = {(key, mutant[key]) for mutant in wanted for key in ("tests", "worlds") if key in mutant}
    if any("tests" not in mutant and "worlds" not in mutant for mutant in wanted):
        shown.add(("", ""))
    for key, what in sorted(shown):
        isWell, why = live(programs, {"name": "", key: what})
        if not isWell:
            sys.exit(f"{what or 'the worlds'} break without any mutant: {why}")
    survivors = 0
    for mutant in wanted:
        isAlive, why = live(programs, mutant)
        survivors += isAlive
        print(f"{'SURVIVED' if isAlive else 'caught  '}  {mutant['breaks']:4}{mutant['name']:30}{why[:120]}", flush=True)
    if survivors:
        sys.exit(f"{survivors} mutant(s) survived: nothing holds that promise")


main()
