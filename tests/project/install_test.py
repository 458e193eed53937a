# SPDX-License-Identifier: Apache-2.0
"""An installed hpct serves another project through find_package, and its programs run from there."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

source, build = Path(sys.argv[1]), Path(sys.argv[2])


def run(*command, **options):
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


def measured(prefix, folder, program, *arguments):
    """Exit status and the one run of `hpct-prof run -- program`."""
    file = Path(folder, "out.hpct.json")
    command = [prefix / "bin/hpct-prof", "run", "-o", file, "--", program, *arguments]
    status = subprocess.run(list(map(str, command)), capture_output=True, env={"HOME": folder, "PATH": "/usr/bin:/bin"})
    return status.returncode, json.loads(file.read_text())["runs"][0]


def sums(result):
    """path -> calls, payload, threads"""
    return {r["path"]: (r["calls"], r["values"].get("payload", {}).get("number", 0), len(r["threads"]))
            for r in result["regions"]}


EXPECTED = {"solve": (2, 0, 2), "solve/step": (1500, 4500, 2), "solve/step/row": (3000, 0, 2),
            "unfinished/finished": (1, 0, 1)}

def check_suite(suite, folder):
    """A Google Benchmark suite with one line of ours: output as ever, and a report with true counts per round."""
    plain = run(suite, "--benchmark_filter=faults")
    assert "faults/16" in plain and not list(folder.glob("*.hpct.json"))
    file = folder / "suite.hpct.json"
    shown = run(suite, "--benchmark_repetitions=3", f"--hpct_out={file}", f"--benchmark_out={folder / 'gb.json'}")
    assert "faults/16/iterations:50_median" in shown
    assert len(json.loads((folder / "gb.json").read_text())["benchmarks"]) > 10
    runs = {f"{r['workload']}/{r['variant']}": r for r in json.loads(file.read_text())["runs"]}
    for name, pages in {"faults/16/iterations:50": 16, "faults/64/iterations:50": 64, "old_loop/iterations:50": 32,
                        "on_two_threads/iterations:50/threads:2": 16, "searches_its_rounds/min_time:0.010": 8}.items():
        counted = runs[name]["values"]["faults.minor"]["number"]
        assert pages <= counted < pages * 1.1 + 1, f"{name}: {counted} page faults a round, not {pages}"
        assert len(runs[name]["repetitions"]) == 3, name
    assert runs["on_two_threads/iterations:50/threads:2"]["threads"] == 2
    assert (runs["breaks/"]["check"]["ok"], runs["breaks/"]["check"]["message"]) == (False, "no data")


with tempfile.TemporaryDirectory() as folder:
    prefix, consumer = Path(folder, "prefix"), Path(folder, "consumer")
    run("cmake", "--install", build, "--prefix", prefix)
    run("cmake", "-S", source / "tests/project/consumer", "-B", consumer, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
        "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Werror", "-DCMAKE_C_FLAGS=-std=c99 -Wall -Wextra -Wpedantic -Werror")
    run("cmake", "--build", consumer)
    assert run(consumer / "consumer").strip() == "1248500"
    for program in ["consumer_c", "consumer_without"]:
        assert run(consumer / program).strip() == "15"
    assert "hpct" not in run("nm", consumer / "consumer_without")

    status, result = measured(prefix, folder, consumer / "consumer")
    assert status == 0 and sums(result) == {**EXPECTED, "unfinished": (1, 0, 1)}, sums(result)
    solve = next(r for r in result["regions"] if r["path"] == "solve")
    assert solve["file"].endswith("main.cpp") and solve["line"] == 15, solve
    assert sum(solve["histogram"]) == 2 and 0 < solve["min_ns"] <= solve["max_ns"], solve
    timeline = result["timeline"]
    assert timeline["events"] == 4504 and timeline["dropped"] == 0 and len(timeline["threads"]) == 2, timeline
    assert result["instrumentation"]["regions"] == 4504 and result["instrumentation"]["pair_ns"] > 0

    status, result = measured(prefix, folder, consumer / "consumer", "kill")
    assert status == 137 and result["exit_status"] == 137 and sums(result) == EXPECTED, (status, sums(result))

    status, result = measured(prefix, folder, consumer / "consumer_c")
    assert status == 0 and sums(result) == {"all": (1, 0, 1), "all/step": (10, 50, 1), "all/step/row": (10, 0, 1)}

    if (consumer / "suite").exists():
        reports = Path(folder, "reports")
        reports.mkdir()
        check_suite(consumer / "suite", reports)
    assert "hpct-prof 0." in run(prefix / "bin/hpct-prof", "--version")
    assert "mandelbrot" in run(prefix / "bin/hpct-prof", "list", env={"HOME": folder, "PATH": "/usr/bin:/bin"})
    headers = sorted(p.relative_to(prefix / "include").as_posix() for p in (prefix / "include").rglob("*.h"))
    assert headers == ["hpct/benchmark.h", "hpct/benchmark_session.h", "hpct/hpct.h", "hpct/region.h",
                       "hpct/region_lane.h"], f"installed headers: {headers}"
print("installed, found and used")
