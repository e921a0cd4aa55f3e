"""What Benchmarks/counts, Benchmarks/registry, Benchmarks/picks and the package in Benchmarks/ say, one line of JSON a figure: {"what", "value", "unit", …}."""
import json
import pathlib
import subprocess
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent.parent


def _lines(text):
    """The figures of a package: one line of JSON each. One that cannot be read is told, and costs no other."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("{"):
            continue
        try:
            lines.append(json.loads(line))
        except ValueError:
            print(f"bench: no figure: {line}", flush=True)
    return lines


def counts(program):
    """What a query does, counted (Benchmarks/counts); None where that cannot be."""
    with tempfile.NamedTemporaryFile(mode="r", suffix=".json") as file:
        subprocess.run([FOLDER / "counts", "--program", program, "--json", file.name])
        return _lines(file.read()) or None


def registry(program):
    """What the registry's API takes (Benchmarks/registry); None where that cannot be."""
    with tempfile.NamedTemporaryFile(mode="r", suffix=".json") as file:
        subprocess.run([FOLDER / "registry", program, "--json", file.name])
        return _lines(file.read()) or None


def picks():
    """What picks of endpoints take (Benchmarks/picks); None where that cannot be."""
    with tempfile.NamedTemporaryFile(mode="r", suffix=".json") as file:
        subprocess.run([FOLDER / "picks", "--json", file.name])
        return _lines(file.read()) or None


def propagation(options):
    """How fast a change reaches the wire (Benchmarks/propagation); None where it can't be built."""
    said = subprocess.run([FOLDER / "propagation", *options], stdout=subprocess.PIPE, text=True)
    return _lines(said.stdout) or None
