"""Rebuilds the runtime bytecode of the contracts: `python contracts/build.py` writes NAME.hex beside NAME.vy.

The bytecode is committed because it is part of the genesis state: the genesis hash of the development chain
must not depend on the compiler that happens to be installed.
"""
from pathlib import Path

import vyper

FOLDER = Path(__file__).parent


def main():
    for source in sorted(FOLDER.glob("*.vy")):
        compiled = vyper.compile_code(source.read_text(), output_formats=["bytecode_runtime"])
        source.with_suffix(".hex").write_text(compiled["bytecode_runtime"] + "\n")
        print(source.stem, len(compiled["bytecode_runtime"]) // 2 - 1, "bytes")


if __name__ == "__main__":
    main()
