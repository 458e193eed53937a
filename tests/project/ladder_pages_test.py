# SPDX-License-Identifier: Apache-2.0
"""The tables and pictures of the ladders' pages are those that docs/ladders/refresh.py makes."""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1])
sys.dont_write_bytecode = True
sys.path.insert(0, str(root / "docs/ladders"))
import refresh  # noqa: E402

LARGEST_PICTURE = 150_000
pages = {page: page.read_text() for page in (root / "docs").rglob("*.md")}
found = []
marked = set()
for page, text in pages.items():
    for name in re.findall(r"^<!-- (\S+) -->$", text, re.M):
        marked.add(name)
        if name not in refresh.LADDERS:
            found.append(f"{page.relative_to(root)}: refresh.py measures no {name}")
        if "new table" not in refresh.fill_in(text, name, "new table\n"):
            found.append(f"{page.relative_to(root)}: there is no table below the mark {name}")
found += [f"no page has a table of {name}" for name in sorted(set(refresh.LADDERS) - marked)]
for picture in (root / "docs/images").glob("*.png"):
    if picture.stat().st_size > LARGEST_PICTURE:
        found.append(f"{picture.relative_to(root)} is larger than {LARGEST_PICTURE} B")
    if not any(picture.name in text for text in [*pages.values(), (root / "README.md").read_text()]):
        found.append(f"no page shows {picture.relative_to(root)}")
print("\n".join(found) or "every ladder has its table")
sys.exit(1 if found else 0)
