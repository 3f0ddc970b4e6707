"""Runs `depositwatch record` beside a node, and waits for it to have recorded what a scenario did."""
import json
from pathlib import Path
import queue
import shutil
import subprocess
import tempfile
import threading

from daemon import program


class Recorder:
    """One recording into one fixture folder. `watch.yaml` is written first; the program writes the tape.

    A `chain.yaml` in the folder replaces the shipped chain file.
    """

    def __init__(self, folder, chain, url, first_height, watch):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "watch.yaml").write_text(watch)
        self.steps = queue.Queue()
        self.chain_files = tempfile.TemporaryDirectory(prefix="depositwatch-chains-")
        if (folder / "chain.yaml").exists():
            shutil.copy(folder / "chain.yaml", Path(self.chain_files.name) / f"{chain}.yaml")
        self.process = subprocess.Popen(
            [str(program()), "record", "--chain", chain, "--chain-files", self.chain_files.name,
             "--node", url, "--from", str(first_height),
             "--watch", str(folder / "watch.yaml"), "--out", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        """Passes on the hashes of `step N head HEIGHT HASH`; None when the program's output ends."""
        for line in self.process.stdout:
            words = line.split()
            if len(words) == 5 and words[0] == "step":
                self.steps.put(words[4])
        self.steps.put(None)

    def wait_for(self, head, seconds=60):
        """Waits until a step with this head is recorded."""
        while True:
            try:
                step = self.steps.get(timeout=seconds)
            except queue.Empty:
                raise TimeoutError(f"no step with head {head} was recorded within {seconds} s") from None
            if step is None:
                raise RuntimeError(f"the recording ended with status {self.process.wait()} before {head}")
            if step == head:
                return

    def finish(self):
        """Closes the recording's input, which ends it."""
        self.process.stdin.close()
        status = self.process.wait(timeout=30)
        if status:
            raise RuntimeError(f"the recording ended with status {status}")

    def abandon(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def replay(folder):
    """Plays a fixture, as it is and with a restart after every turn; what was not as it must be, none if all was."""
    found = []
    for options in ([], ["--restarts"]):
        done = subprocess.run([str(program()), "replay", *options, str(folder)], capture_output=True, text=True)
        if done.returncode:
            found.append(f"replay {' '.join(options)} ended with {done.returncode}: {done.stderr.strip()}")
    return found


class NoRecorder:
    """Stands in where a scenario is only played, not recorded."""

    def __init__(self, *arguments):
        pass

    def wait_for(self, head, seconds=60):
        pass

    def finish(self):
        pass

    def abandon(self):
        pass


def watch_text(first_height, addresses, depth):
    """A fixture's watch.yaml: where it begins, its addresses, and the policy it is played under."""
    lines = [f"from: {first_height}", "addresses:"]
    lines += [f"  - {{address: \"{address}\", label: \"{label}\"}}" for address, label in addresses]
    lines += ["policy:", f"  - {{depth: {depth}}}"]
    return "\n".join(lines) + "\n"


def events_text(events):
    """A fixture's events.jsonl: one compact object a line."""
    return "".join(json.dumps(event, separators=(",", ":")) + "\n" for event in events)
