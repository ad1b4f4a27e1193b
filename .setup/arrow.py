#!/usr/bin/env python3
"""Puts Apache Arrow, which reads Parquet, behind the link `.arrow` of a source tree.

Arrow is taken from the `pyarrow` wheel: of it only libarrow, libparquet and the headers are unpacked,
once per user, under `${XDG_CACHE_HOME:-~/.cache}/plumb/arrow-<version>/`; Python is not needed to
read with them.

Plumb is whole without it but for Parquet. So the first set-up fetches it where the package index has
it, and where it cannot says so in a line, leaves the mark `.arrow-absent` and does not ask again;
with --insist (`make parquet`) it asks again and fails.

Environment:
  ARROW=DIRECTORY   the folder of an installed pyarrow, or `none`; nothing is fetched
"""

import glob
import hashlib
import os
import re
import subprocess
import sys
import tempfile

import libtorch
from libtorch import SetupError, say

VERSION = "26.0.1"


def is_usable(folder):
    return os.path.exists(os.path.join(folder, "libparquet.so")) and os.path.exists(
        os.path.join(folder, "include", "parquet", "arrow", "reader.h")
    )


def is_ready(root):
    """The link works, and is either a folder of the user's own or this version's of the cache."""
    link = os.path.join(root, ".arrow")
    target, cache = os.path.realpath(link), os.path.realpath(libtorch.cache_folder())
    name = os.path.basename(os.path.dirname(target))
    is_ours = target.startswith(cache + os.sep)
    is_current = name == f"arrow-{VERSION}" or name.startswith("arrow-given-")
    return is_usable(link) and (is_current or not is_ours)


def library(folder, name):
    """The file `libNAME.so.N` of a folder; nothing else may stand between."""
    found = [
        path
        for path in glob.glob(os.path.join(folder, f"lib{name}.so*"))
        if re.fullmatch(rf"lib{name}\.so(\.\d+)?", os.path.basename(path))
    ]
    return max(found, key=len, default=None)


def furnish(folder, libraries):
    """Names by which a linker finds the libraries."""
    for name, path in libraries.items():
        place = os.path.join(folder, f"lib{name}.so")
        if not os.path.lexists(place):
            os.symlink(path, place)


def given(folder):
    """A stand-in folder in the cache that links to the user's own Arrow."""
    folder = os.path.realpath(folder)
    libraries = {name: library(folder, name) for name in ("arrow", "parquet")}
    include = os.path.join(folder, "include")
    if None in libraries.values() or not os.path.exists(os.path.join(include, "parquet")):
        raise SetupError(
            f"ARROW={folder} holds no libarrow.so.N, libparquet.so.N and include/parquet; name the "
            "folder of an installed pyarrow, or none"
        )
    digest = hashlib.sha256(folder.encode()).hexdigest()[:12]
    place = os.path.join(libtorch.cache_folder(), f"arrow-given-{digest}", "pyarrow")
    os.makedirs(place, exist_ok=True)
    wanted = {os.path.basename(path): path for path in libraries.values()}
    for name, path in {**wanted, "include": include}.items():
        link = os.path.join(place, name)
        if os.path.islink(link):
            os.unlink(link)
        os.symlink(path, link)
    furnish(place, {name: os.path.basename(path) for name, path in libraries.items()})
    return place


def explain(complaint):
    if libtorch.has_no_network(complaint):
        return f"cannot download pyarrow {VERSION}: the package index does not answer"
    return f"cannot download pyarrow {VERSION} for this machine: {libtorch.reason_of(complaint)}"


def make(cache):
    """Downloads and unpacks beside, then renames: a folder in the cache is always whole."""
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=cache) as beside:
        wheels, tree = os.path.join(beside, "wheels"), os.path.join(beside, "tree")
        os.makedirs(wheels)
        os.makedirs(tree)
        say(f"downloading pyarrow {VERSION} (about 50 MB), for Parquet; this happens once")
        complaint = libtorch.pip_download([f"pyarrow=={VERSION}"], wheels)
        if complaint is not None:
            raise SetupError(explain(complaint))
        wheel = glob.glob(os.path.join(wheels, "pyarrow-*.whl"))[0]
        kept = re.compile(r"pyarrow/(lib(arrow|parquet)\.so(\.\d+)?|include/.*)")
        libtorch.unpack(wheel, tree, lambda name: kept.fullmatch(name) is not None)
        folder = os.path.join(tree, "pyarrow")
        libraries = {name: library(folder, name) for name in ("arrow", "parquet")}
        if None in libraries.values():
            raise SetupError(f"{os.path.basename(wheel)} holds no libarrow and libparquet")
        furnish(folder, {name: os.path.basename(path) for name, path in libraries.items()})
        with open(os.path.join(tree, "wheels.sha256"), "w", encoding="utf-8") as record:
            record.write(f"{libtorch.sha256(wheel)}  {os.path.basename(wheel)}\n")
        if not is_usable(folder):
            raise SetupError(f"{os.path.basename(wheel)} holds no headers of Parquet")
        place = os.path.join(cache, f"arrow-{VERSION}")
        if not os.path.exists(place):
            os.rename(tree, place)
        return os.path.join(place, "pyarrow")


def is_loadable(folder):
    """Whether this system has what the libraries ask of it."""
    path = os.path.join(folder, "libparquet.so")
    found = subprocess.run(["ldd", path], capture_output=True, text=True, check=False)
    return found.returncode == 0 and "not found" not in found.stdout


def fetch(root, cache):
    folder = os.path.join(cache, f"arrow-{VERSION}", "pyarrow")
    if not is_usable(folder):
        with libtorch.only_one(cache):
            if not is_usable(folder):
                folder = make(cache)
    if not is_loadable(folder):
        raise SetupError(f"pyarrow {VERSION} cannot be loaded on this system")
    libtorch.link(root, folder, ".arrow")


def remove(path):
    if os.path.lexists(path):
        os.unlink(path)


def leave(mark, reason):
    with open(mark, "w", encoding="utf-8") as file:
        file.write(reason + "\n")


def main(arguments):
    root, insists = arguments[-1], "--insist" in arguments
    mark = os.path.join(root, ".arrow-absent")
    own = os.environ.get("ARROW")
    if own is None and not insists:
        if os.path.exists(mark) or is_ready(root):
            return 0
    try:
        if own == "none":
            remove(os.path.join(root, ".arrow"))
            remove(os.path.join(root, ".build", "manifest.db"))
            leave(mark, "ARROW=none")
            return 0
        if own:
            libtorch.link(root, given(own), ".arrow")
        else:
            fetch(root, libtorch.cache_folder())
        remove(mark)
        return 0
    except SetupError as error:
        reason = str(error)
    except OSError as error:
        reason = f"{error.filename or libtorch.cache_folder()}: {error.strerror}"
    except KeyboardInterrupt:
        return 130
    if insists or own:
        say(reason)
        return 1
    installed = os.path.join(root, "setup")
    again = f"{installed} parquet" if os.path.exists(installed) else "make parquet"
    say(f"{reason}; Parquet is not read by this build ({again} tries again)")
    leave(mark, reason)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
