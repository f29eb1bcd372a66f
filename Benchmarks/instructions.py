"""Counts instructions per record with valgrind and holds them to Benchmarks/instructions.json.

    python3 Benchmarks/instructions.py PROGRAM [--record]

Unlike times they are the same from run to run and on a machine that does other work. The band is
wide: it is to tell when a step of the data path has become another one, not to forbid a compiler.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.json")
RECORDS_PER_BATCH = 10_000


def instructions(program, work, times):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
               program, "repeat", work, str(times)]
    errors = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return int(re.search(r"Collected : (\d+)", errors)[1])


def main():
    if shutil.which("valgrind") is None:
        sys.exit("valgrind counts the instructions, and is not here")
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        # Valgrind gives up on the debugging information.
        program = f"{folder}/benchmarks"
        subprocess.run(["strip", "-o", program, sys.argv[1]], check=True)
        for work in ("decode", "process"):
            # The difference leaves out the start of the program.
            few, many = (instructions(program, work, times) for times in (2, 12))
            measured[work] = round((many - few) / 10 / RECORDS_PER_BATCH)
    if "--record" in sys.argv:
        with open(RECORDED, "w") as file:
            json.dump({"band_percent": 15, "instructions_per_record": measured}, file, indent=2)
            file.write("\n")
    with open(RECORDED) as file:
        recorded = json.load(file)
    band = recorded["band_percent"]
    failed = False
    for work, count in measured.items():
        expected = recorded["instructions_per_record"][work]
        change = (count / expected - 1) * 100
        print(f"{work}: {count} instructions per record, {change:+.1f} % against {expected}")
        failed |= abs(change) > band
    if failed:
        sys.exit(f"more than {band} % away: explain it, then record anew with --record")


if __name__ == "__main__":
    main()
