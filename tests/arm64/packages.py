# SPDX-License-Identifier: Apache-2.0
"""The arm64 packages to link with, and those that a guest of tests/pmu is made of: downloaded without root, kept
and checked.

apt gets a state of its own, in which the only foreign architecture is arm64, so that nothing of the machine's
own packages is touched. Debian 12 on purpose: the cases assert what its kernel, PAPI and libpfm4 do.
"""
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from skipped import Skipped

SUITE = "bookworm"
KERNEL = "linux-image-cloud-arm64"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# What those packages ask for and the guest does not need: the compiler brings the C and C++ libraries, the rest
# is for installing packages or for building hwloc plugins. apt believes that they are installed.
NOT_NEEDED = ("libc6 libc6-dev libgcc-s1 libstdc++6 gcc-12-base perl dpkg debconf coreutils libltdl-dev libtirpc-dev "
              "kmod linux-base initramfs-tools install-info").split()


def wanted(root):
    """A guest's kernel and shell, the development packages that scripts/install-deps.sh lists for the build, and
    GoogleTest."""
    script = (root / "scripts/install-deps.sh").read_text()
    build = re.search(r"^build=\((.*?)\)", script, re.M | re.S).group(1)
    return [KERNEL, "busybox-static", "libgtest-dev", "libgmock-dev", *(name for name in build.split() if name.startswith("lib") or name.endswith("-dev"))]


def cache_folder(names):
    """One folder per list of packages, shared by all build trees."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    key = hashlib.sha256(" ".join([SUITE, *sorted(names)]).encode()).hexdigest()[:12]
    return base / "hpct-prof/arm64" / key


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_manifest(folder):
    lines = [f"{digest(file)}  {file.name}\n" for file in sorted(folder.glob("*.deb"))]
    (folder / "SHA256SUMS").write_text("".join(lines))


def is_whole(folder):
    """Is every package there that was downloaded, as it was downloaded?"""
    manifest = folder / "SHA256SUMS"
    if not manifest.exists():
        return False
    entries = [line.split("  ", 1) for line in manifest.read_text().splitlines()]
    return bool(entries) and all((folder / name).is_file() and digest(folder / name) == sha for sha, name in entries)


def is_debian_12():
    release = Path("/etc/os-release")
    return release.exists() and f"VERSION_CODENAME={SUITE}" in release.read_text().split()


class PrivateApt:
    """apt-get for arm64 in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.complaints = []
        for part in ("lists/partial", "archives/partial"):
            (folder / part).mkdir(parents=True)
        (folder / "status").write_text("\n".join(map(self.installed, NOT_NEEDED)))
        settings = {"APT::Architecture": "arm64", "APT::Architectures": "arm64", "APT::Sandbox::User": "root",
                    "APT::Install-Recommends": "false", "Acquire::Languages": "none", "Acquire::Retries": "2",
                    "Acquire::http::Timeout": "30", "Debug::NoLocking": "true", "Dir::State": folder,
                    "Dir::State::status": folder / "status", "Dir::State::lists": folder / "lists",
                    "Dir::State::extended_states": folder / "extended_states", "Dir::Cache": folder,
                    "Dir::Cache::archives": folder / "archives"}
        if not is_debian_12():
            settings |= {"Dir::Etc::sourcelist": self.own_sources(), "Dir::Etc::sourceparts": "/dev/null"}
        self.options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]

    @staticmethod
    def installed(name):
        return (f"Package: {name}\nStatus: install ok installed\nArchitecture: arm64\nVersion: 999\n"
                f"Multi-Arch: {'allowed' if name == 'perl' else 'same'}\nMaintainer: nobody\nDescription: not needed\n")

    def own_sources(self):
        """Debian 12's archive, for a machine that runs something else (or a newer Debian)."""
        if not KEYRING.exists():
            raise Skipped(f"this is not Debian 12 and {KEYRING} is missing (package debian-archive-keyring)")
        file = self.folder / "sources.list"
        file.write_text(f"deb [signed-by={KEYRING}] http://deb.debian.org/debian {SUITE} main\n"
                        f"deb [signed-by={KEYRING}] http://deb.debian.org/debian-security {SUITE}-security main\n")
        return file

    def run(self, *arguments):
        done = subprocess.run(["apt-get", "-q", *self.options, *arguments], text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.complaints += [line for line in done.stdout.splitlines() if line.startswith(("E:", "W:"))]
        if done.returncode != 0:  # the first complaint says why: update goes on after what it could not fetch
            why = (self.complaints or ["apt-get failed"])[0][2:].strip()
            raise Skipped(f"no cached arm64 packages, and they cannot be downloaded: {why}")

    def download(self, names):
        self.run("update")
        self.run("install", "-y", "--download-only", *names)
        return sorted((self.folder / "archives").glob("*.deb"))


def download(names, folder):
    """Fills `folder` whole or not at all; apt checks what it downloads against Debian's signature."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Skipped("no cached arm64 packages, and no apt-get to download them")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="download-") as scratch:
        fresh = Path(scratch) / "packages"
        fresh.mkdir()
        for deb in PrivateApt(Path(scratch) / "apt").download(names):
            shutil.move(deb, fresh / deb.name)
        write_manifest(fresh)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            fresh.rename(folder)
        except OSError:  # another build tree was faster
            if not is_whole(folder):
                raise


def unpack(folder, sysroot):
    """The packages' files below `sysroot`; of the kernel only its image."""
    shutil.rmtree(sysroot, ignore_errors=True)
    sysroot.mkdir(parents=True)
    for deb in sorted(folder.glob("*.deb")):
        if not deb.name.startswith("linux-image-"):
            subprocess.run(["dpkg-deb", "-x", deb, sysroot], check=True)
            continue
        packed = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", sysroot, "--wildcards", "./boot/vmlinuz-*"], stdin=packed.stdout,
                       stderr=subprocess.DEVNULL)  # the package that only names the newest kernel has none
        packed.wait()


def kernel(sysroot):
    return next(sysroot.glob("boot/vmlinuz-*"))


def make_sysroot(root, sysroot):
    """The unpacked packages, from the cache where it is whole. True: they are new, so build anew."""
    names = wanted(root)
    folder = cache_folder(names)
    if not is_whole(folder):
        print(f"downloading {len(names)} arm64 packages and what they need to {folder}", flush=True)
        download(names, folder)
    stamp = sysroot / "SHA256SUMS"
    manifest = (folder / "SHA256SUMS").read_text()
    if stamp.exists() and stamp.read_text() == manifest:
        return False
    unpack(folder, sysroot)
    stamp.write_text(manifest)
    return True
