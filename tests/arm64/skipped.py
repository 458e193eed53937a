# SPDX-License-Identifier: Apache-2.0
"""What the emulated tests need and this machine does not have."""
import os
import shutil

EXIT_SKIPPED = 77


class Skipped(Exception):
    """The tests cannot run here. The text says what is missing and how to get it."""


def demand_tools(packages):
    """`packages`: tool to package. Raises Skipped naming the packages of the tools that are missing."""
    missing = [package for tool, package in packages.items() if not shutil.which(tool)]
    if missing:
        raise Skipped(f"not installed: {', '.join(missing)}")


def demand_wanted(variable):
    """Raises Skipped where the environment's `variable` says off."""
    if os.environ.get(variable) == "off":
        raise Skipped(f"{variable}=off")


def skip(reason, variable):
    """The exit status for 'did not run', said aloud; a failure where `variable` says that the tests must run."""
    if os.environ.get(variable) == "required":
        print(f"this must run here ({variable}=required) and cannot: {reason}")
        return 1
    print(f"skipped: {reason}")
    return EXIT_SKIPPED
