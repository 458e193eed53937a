# SPDX-License-Identifier: Apache-2.0
"""Packs programs, the shared libraries they need, and an init into a file system that the kernel unpacks."""
import re
import shutil
import subprocess
from pathlib import Path

TRIPLET = "aarch64-linux-gnu"
PASSWD = "root::0:0:root:/tmp:/bin/sh\nuser::1000:1000:user:/tmp:/bin/sh\n"


def needed(file):
    """The shared libraries that `file` names, and its loader."""
    text = subprocess.run([f"{TRIPLET}-readelf", "-dl", file], check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"Shared library: \[(.+?)\]", text)) | set(re.findall(r"interpreter: .*/(.+?)\]", text))


def find_library(name, sysroot):
    """The packages' library, or the compiler's own for the C and C++ runtime."""
    for folder in (f"usr/lib/{TRIPLET}", f"lib/{TRIPLET}"):
        if (sysroot / folder / name).exists():
            return sysroot / folder / name
    own = subprocess.run([f"{TRIPLET}-g++", f"-print-file-name={name}"], check=True, capture_output=True, text=True)
    path = Path(own.stdout.strip())
    if not path.is_absolute():
        raise FileNotFoundError(f"no arm64 {name} in {sysroot} or beside the compiler")
    return path


def libraries(programs, sysroot):
    """All shared libraries the programs need, by name: those of the libraries too."""
    found, open_ends = {}, list(programs)
    while open_ends:
        for name in needed(open_ends.pop()) - found.keys():
            found[name] = find_library(name, sysroot)
            open_ends.append(found[name])
    return found


def copy_stripped(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([f"{TRIPLET}-strip", "-o", target, source.resolve()], check=True)
    target.chmod(0o755)


def archive(folder, file):
    """The tree below `folder` in the kernel's cpio format, everything owned by root."""
    names = "\n".join(sorted(str(path.relative_to(folder)) for path in folder.rglob("*")))
    with open(file, "wb") as output:
        subprocess.run(["cpio", "-o", "-H", "newc", "-R", "0:0", "--quiet"], check=True, cwd=folder, stdout=output,
                       input=names.encode())


def pack(programs, sysroot, init, staging, file):
    """`programs` land in /bin. The archive is not compressed: unpacking costs emulated time."""
    shutil.rmtree(staging, ignore_errors=True)
    for program in programs:
        copy_stripped(program, staging / "bin" / program.name)
    for name, library in libraries(programs, sysroot).items():
        copy_stripped(library, staging / "lib" / name)
    shutil.copy2(sysroot / "bin/busybox", staging / "bin/busybox")
    (staging / "etc").mkdir()
    (staging / "etc/passwd").write_text(PASSWD)
    shutil.copy(init, staging / "init")
    (staging / "init").chmod(0o755)
    archive(staging, file)


def add_file(archive_file, name, text, scratch, result):
    """`archive_file` with one file more: the kernel unpacks archives one after the other."""
    folder = scratch / "more"
    folder.mkdir(parents=True)
    (folder / name).write_text(text)
    more = scratch / "more.cpio"
    archive(folder, more)
    result.write_bytes(archive_file.read_bytes() + more.read_bytes())
