# SPDX-License-Identifier: Apache-2.0
"""An installed hpct serves another project through find_package, and its programs run from there."""
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


with tempfile.TemporaryDirectory() as folder:
    prefix, consumer = Path(folder, "prefix"), Path(folder, "consumer")
    run("cmake", "--install", build, "--prefix", prefix)
    run("cmake", "-S", source / "tests/project/consumer", "-B", consumer, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
        "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror")
    run("cmake", "--build", consumer)
    assert run(consumer / "consumer").strip() == "499500"
    assert "hpct-prof 0." in run(prefix / "bin/hpct-prof", "--version")
    assert "mandelbrot" in run(prefix / "bin/hpct-prof", "list", env={"HOME": folder, "PATH": "/usr/bin:/bin"})
    headers = sorted(p.relative_to(prefix / "include").as_posix() for p in (prefix / "include").rglob("*.h"))
    assert headers == ["hpct/region.h"], f"installed headers: {headers}"
print("installed, found and used")
