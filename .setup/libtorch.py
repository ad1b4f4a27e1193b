#!/usr/bin/env python3
"""Puts libtorch behind the link `.libtorch` of a source tree.

libtorch is taken from the `torch` wheel: of it only `torch/lib` and `torch/include` are unpacked,
once per user, under `${XDG_CACHE_HOME:-~/.cache}/plumb/libtorch-<version>-<variant>/`.

Without an NVIDIA driver the CPU wheel is preferred; where the package index has none the plain
(CUDA) wheel serves, with the two small CUDA libraries that even its CPU half needs. With a driver
the plain wheel and its whole CUDA runtime are fetched. A file `cuda-runtime` beside `lib` says that
`libtorch_cuda.so` can be loaded, so that the package manifest links it only then.

Environment:
  PLUMB_TORCH=cpu|cuda   overrides what the presence of a driver suggests
  LIBTORCH=DIRECTORY     uses this folder (with lib/ and include/) and fetches nothing
"""

import contextlib
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

VERSION = "2.13.0"
# What the loader asks of the CUDA runtime when only libtorch_cpu.so of a CUDA wheel is linked.
CPU_PART_OF_CUDA = "cuda-toolkit[cudart,cupti]"


class SetupError(Exception):
    """One line: what failed, and what to do."""


def say(text):
    print(f"setup: {text}", file=sys.stderr, flush=True)


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(os.path.abspath(base), "plumb")


def wanted_variant():
    asked = os.environ.get("PLUMB_TORCH")
    if asked not in (None, "", "cpu", "cuda"):
        raise SetupError(f"PLUMB_TORCH is {asked!r}; it must be cpu or cuda")
    has_driver = os.path.exists("/proc/driver/nvidia/version") or os.path.exists("/dev/nvidiactl")
    return asked or ("cuda" if has_driver else "cpu")


def is_usable(torch):
    return os.path.exists(os.path.join(torch, "lib", "libtorch_cpu.so")) and os.path.exists(
        os.path.join(torch, "include", "ATen", "ATen.h")
    )


def is_ready(root):
    """The link works, and is either a folder of the user's own or this version's of the cache."""
    if os.environ.get("LIBTORCH") or os.environ.get("PLUMB_TORCH"):
        return False
    link = os.path.join(root, ".libtorch")
    if not is_usable(link):
        return False
    target = os.path.realpath(link)
    cache = os.path.realpath(cache_folder())
    folder = os.path.dirname(target)
    return not target.startswith(cache + os.sep) or os.path.basename(folder).startswith(
        (f"libtorch-{VERSION}-", "libtorch-given-")
    )


def link(root, folder, name=".libtorch"):
    """Replaces the link in one step; a build planned against another library is forgotten."""
    place = os.path.join(root, name)
    if os.path.realpath(place) == os.path.realpath(folder):
        return
    if os.path.isdir(place) and not os.path.islink(place):
        raise SetupError(f"{place} is a folder, not a link; move it away and run again")
    beside = f"{place}.{os.getpid()}"
    os.symlink(folder, beside)
    os.replace(beside, place)
    # The evaluated manifest is cached and does not notice that the link leads elsewhere.
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(root, ".build", "manifest.db"))


def mark_cuda_runtime(torch):
    """Writes `cuda-runtime` where every library that libtorch_cuda.so needs is found."""
    library = os.path.join(torch, "lib", "libtorch_cuda.so")
    if not os.path.exists(library):
        return False
    found = subprocess.run(["ldd", library], capture_output=True, text=True, check=False)
    if found.returncode != 0 or "not found" in found.stdout:
        return False
    with open(os.path.join(torch, "cuda-runtime"), "w", encoding="utf-8") as marker:
        marker.write("libtorch_cuda.so finds every library it needs\n")
    return True


def given(folder):
    """A stand-in folder in the cache that links to the user's own libtorch."""
    folder = os.path.realpath(folder)
    if not is_usable(folder):
        raise SetupError(
            f"LIBTORCH={folder} holds no lib/libtorch_cpu.so and include/ATen/ATen.h; "
            "name the `torch` folder of an installed PyTorch"
        )
    digest = hashlib.sha256(folder.encode()).hexdigest()[:12]
    torch = os.path.join(cache_folder(), f"libtorch-given-{digest}", "torch")
    os.makedirs(torch, exist_ok=True)
    for part in ("lib", "include"):
        place = os.path.join(torch, part)
        if os.path.islink(place):
            os.unlink(place)
        os.symlink(os.path.join(folder, part), place)
    mark_cuda_runtime(torch)
    return torch


def pip_download(requirements, folder, dependencies=False):
    """Downloads wheels into `folder`; returns what pip complained of, or None when it succeeded."""
    command = [sys.executable, "-m", "pip", "download", "--only-binary=:all:", "--retries", "2"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--dest", folder]
    command += [] if dependencies else ["--no-deps"]
    command += ["--progress-bar", "on" if sys.stderr.isatty() else "off"]
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace") as complaints:
        finished = subprocess.run(
            command + requirements,
            stdout=sys.stderr if sys.stderr.isatty() else subprocess.DEVNULL,
            stderr=complaints,
            check=False,
        )
        if finished.returncode == 0:
            return None
        complaints.seek(0)
        return complaints.read()


def has_no_network(complaint):
    reasons = r"NewConnectionError|Max retries|timed out|Temporary failure|resolve"
    return re.search(reasons, complaint) is not None


def reason_of(complaint):
    """What pip says at last."""
    last = [line for line in complaint.splitlines() if line.startswith("ERROR:")]
    return (last[0].removeprefix("ERROR: ") if last else "pip failed")[:160]


def explain(complaint):
    if has_no_network(complaint):
        return (
            f"cannot download torch {VERSION}: the package index does not answer; run again with "
            "a network, or with LIBTORCH=<the torch folder of an installed PyTorch>"
        )
    if "No space left" in complaint:
        return f"cannot download torch {VERSION}: the disk is full; the wheel needs about 3 GB"
    return f"cannot download torch {VERSION} for this machine: {reason_of(complaint)}"


def download_torch(folder, variant):
    """Downloads the wheel that suits `variant` best; returns its path."""
    cpu, plain = f"torch=={VERSION}+cpu", f"torch=={VERSION},!={VERSION}+cpu"
    size = "200 MB, or 550 MB with CUDA" if variant == "cpu" else "550 MB, then 2 GB of CUDA"
    say(f"downloading torch {VERSION} (about {size}); this happens once")
    complaint = ""
    for requirement in (cpu, plain) if variant == "cpu" else (plain, cpu):
        complaint = pip_download([requirement], folder)
        if complaint is None:
            return glob.glob(os.path.join(folder, "torch-*.whl"))[0]
        if "index does not answer" in explain(complaint):
            break
    raise SetupError(explain(complaint))


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def unpack(wheel, folder, wanted):
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if wanted(entry.filename):
                archive.extract(entry, folder)
        metadata = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return archive.read(metadata[0]).decode("utf-8")


def cuda_requirements(metadata, whole):
    """The CUDA wheels that a torch wheel asks for; all, or what its CPU half cannot do without."""
    lines = re.findall(r"^Requires-Dist: ([^;\n]+)", metadata, flags=re.MULTILINE)
    if whole:
        return [line.strip() for line in lines if line.startswith(("nvidia-", "cuda-toolkit"))]
    for line in lines:
        if line.startswith("cuda-toolkit["):
            return [CPU_PART_OF_CUDA + line[line.index("]") + 1 :].strip()]
    return []


def make(cache, variant):
    """Downloads and unpacks beside, then renames: a folder in the cache is always whole."""
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=cache) as beside:
        wheels, tree = os.path.join(beside, "wheels"), os.path.join(beside, "tree")
        os.makedirs(wheels)
        os.makedirs(tree)
        wheel = download_torch(wheels, variant)
        records = [wheel]
        metadata = unpack(
            wheel, tree, lambda name: name.startswith(("torch/lib/", "torch/include/"))
        )
        torch = os.path.join(tree, "torch")
        has_cuda = os.path.exists(os.path.join(torch, "lib", "libtorch_cuda.so"))
        if has_cuda:
            runtime = os.path.join(beside, "runtime")
            os.makedirs(runtime)
            needed = cuda_requirements(metadata, whole=variant == "cuda")
            complaint = pip_download(needed, runtime, dependencies=True)
            if complaint is not None:
                raise SetupError(explain(complaint))
            for path in sorted(glob.glob(os.path.join(runtime, "nvidia_*.whl"))):
                unpack(path, tree, lambda name: name.startswith("nvidia/") and ".so" in name)
                records.append(path)
            mark_cuda_runtime(torch)
        with open(os.path.join(tree, "wheels.sha256"), "w", encoding="utf-8") as record:
            for path in records:
                record.write(f"{sha256(path)}  {os.path.basename(path)}\n")
        if not is_usable(torch):
            raise SetupError(f"{os.path.basename(wheel)} holds no libtorch; is it the right file?")
        name = "cpu" if not has_cuda else "cuda" if variant == "cuda" else "cuda-wheel-on-cpu"
        folder = os.path.join(cache, f"libtorch-{VERSION}-{name}")
        if not os.path.exists(folder):
            os.rename(tree, folder)
        return os.path.join(folder, "torch")


def cached(cache, variant):
    names = ["cuda"] if variant == "cuda" else ["cpu", "cuda-wheel-on-cpu"]
    for name in names:
        torch = os.path.join(cache, f"libtorch-{VERSION}-{name}", "torch")
        if is_usable(torch):
            return torch
    return None


def made_or_second_best(cache, variant):
    try:
        return make(cache, variant)
    except SetupError as error:
        other = cached(cache, "cpu")
        if other is None:
            raise
        say(f"{error}; using the CPU libtorch of the cache")
        return other


@contextlib.contextmanager
def only_one(cache):
    """One setup at a time for each cache: the second finds the work done."""
    os.makedirs(cache, exist_ok=True)
    with open(os.path.join(cache, ".setup-lock"), "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another setup to finish")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for left in glob.glob(os.path.join(cache, ".unpacking-*")):
            shutil.rmtree(left, ignore_errors=True)
        yield


def main(arguments):
    if arguments[:1] == ["--check"]:
        return 0 if is_ready(arguments[1]) else 1
    root = arguments[0]
    cache = cache_folder()
    try:
        if os.environ.get("LIBTORCH"):
            link(root, given(os.environ["LIBTORCH"]))
            return 0
        variant = wanted_variant()
        with only_one(cache):
            link(root, cached(cache, variant) or made_or_second_best(cache, variant))
        return 0
    except SetupError as error:
        say(error)
    except OSError as error:
        place = error.filename or cache
        say(f"{place}: {error.strerror}; libtorch needs about 1 GB there (XDG_CACHE_HOME moves it)")
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
