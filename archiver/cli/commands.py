"""The commands, each a few lines: read the options, call the service, print what came of it.

A service is imported by the command that calls it: all of them together take half a second, and `--version` and `status` need none.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver import __version__
from archiver.cli import cited, terminal
from archiver.cli.command import Options, command, emit, one_form, top
from archiver.config import Config
from archiver.errors import ArchiverError, ConfigError, LeaseLost, NotArchived, StorageError, UsageError

if TYPE_CHECKING:
    from archiver.service import archive as archiving

Everything = Annotated[bool, typer.Option("--all", help="Capture what stands outside the article too: menus, share buttons, comments.")]
BaseUrl = Annotated[str | None, typer.Option("--base-url", metavar="URL", help="Where a file came from; relative links need it.")]
MediaType = Annotated[
    str | None, typer.Option("--media-type", metavar="TYPE", help="What kind of file it is, like text/html. Default: read from its bytes.")
]

Tier = Annotated[
    str | None,
    typer.Option(
        "--tier", metavar="http|browser|auto", help="How pages are asked for. Default: browser.tier of the configuration, or auto."
    ),
]
UserScript = Annotated[
    list[Path] | None,
    typer.Option("--user-script", metavar="FILE", help="JavaScript that every page opened in the browser runs; may be repeated."),
]


@top
def version(*, show: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    """Find every post, embed and link that an article cites, with its exact place, and archive each one as evidence."""
    if show:
        print(f"archiver {__version__}")
        raise typer.Exit


@command
def extract(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A URL, a file, or - for standard input.")],
    *,
    text: Annotated[bool, typer.Option("--text", help="Print the article text that all offsets refer to.")] = False,
    base_url: BaseUrl = None,
    media_type: MediaType = None,
    options: Options,
) -> None:
    """Show what an article cites and where, without fetching it. No network, unless SOURCE is a URL."""
    from archiver.service import extract as extraction

    one_form(options, text=text)
    article, document = asyncio.run(extraction.extract_source(source, options.config, base_url=base_url, media_type=media_type))
    if text:
        sys.stdout.write(article.text)
    elif options.json:
        emit(document)
    else:
        terminal.show_citations(document)


@command
def article(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help="URLs, files, or - for standard input.")],
    *,
    base_url: BaseUrl = None,
    media_type: MediaType = None,
    everything: Everything = False,
    no_fetch: Annotated[bool, typer.Option("--no-fetch", help="Stop after extraction; the snapshot holds the article alone.")] = False,
    tier: Tier = None,
    user_script: UserScript = None,
    options: Options,
) -> None:
    """Read articles, find what each cites, capture it, and write one snapshot an article."""
    from archiver.service import archive as archiving

    orders = [
        archiving.Order(name, base_url=base_url, media_type=media_type, everything=everything, fetch=not no_fetch) for name in sources
    ]
    _archive(orders, options, options.config.browsing(tier, user_script or ()))


@command
def capture(
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="What to capture: http and https addresses.")],
    *,
    tier: Tier = None,
    user_script: UserScript = None,
    options: Options,
) -> None:
    """Capture single URLs, with the same tiers, retries and records as an article's sources."""
    from archiver.service import archive as archiving

    _archive([archiving.url_list(urls)], options, options.config.browsing(tier, user_script or ()))


def _archive(orders: list[archiving.Order], options: Options, config: Config) -> None:
    from archiver.service import archive as archiving

    results: list[archiving.Archived] = []
    failed: list[tuple[str, ArchiverError]] = []
    with terminal.bar(quiet=options.quiet or options.json) as bar:
        for order in orders:
            try:
                results.append(archiving.run(order, options.snapshots, config, bar))
            except (StorageError, LeaseLost, ConfigError):  # the others would meet the same
                raise
            except ArchiverError as error:
                if len(orders) == 1:
                    raise
                failed.append((order.name, error))
                continue
            if not options.json and not options.quiet:
                terminal.show_run(results[-1].manifest, results[-1].path)
    if options.json:
        errors = [{"source": name, "error": error.message} for name, error in failed]
        emit({"schema": "archiver.run/1", "snapshots": [result.as_json() for result in results], "failed": errors})
    if failed:
        worst = max((error for _, error in failed), key=lambda error: error.exit_code)
        said = "; ".join(error.message for _, error in failed)
        raise type(worst)(f"{len(failed)} of {len(orders)} articles were not archived: {said}")
    missing = sum(result.missing for result in results)
    if missing:
        raise NotArchived(f"finished, and {missing} of {sum(r.wanted for r in results)} citations were not captured; see `archiver status`")


@command
def status(
    article: Annotated[
        str | None,
        typer.Argument(
            metavar="ARTICLE", help="A source as it was named, its URL, or a snapshot: path or name. Default: an overview of all."
        ),
    ] = None,
    *,
    citation: Annotated[
        int | None, typer.Option("--citation", metavar="N", help="Show the ARTICLE's citation of this number: places, captures, history.")
    ] = None,
    prometheus: Annotated[bool, typer.Option("--prometheus", help="Print the totals as Prometheus' text format instead.")] = False,
    options: Options,
) -> None:
    """Show what is archived, what failed and why, what became of it since, and what is due when."""
    from archiver.cli import tables
    from archiver.service import listing, measure
    from archiver.service.again import history

    if prometheus:
        one_form(options, prometheus=prometheus)
        sys.stdout.write(measure.of_store(options.snapshots))
        return
    if article is None:
        if citation is not None:
            raise UsageError("--citation needs the article: archiver status ARTICLE --citation N")
        overview = listing.overview(options.snapshots, options.config.source)
        emit(overview) if options.json else terminal.show_overview(overview)
        return
    manifest, path = listing.latest(options.snapshots, article)
    looks = history.of_article(listing.store_of(manifest, path, options.snapshots), manifest["snapshot"])
    if citation is None:
        if options.json:
            emit(manifest | {"looks": looks})
            return
        terminal.show_run(manifest, path)
        tables.show_history(looks)
        return
    one, mine = listing.one(manifest, citation), next((each for each in looks["citations"] if each["number"] == citation), None)
    steps = mine["history"] if mine else []
    if options.json:
        emit({"schema": "archiver.citation/1"} | one | {"looks": steps})
        return
    cited.show_citation(one)
    tables.show_looks(steps)


@command
def locate(
    manifest: Annotated[Path, typer.Argument(metavar="MANIFEST", help="A manifest.json, a snapshot, or what `extract --json` printed.")],
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="The later version: a file, a URL or -.")],
    *,
    base_url: BaseUrl = None,
    media_type: MediaType = None,
    options: Options,
) -> None:
    """Find a manifest's citations again in a later version of the article. A lost citation is a finding: the exit code is 0."""
    from archiver.record import layout
    from archiver.service import locate as locating

    work = locating.locate_citations(
        layout.meant(options.snapshots, manifest), article, options.config, base_url=base_url, media_type=media_type
    )
    located = asyncio.run(work)
    emit(located) if options.json else terminal.show_located(located)


@command
def verify(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="SNAPSHOT", help="Paths, names in the store, or .wacz files. Default: every snapshot of the store."),
    ] = None,
    *,
    options: Options,
) -> None:
    """Re-read every byte: fixity, WARC validity, manifest against records against index; of a .wacz, signature and timestamp too."""
    from archiver.service import fixity

    reports = fixity.verify_all(options.snapshots, paths or [], ca_bundle=options.config.network.ca_bundle)
    if options.json:
        emit({"schema": "archiver.verify/1", "snapshots": [asdict(report) | {"snapshot": str(report.snapshot)} for report in reports]})
    elif not options.quiet:
        for report in reports:
            terminal.show_report(report)
        if not reports:
            print(f"{options.snapshots}: no snapshots there")
    for report in reports:
        report.check()


@command
def rebuild(*, options: Options) -> None:
    """Make catalog, indexes and manifests again from the WARC files alone. A snapshot that was moved by hand is put back in its place."""
    from archiver.service import fixity

    done = fixity.rebuild_all(options.snapshots)
    if options.json:
        returned = [{"from": str(path), "to": str(place)} for path, place in done.returned]
        names = [str(path) for path in done.snapshots]
        emit({"schema": "archiver.rebuild/1", "snapshots": names, "returned": returned, "left": [str(path) for path in done.left]})
    elif not options.quiet:
        for path, place in done.returned:
            print(terminal.plain(f"{path}: put back to {place}, where its records say that it lies"))
        for path in done.left:
            print(terminal.plain(f"{path}: left out: its records name another place, and that is taken; keep copies outside the store"))
        print(f"rebuilt {terminal.counted(len(done.snapshots), 'snapshot')} and the catalog of {options.snapshots}")


@command
def demo(*, options: Options) -> None:
    """Take an offline tour: archive the bundled article against a small web on loopback."""
    from archiver.service.demo import tour

    with terminal.bar(quiet=options.quiet or options.json) as bar:
        result = tour.take(options.snapshots, bar)
    if options.json:
        emit({"schema": "archiver.run/1", "snapshots": [result.as_json()]})
    elif not options.quiet:
        terminal.show_run(result.manifest, result.path)
        called = f"{sys.executable} -m archiver" if sys.argv[0].endswith("__main__.py") else sys.argv[0]
        print(tour.afterword("archiver" if shutil.which("archiver") else called, options.snapshots, result.manifest["snapshot"]))
