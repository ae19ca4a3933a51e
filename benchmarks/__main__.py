"""`python -m benchmarks`: archiving one corpus against wget, memory at ten times the corpus, and one very large body.

Rounds are interleaved and medians compared within one run, because machines differ and shared ones differ by the minute. Each contender's
WARC files are read back: a run that lost a response or wrote a wrong digest is an error, not a figure. This program is compiled to bytecode
before it is measured, as an installed one is; of several processes the memory is that of the largest.
"""

from __future__ import annotations

import argparse
import compileall
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import archiver as program
from benchmarks import corpus, server, warcs
from benchmarks.measure import Run, measure

CONFIG = """[network]
concurrency = 16
per_host = {{ connections = 16, interval = 0 }}
deadline = 600
max_body = "{cap}"
attempts = 2
allow_private_addresses = true
"""


@dataclass(frozen=True, slots=True)
class Task:
    """What a contender is asked to archive: URLs, the article that cites them, and a folder for its files."""

    urls: list[str]
    folder: Path
    cap: str = "200 MiB"


def wget(task: Task) -> tuple[list[str], Callable[[], list[Path]]]:
    """Return wget's command for a task, and how to find what it wrote."""
    urls = task.folder / "urls.txt"
    urls.write_text("\n".join(task.urls) + "\n")
    command = ["wget", "--no-config", "--no-hsts", "--quiet", "--tries=2", f"--input-file={urls}", "--output-document=/dev/null"]
    return [*command, f"--warc-file={task.folder / 'wget'}"], lambda: [task.folder / "wget.warc.gz"]


def archiver(task: Task) -> tuple[list[str], Callable[[], list[Path]]]:
    """Return this program's command for a task, and how to find what it wrote."""
    article, config, snapshots = (task.folder / name for name in ("list.html", "archiver.toml", "snapshots"))
    article.write_text(corpus.article(task.urls))
    config.write_text(CONFIG.format(cap=task.cap))
    options = ["--config", str(config), "--snapshots", str(snapshots), "-q"]
    return [sys.executable, "-m", "archiver", "article", str(article), *options], lambda: sorted(snapshots.rglob("archive/*.warc.gz"))


CONTENDERS = {"wget": wget, "archiver": archiver}


def run(name: str, task: Task) -> tuple[Run, warcs.Written]:
    """Let a contender archive a task in an empty folder; SystemExit where it failed or its records are not good."""
    shutil.rmtree(task.folder, ignore_errors=True)
    task.folder.mkdir(parents=True)
    command, files = CONTENDERS[name](task)
    errors = task.folder / "stderr.txt"
    cost = measure(command, task.folder, errors=errors)
    written = warcs.read(files(), task.urls)
    if cost.exit_code or written.responses != len(task.urls) or written.bad:
        said = errors.read_text(errors="replace")[-2000:]
        sys.exit(f"{name}: exit {cost.exit_code}, {written.responses} of {len(task.urls)} responses, {written.bad} bad\n{said}")
    return cost, written


def against_wget(task: Task, names: list[str], rounds: int) -> None:
    """Print medians of interleaved rounds, and the ratio to wget."""
    runs: dict[str, list[Run]] = {name: [] for name in names}
    sizes: dict[str, warcs.Written] = {}
    for number in range(rounds):
        for name in names:
            cost, sizes[name] = run(name, replace(task, folder=task.folder / name))
            runs[name].append(cost)
            print(f"  round {number + 1}: {name:9} {cost.wall:7.2f} s wall {cost.cpu:7.2f} s CPU {cost.memory:6.0f} MB", flush=True)
    middle = {name: _median(costs) for name, costs in runs.items()}
    print(f"\n{'':10}{'URL/s':>8}{'wall s':>9}{'CPU s':>8}{'peak MB':>9}{'WARC MB':>9}{'good':>7}{'x wget wall':>13}{'x wget CPU':>12}")
    for name, cost in middle.items():
        ratio = f"{middle['wget'].wall / cost.wall:13.2f}{middle['wget'].cpu / cost.cpu:12.2f}" if "wget" in middle else ""
        good = sizes[name].responses - sizes[name].bad
        figures = f"{len(task.urls) / cost.wall:8.0f}{cost.wall:9.2f}{cost.cpu:8.2f}{cost.memory:9.0f}{sizes[name].size / 1e6:9.1f}{good:7}"
        print(f"{name:10}{figures}{ratio}")


def memory(task: Task, names: list[str], what: str) -> None:
    """Print what each contender's memory grew to."""
    for name in names:
        cost, written = run(name, replace(task, folder=task.folder / name))
        print(
            f"{what}: {name:9} peak {cost.memory:6.0f} MB, {cost.wall:7.1f} s wall, {written.responses} responses, all digests good",
            flush=True,
        )
        shutil.rmtree(task.folder / name)


def main() -> None:
    """Run what was asked for and print tables."""
    options = _options()
    server.require("nginx", *(["wget"] if "wget" in options.contenders else []))
    compileall.compile_dir(Path(program.__file__).parent, quiet=1)
    folder = Path(tempfile.mkdtemp(prefix="archiver-bench-", dir=options.folder))
    root = folder / "root"
    try:
        with server.nginx(root, folder / "nginx") as base:
            if options.rounds:
                _main_figure(options, root, base, folder)
            if options.many:
                names = corpus.build(root / "many", options.many)
                memory(Task([f"{base}/many/{name}" for name in names], folder), ["archiver"], f"{options.many} resources")
                shutil.rmtree(root / "many")
            if options.large:
                (root / "large").mkdir(parents=True)
                corpus.body(root / "large" / "body.bin", options.large << 20)
                url = f"{base}/large/body.bin"
                memory(Task([url], folder, cap="64 GiB"), options.contenders, f"one body of {options.large} MiB")
    finally:
        if not options.keep:
            shutil.rmtree(folder)


def _main_figure(options: argparse.Namespace, root: Path, base: str, folder: Path) -> None:
    names = corpus.build(root / "r", options.resources)
    size = sum(file.stat().st_size for file in (root / "r").iterdir())
    print(f"{len(names)} resources, {size / 1e6:.0f} MB, nginx on loopback, {options.rounds} interleaved rounds", flush=True)
    against_wget(Task([f"{base}/r/{name}" for name in names], folder), options.contenders, options.rounds)
    print()


def _median(runs: list[Run]) -> Run:
    middle = (statistics.median(getattr(run, name) for run in runs) for name in ("wall", "cpu", "memory"))
    return Run(*middle, exit_code=0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds against wget; 0 leaves them out (default 3)")
    parser.add_argument("--resources", type=int, default=2000, help="resources in the corpus (default 2000, about 280 MB)")
    parser.add_argument(
        "--many", type=int, default=20_000, help="resources of the memory run; 0 leaves it out (default 20000, about 2.8 GB)"
    )
    parser.add_argument("--large", type=int, default=2048, help="MiB of the one large body; 0 leaves it out (default 2048)")
    parser.add_argument("--contenders", nargs="+", choices=list(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--folder", type=Path, help="where the temporary files go (default: the system's)")
    parser.add_argument("--keep", action="store_true", help="keep the temporary files")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except server.Missing as missing:
        sys.exit(str(missing))
