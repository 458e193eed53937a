# SPDX-License-Identifier: Apache-2.0
"""Links in the documentation lead somewhere, and every file it names in the tree exists."""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1])
found = []
for page in [*root.glob("*.md"), *root.glob("docs/**/*.md")]:
    text = page.read_text()
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not re.match(r"\w+:", target) and not (page.parent / target).exists():
            found.append(f"{page.relative_to(root)}: broken link {target}")
    for name in re.findall(r"`((?:reports|collector|workloads|analyzer|gui|cli|tests|scripts|cmake|docs)/[\w./-]+)`", text):
        placeholder = re.search(r"\b[A-Z]{3,}\b", name)  # NAME stands for the reader's own
        if not placeholder and not (root / name).exists():
            found.append(f"{page.relative_to(root)}: there is no {name}")
print("\n".join(found) or "every link and file name is right")
sys.exit(1 if found else 0)
