# SPDX-License-Identifier: Apache-2.0
"""Objects compiled for wide instruction sets define nothing weak: an inline function of the standard
library built there could be the copy the linker keeps for everybody, and fault on an older CPU.

    isa_symbols_test.py BUILD [NM]      NM reads the objects: that of the architecture they are for
"""
import subprocess
import sys
from pathlib import Path

build = Path(sys.argv[1])
nm = sys.argv[2] if len(sys.argv) > 2 else "nm"
objects = [o for isa in ("avx2", "avx512", "neon_") for o in build.glob(f"workloads/**/kernels/**/{isa}*.o")]
found = []
for path in objects:
    names = subprocess.run([nm, "-C", "--defined-only", str(path)], check=True, capture_output=True, text=True).stdout
    found += [f"{path.name}: {line}" for line in names.splitlines() if line[17:18] in "WVu"]
if not objects and (nm != "nm" or Path("/proc/cpuinfo").read_text().count("avx")):
    found.append("no kernel objects found: has the build folder moved?")
print("\n".join(found) or f"{len(objects)} objects define nothing weak")
sys.exit(1 if found else 0)
