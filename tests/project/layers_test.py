# SPDX-License-Identifier: Apache-2.0
"""No include goes against the layers, and each heavy third-party header has one owner."""
import re
import sys
from pathlib import Path

# Which of our layers a layer may include. Public headers <hpct/...> belong to the layer that ships them.
MAY_USE = {
    "reports": {"reports"},
    "collector": {"collector", "reports"},
    "workloads": {"workloads", "collector", "reports"},
    "analyzer": {"analyzer", "reports"},
    "gui": {"gui", "analyzer", "reports"},
    "cli": {"cli", "workloads", "collector", "analyzer", "reports"},
}
# Who alone may include a third-party header: a pattern of the header, a pattern of the file.
OWNERS = [
    (r"nlohmann/", r"reports/json_\w+\.(h|cpp)"),
    (r"(papi|sde_lib)\.h", r"collector/(sources/\w+|papi_library)\.cpp"),
    (r"elfutils/|dwarf\.h|gelf\.h", r"collector/sampling/\w+\.(cpp|h)"),
    (r"hwloc", r"collector/topology\.cpp"),
    (r"CLI/", r"cli/.*\.cpp"),
    (r"zstd\.h", r"reports/zstandard\.cpp"),
    (r"benchmark/", r"collector/include/hpct/benchmark\.h|cli/bench/\w+\.cpp"),
    (r"png\.h", r"workloads/.*\.cpp"),
    (r"Q[A-Z]\w+", r"gui/.*"),
    (r"QtCharts/|QChart|QLineSeries|QScatterSeries|QLogValueAxis|QValueAxis", r"gui/views/\w+_plot\.(h|cpp)"),
]


def owner_of_public_headers(root):
    return {f"hpct/{header.name}": layer for layer in MAY_USE for header in (root / layer).glob("include/hpct/*.h")}


def complaints(root):
    public = owner_of_public_headers(root)
    for layer, allowed in MAY_USE.items():
        for file in sorted((root / layer).rglob("*")):
            if file.suffix not in {".h", ".cpp"}:
                continue
            name = file.relative_to(root).as_posix()
            for header in re.findall(r'^\s*#include [<"]([^>"]+)[>"]', file.read_text(), re.M):
                used = public.get(header, header.split("/")[0])
                if used in MAY_USE and used not in allowed:
                    yield f"{name}: {layer} must not include {header}"
                for pattern, owner in OWNERS:
                    if re.match(pattern, header) and not re.fullmatch(owner, name):
                        yield f"{name}: only {owner} may include {header}"


if __name__ == "__main__":
    found = list(complaints(Path(sys.argv[1])))
    print("\n".join(found) or "every include follows the layers")
    sys.exit(1 if found else 0)
