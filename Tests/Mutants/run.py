#!/usr/bin/env python3
"""Breaks the product in each way that mutants.json lists, and demands that the simulation notices.

Every mutant is built into one program, behind a switch, so that one build is enough: MUTANT=name turns it on. The
sources are changed in place and put back; commit first. Run from the package's root: Tests/Mutants/run.py [NAME…]
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
        switches.add(path.parent / "Mutant.swift")
    for switch in switches:
        switch.write_text(SWITCH)
    return switches


def live(binary, name):
    """Whether the worlds are as they should be under this mutant; a crash is a way to notice, too."""
    environment = {**os.environ, "MUTANT": name}
    result = subprocess.run([binary, *WORLDS], env=environment, capture_output=True, text=True, timeout=3_600)
    lines = [line.strip() for line in result.stderr.splitlines() if line.startswith("  P")]
    why = lines[0] if lines else (result.stderr.strip().splitlines() or [""])[-1]
    return result.returncode == 0, why


def main():
    listed = json.loads(pathlib.Path("Tests/Mutants/mutants.json").read_text())
    wanted = sys.argv[1:]
    if subprocess.run(["git", "diff", "--quiet", "--", "Sources"]).returncode != 0:
        sys.exit("Sources has changes that are not committed; commit them first, for this run changes and restores it")
    switches = plant(listed)
    try:
        build = ["swift", "build", "--product", "depositwatch", *os.environ.get("BUILD_FLAGS", "").split()]
        subprocess.run(build, check=True)
        folder = subprocess.run([*build, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
        # The next build must not take it away.
        binary = shutil.copy2(f"{folder}/depositwatch", tempfile.mkdtemp(prefix="depositwatch-mutants-"))
    finally:
        subprocess.run(["git", "checkout", "--quiet", "--", *{m["file"] for m in listed}], check=True)
        for switch in switches:
            switch.unlink()
    isWell, why = live(binary, "")
    if not isWell:
        sys.exit(f"the worlds break without any mutant: {why}")
    survivors = 0
    for mutant in listed:
        if wanted and mutant["name"] not in wanted:
            continue
        isAlive, why = live(binary, mutant["name"])
        survivors += isAlive
        print(f"{'SURVIVED' if isAlive else 'caught  '}  {mutant['breaks']:4}{mutant['name']:30}{why[:120]}", flush=True)
    if survivors:
        sys.exit(f"{survivors} mutant(s) survived: the worlds do not hold that promise")


main()
