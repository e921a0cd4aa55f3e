"""What the packages in Benchmarks/ measure in-process, one line of JSON a figure: {"what", "value", "unit", …}."""
import json
import pathlib
import subprocess
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent.parent


def _lines(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def counts():
    """What a query does, counted (Benchmarks/counts); None where there is nothing to count with."""
    tool = FOLDER / "counts"
    if not tool.exists():
        return None
    with tempfile.NamedTemporaryFile(mode="r", suffix=".json") as file:
        done = subprocess.run([tool, "--json", file.name])
        lines = _lines(file.read())
    return lines if lines or not done.returncode else None


def propagation(options):
    """How fast a change reaches the wire (the package's program `propagation`); None where it is not built."""
    for program in (FOLDER / ".build/release/propagation",):
        if program.exists():
            said = subprocess.run([program, *options], stdout=subprocess.PIPE, text=True)
            return _lines(said.stdout)
    return None
