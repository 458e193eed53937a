# SPDX-License-Identifier: Apache-2.0
"""Reports follow the published schema, judged by an independent validator; and the schema has teeth."""
import copy
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from jsonschema import Draft202012Validator

root, program = Path(sys.argv[1]), sys.argv[2]
schema_file = root / "reports/schema/report.v1.json"
schema = json.loads(schema_file.read_text())
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
problems = []


def check(name, report):
    for error in validator.iter_errors(report):
        problems.append(f"{name}: /{'/'.join(map(str, error.path))}: {error.message[:200]}")


def fresh_reports():
    """What this build writes today: a bundled workload and a user's program."""
    with tempfile.TemporaryDirectory() as folder:
        for sample in sorted((root / "tests/golden/google_benchmark").glob("*.json")):
            file = Path(folder) / "imported.hpct.json"
            subprocess.run([program, "import", str(sample), "-o", str(file)], check=True, stdout=subprocess.DEVNULL)
            yield f"imported {sample.name}", json.loads(file.read_text())
        for name, arguments in {
            "workload": ["mandelbrot", "--variant", "all", "--set", "width=64", "--set", "height=48", "--repetitions", "6",
                         "--no-ceilings"],
            "program": ["--", "true"],
        }.items():
            file = Path(folder) / f"{name}.hpct.json"
            subprocess.run([program, "run", "-o", str(file), *arguments], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, env={"HOME": folder, "PATH": "/usr/bin:/bin"})
            yield name, json.loads(file.read_text())


def must_be_refused(report):
    """Each spoils one thing that the schema promises."""
    def spoiled(change):
        damaged = copy.deepcopy(report)
        change(damaged)
        return damaged

    values = report["runs"][0]["values"]
    missing = next(k for k, v in values.items() if v["provenance"] == "missing")
    known = next(k for k, v in values.items() if v["provenance"] != "missing")
    yield "a missing value with a number", spoiled(lambda r: r["runs"][0]["values"][missing].update(number=0))
    yield "a missing value without a reason", spoiled(lambda r: r["runs"][0]["values"][missing].pop("reason"))
    yield "a known value without a number", spoiled(lambda r: r["runs"][0]["values"][known].pop("number"))
    yield "an invented provenance", spoiled(lambda r: r["runs"][0]["values"][known].update(provenance="guessed"))
    yield "a report without a machine", spoiled(lambda r: r.pop("machine"))
    yield "another schema version", spoiled(lambda r: r.update(schema_version=2))
    yield "a negative time", spoiled(lambda r: r["runs"][0]["repetitions"][0].update(wall_ns=-1))


for sample in sorted((root / "reports/samples").glob("*.hpct.json")):
    check(sample.name, json.loads(sample.read_text()))
for name, report in fresh_reports():
    check(name, report)
for what, report in must_be_refused(report):
    if validator.is_valid(report):
        problems.append(f"the schema accepts {what}")

# A released schema never changes: its readers rely on it. A new meaning is a new number.
frozen = dict(line.split()[::-1] for line in (root / "reports/schema/released.sha256").read_text().splitlines() if line)
for name, digest in frozen.items():
    if hashlib.sha256((root / "reports/schema" / name).read_bytes()).hexdigest() != digest:
        problems.append(f"{name} was released and must not change")

print("\n".join(problems) or "all reports follow the schema")
sys.exit(1 if problems else 0)
