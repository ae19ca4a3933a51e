"""The commands, each a few lines: read the options, call the service, print what came of it."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import logging
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from archiver import __version__
from archiver.cli import terminal
from archiver.config import Config, load
from archiver.errors import NotArchived, UsageError
from archiver.service import archive as archiving
from archiver.service import extract as extraction
from archiver.service import fixity, listing
from archiver.service import locate as locating
from archiver.service.demo import tour

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
DEFAULT_CONFIG = Path("archiver.toml")


@dataclass(frozen=True, slots=True)
class Options:
    """The options that every command takes."""

    snapshots: Path
    config: Config
    json: bool
    quiet: bool


Snapshots = Annotated[Path, typer.Option("--snapshots", metavar="DIR", envvar="ARCHIVER_SNAPSHOTS", help="Where snapshots are kept.")]
Configuration = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", envvar="ARCHIVER_CONFIG", help="Default: archiver.toml, if there is one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine output on stdout, nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log every request; show tracebacks.")]
Everything = Annotated[bool, typer.Option("--all", help="Capture what stands in the page's chrome too.")]
BaseUrl = Annotated[str | None, typer.Option("--base-url", metavar="URL", help="Where a file came from; relative links need it.")]
MediaType = Annotated[str | None, typer.Option("--media-type", metavar="TYPE", help="Overrides the media type that was sniffed.")]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Register a command and give it the options that every command takes, as one `Options`."""
    common = {
        "snapshots": (Snapshots, Path("snapshots")),
        "config": (Configuration, None),
        "as_json": (AsJson, False),
        "quiet": (Quiet, False),
        "verbose": (Verbose, False),
    }

    @functools.wraps(function)
    def run(snapshots: Path, config: Path | None, as_json: bool, quiet: bool, verbose: bool, **own: Any) -> None:
        logging.basicConfig(stream=sys.stderr, level=logging.INFO if verbose else logging.ERROR, format="%(asctime)s %(message)s")
        named = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
        function(options=Options(snapshots, load(named), as_json, quiet), **own)

    own = [p for name, p in inspect.signature(function, eval_str=True).parameters.items() if name != "options"]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in common.items()
    ]
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *shared)}
    app.command(name=function.__name__, help=function.__doc__)(run)
    return function


def emit(data: Any) -> None:
    """Print machine output: UTF-8 JSON, readable as it is."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


@app.callback(invoke_without_command=True)
def version(*, show: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    """Find every post, embed and link that an article cites, with its exact place, and archive each one as evidence."""
    if show:
        print(f"archiver {__version__}")
        raise typer.Exit


@command
def extract(
    source: str,
    *,
    text: Annotated[bool, typer.Option("--text", help="Print the article text that all offsets refer to.")] = False,
    base_url: BaseUrl = None,
    media_type: MediaType = None,
    options: Options,
) -> None:
    """Show what an article cites and where, without fetching it. No network, unless SOURCE is a URL."""
    article, document = asyncio.run(extraction.extract_source(source, options.config, base_url=base_url, media_type=media_type))
    if text:
        sys.stdout.write(article.text)
    elif options.json:
        emit(document)
    else:
        terminal.show_citations(document)


@command
def article(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…")],
    *,
    base_url: BaseUrl = None,
    media_type: MediaType = None,
    everything: Everything = False,
    no_fetch: Annotated[bool, typer.Option("--no-fetch", help="Stop after extraction; the snapshot holds the article alone.")] = False,
    options: Options,
) -> None:
    """Read articles, find what each cites, capture it, and write one snapshot an article."""
    orders = [
        archiving.Order(name, base_url=base_url, media_type=media_type, everything=everything, fetch=not no_fetch) for name in sources
    ]
    _archive(orders, options)


@command
def capture(urls: Annotated[list[str], typer.Argument(metavar="URL…")], *, options: Options) -> None:
    """Capture single URLs, with the same tiers, retries and records as an article's sources."""
    _archive([archiving.url_list(urls)], options)


def _archive(orders: list[archiving.Order], options: Options) -> None:
    results: list[archiving.Archived] = []
    with terminal.bar(quiet=options.quiet or options.json) as bar:
        for order in orders:
            results.append(archiving.run(order, options.snapshots, options.config, bar))
            if not options.json and not options.quiet:
                terminal.show_run(results[-1].manifest, results[-1].path)
    if options.json:
        emit({"schema": "archiver.run/1", "snapshots": [result.as_json() for result in results]})
    missing = sum(result.missing for result in results)
    if missing:
        raise NotArchived(f"finished, and {missing} of {sum(r.wanted for r in results)} citations were not captured; see `archiver status`")


@command
def status(
    article: Annotated[str | None, typer.Argument(help="A source as it was named, its URL, or a snapshot's path.")] = None,
    *,
    citation: Annotated[int | None, typer.Option("--citation", metavar="N", help="Show one citation whole.")] = None,
    options: Options,
) -> None:
    """Show what is archived, what failed and why, and what is due when."""
    if article is None:
        if citation is not None:
            raise UsageError("--citation needs the article: archiver status ARTICLE --citation N")
        overview = listing.overview(options.snapshots)
        emit(overview) if options.json else terminal.show_overview(overview)
        return
    manifest, path = listing.latest(options.snapshots, article)
    if citation is None:
        emit(manifest) if options.json else terminal.show_run(manifest, path)
        return
    one = listing.one(manifest, citation)
    emit(one) if options.json else terminal.show_citation(one)


@command
def locate(
    manifest: Annotated[Path, typer.Argument(help="A manifest.json, a snapshot's directory, or what `extract --json` printed.")],
    article: Annotated[str, typer.Argument(help="The later version: a file, a URL or -.")],
    *,
    base_url: BaseUrl = None,
    media_type: MediaType = None,
    options: Options,
) -> None:
    """Find a manifest's citations again in a later version of the article. A lost citation is a finding: the exit code is 0."""
    work = locating.locate_citations(manifest, article, options.config, base_url=base_url, media_type=media_type)
    located = asyncio.run(work)
    emit(located) if options.json else terminal.show_located(located)


@command
def verify(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[SNAPSHOT…]", help="Default: every snapshot of the store.")] = None,
    *,
    options: Options,
) -> None:
    """Re-read every byte: fixity, WARC validity, manifest against records against index."""
    reports = fixity.verify_all(options.snapshots, paths or [])
    if options.json:
        emit({"schema": "archiver.verify/1", "snapshots": [asdict(report) | {"snapshot": str(report.snapshot)} for report in reports]})
    elif not options.quiet:
        for report in reports:
            terminal.show_report(report)
    for report in reports:
        report.check()


@command
def rebuild(*, options: Options) -> None:
    """Make catalog, indexes and manifests again from the WARC files alone."""
    done = fixity.rebuild_all(options.snapshots)
    if options.json:
        emit({"schema": "archiver.rebuild/1", "snapshots": [str(path) for path in done]})
    elif not options.quiet:
        print(f"rebuilt {len(done)} snapshots and the catalog of {options.snapshots}")


@command
def demo(*, options: Options) -> None:
    """Take an offline tour: archive the bundled article against a small web on loopback."""
    with terminal.bar(quiet=options.quiet or options.json) as bar:
        result = tour.take(options.snapshots, bar)
    if options.json:
        emit({"schema": "archiver.run/1", "snapshots": [result.as_json()]})
    elif not options.quiet:
        terminal.show_run(result.manifest, result.path)
        print(tour.AFTERWORD.format(path=result.path, archiver="archiver" if shutil.which("archiver") else sys.argv[0]))
