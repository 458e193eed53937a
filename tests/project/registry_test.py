# SPDX-License-Identifier: Apache-2.0
"""Every file of a folder that is a registry is listed: a forgotten line is a failure, not a silent absence."""
import re
import sys
from pathlib import Path

# Folder -> the generated table that must name each of its files. Listed or not, a file is only
# compiled when its folder's CMakeLists.txt says so.
FOLDERS = {
    "collector/sources": "all_counter_sources",
    "collector/probes": "all_program_probes",
    "workloads": "all_workloads",
    "analyzer/metrics": "all_metrics",
    "analyzer/findings": "all_findings",
    "analyzer/rules": "all_rules",
    "analyzer/renders": "all_renders",
    "cli/commands": "all_commands",
    "cli/importers": "all_importers",
    "cli/exporters": "all_exporters",
    "gui/views": "all_views",
}
ENTRY = re.compile(r"^extern const (\w+Info) (\w+);", re.M)


def complaints(root, build):
    for folder, table in FOLDERS.items():
        layer = folder.split("/")[0]
        generated = build / layer / f"{table}.cpp"
        if not generated.exists():
            if layer != "gui":  # may be switched off
                yield f"{generated} was not generated"
            continue
        listed = set(ENTRY.findall(generated.read_text()))
        names = {name for _, name in listed}
        for file in sorted((root / folder).glob("*.cpp")):
            for _, name in ENTRY.findall(file.read_text()):
                if name != file.stem:
                    yield f"{file}: the object is called {name}, the file {file.stem}"
                # NAME_absent.cpp stands in for NAME.cpp in a build without its library.
                stand_in = name.removesuffix("_absent") in names or f"{name}_absent" in names
                if name not in names and not stand_in:
                    yield f"{file}: {name} is not listed in {layer}/CMakeLists.txt"
    embedded = (build / "collector/event_map_texts.cpp").read_text()
    for file in sorted((root / "collector/event_maps").glob("*")):
        if f'{{"{file.stem}", ' not in embedded:
            yield f"{file}: not listed in collector/CMakeLists.txt"


if __name__ == "__main__":
    found = list(complaints(Path(sys.argv[1]), Path(sys.argv[2])))
    print("\n".join(found) or "every registry file is listed")
    sys.exit(1 if found else 0)
