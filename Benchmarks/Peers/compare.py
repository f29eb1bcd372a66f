"""Runs the query of pipelines/vehicles.sql over one file of readings, here and in other engines,
compares the rows and tells time and memory of each.

An engine is a file beside this one. It names what pip has to install in REQUIREMENTS and is run as

    python ENGINE.py READINGS SELECT OUTPUT

with the file of readings, a file with the text of the SELECT, and the folder or file to write rows
to as NDJSON. It prints a line of JSON last: `version`, and `query_seconds` without its start-up.
"""

import argparse
import ast
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def main():
    options = parse_arguments()
    os.makedirs(options.work, exist_ok=True)
    select, ours = queries(options.work)
    engines = sorted(set(glob.glob(f"{HERE}/*.py")) - {os.path.abspath(__file__)})
    pythons = {engine: environment(engine, options.work) for engine in engines}
    # Small enough that an engine reads it as one split: `last` has one answer then.
    check_rows(options, select, ours, pythons)
    measure(options, select, ours, pythons)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", required=True, help="folder of processor and benchmarks")
    parser.add_argument("--work", default=f"{ROOT}/.build/peers", help="folder for what is made")
    parser.add_argument("--records", type=int, default=4_000_000)
    parser.add_argument("--keys", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", help="file for the results")
    return parser.parse_args()


def queries(work):
    """The SELECT as it ships, and the pipeline around it with files in place of topics."""
    with open(f"{ROOT}/pipelines/vehicles.sql") as file:
        text = file.read()
    for name, value in re.findall(r"^SET (\w+) = (.*);$", text, re.MULTILINE):
        text = text.replace("${%s}" % name, value)
    select = f"{work}/select.sql"
    with open(select, "w") as file:
        file.write(re.search(r"SELECT\b.*(?=;)", text[text.index("INSERT"):], re.DOTALL)[0])
    text = re.sub(r"USING kafka OPTIONS \(subscribe[^)]*\)",
                  f"USING json OPTIONS (path '{work}/readings.ndjson')", text)
    text = re.sub(r"USING kafka OPTIONS \(topic[^)]*\)",
                  f"USING json OPTIONS (path '{work}/rows.ndjson')", text)
    ours = f"{work}/ours.sql"
    with open(ours, "w") as file:
        file.write(text)
    return select, ours


def environment(engine, work):
    """A virtual environment with what the engine requires; kept from run to run."""
    with open(engine) as file:
        tree = ast.parse(file.read())
    requirements = next(
        ast.literal_eval(node.value) for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "REQUIREMENTS")
    folder = f"{work}/{os.path.basename(engine)[:-3]}"
    python = f"{folder}/bin/python"
    if not os.path.exists(python):
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                    *requirements], check=True)
    return python


def check_rows(options, select, ours, pythons):
    write_readings(options, 60_000, 100)
    expected = rows(run_ours(options, ours)["output"])
    for engine, python in pythons.items():
        compare(expected, rows(run_engine(options, engine, python, select)["output"]), last=True)
    print(f"the same {len(expected)} rows of 60000 readings\n")


def measure(options, select, ours, pythons):
    write_readings(options, options.records, options.keys)
    results = {"tidemark": []}
    for _ in range(options.runs):
        run = run_ours(options, ours)
        expected = rows(run["output"])
        results["tidemark"].append(run)
        for engine, python in pythons.items():
            run = run_engine(options, engine, python, select)
            # Several splits of a file have no order between them, so neither has `last`.
            compare(expected, rows(run["output"]), last=False)
            results.setdefault(run["version"], []).append(run)
    report(options, results, len(expected))


def report(options, results, count):
    print(f"{options.records} readings of {options.keys} vehicles, {count} rows, "
          f"{os.cpu_count()} cores; medians of {options.runs} runs\n")
    print("| engine | wall, s | query alone, s | peak memory, MiB |")
    print("|---|--:|--:|--:|")
    table = {}
    for name, runs in results.items():
        row = {key: sorted(run[key] for run in runs)[len(runs) // 2]
               for key in ("wall", "query_seconds", "peak_mib")}
        table[name] = row
        print(f"| {name} | {row['wall']:.2f} | {row['query_seconds']:.2f} "
              f"| {row['peak_mib']:.0f} |")
    ours = table["tidemark"]
    for name, row in table.items():
        if name == "tidemark":
            continue
        row["times_wall"] = row["wall"] / ours["wall"]
        row["times_query"] = row["query_seconds"] / ours["wall"]
        row["times_memory"] = row["peak_mib"] / ours["peak_mib"]
        print(f"\nAgainst {name}: {row['times_wall']:.1f} times as fast by wall time of the whole "
              f"process tree (target 20), {row['times_query']:.1f} times against its query alone "
              f"(target 10), 1/{row['times_memory']:.0f} of its memory (target 1/20).")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(table, file, indent=2)


def write_readings(options, records, keys):
    subprocess.run([f"{options.programs}/benchmarks", "write-readings",
                    f"{options.work}/readings.ndjson", str(keys), str(records)], check=True)


def run_ours(options, query):
    run = watch([f"{options.programs}/processor", "run", query])
    return run | {"output": f"{options.work}/rows.ndjson", "query_seconds": run["wall"]}


def run_engine(options, engine, python, select):
    output = f"{options.work}/rows"
    shutil.rmtree(output, ignore_errors=True)
    run = watch([python, engine, f"{options.work}/readings.ndjson", select, output])
    return run | json.loads(run["text"].splitlines()[-1]) | {"output": output}


def watch(command):
    """Runs a command; tells its wall time and the peak memory of its process tree."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = 0
    while True:
        peak = max(peak, tree_memory(process.pid))
        try:
            text, errors = process.communicate(timeout=0.02)
            break
        except subprocess.TimeoutExpired:
            pass
    wall = time.monotonic() - begin
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed: {process.returncode}\n{errors[-4000:]}")
    return {"wall": wall, "peak_mib": peak / 1024, "text": text}


def tree_memory(root):
    """Resident KiB of a process and all that it started."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry))
            except (OSError, IndexError):
                pass
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        try:
            with open(f"/proc/{process}/status") as file:
                total += int((re.search(r"VmRSS:\s+(\d+)", file.read()) or [0, 0])[1])
        except OSError:
            pass
    return total


def rows(path):
    """By window and vehicle: readings, average, last humidity."""
    result = {}
    for name in glob.glob(f"{path}/part-*") if os.path.isdir(path) else [path]:
        with open(name) as file:
            for line in file:
                row = json.loads(line)
                key = (row["window"], row["entity"])
                assert key not in result, f"{key} comes twice"
                result[key] = (row["readings"], row["avg_temp"], row["last_humidity"])
    return result


def compare(ours, theirs, last):
    if ours.keys() != theirs.keys():
        differing = ours.keys() ^ theirs.keys()
        sys.exit(f"{len(ours)} and {len(theirs)} rows; {len(differing)} are in one of them only, "
                 f"such as {sorted(differing)[0]}")
    for key, (readings, average, humidity) in ours.items():
        other = theirs[key]
        # Both are rounded to hundredths; the difference of two such numbers is not exactly one.
        is_far = abs(average - other[1]) > 0.01 + 1e-9
        if readings != other[0] or is_far or last and humidity != other[2]:
            sys.exit(f"{key}: {ours[key]} here, {other} there")


if __name__ == "__main__":
    main()
