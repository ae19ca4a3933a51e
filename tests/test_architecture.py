"""The folder listing is the pipeline: imports go only up it, nothing goes round, each bought dependency has one door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "archiver"
STAGES = ["article", "citation", "embed", "fetch", "record", "replay", "service", "cli"]
GROUND = {"channel", "config", "errors", "toml", "url"}
DOORS = {
    "httpx": {"fetch"},
    "tenacity": {"fetch.retry"},
    "warcio": {"record.warc"},
    "isal": {"record.warc"},
    "bs4": {"article", "citation", "embed"},
    "selectolax": {"article", "citation", "embed", "replay.rendition"},
    "typer": {"cli"},
    "rich": {"cli"},
    "cronsim": {"toml", "service.runs.slot"},
    "sqlite3": {"record.catalog"},
    "ada_url": {"url"},
    "twitter_text": {"citation"},
    "babel": {"article.dates"},
    "brotli": {"fetch", "article.warc"},
    "backports": {"fetch.answer"},
    "starlette": {"replay"},
    "uvicorn": {"replay.server"},
    "pypdfium2": {"article.pdf"},
    "jinja2": {"replay", "service"},
    "cryptography": {"record.wacz"},
    "rfc3161_client": {"record.wacz"},
}
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in sorted(ROOT.rglob("*.py"))}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, TYPE_CHECKING or not; relative imports are not used in this project."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def inside(name: str) -> str | None:
    """The module of ours that an imported name belongs to, without the leading `archiver.`; None for anything else."""
    if name.split(".", maxsplit=1)[0] != "archiver":
        return None
    rest = name.split(".")[1:]
    while rest and ".".join(rest) not in MODULES:
        rest.pop()
    return ".".join(rest)


EDGES = {
    module: {own for name in imported(path) if (own := inside(name)) not in (None, module, "__init__", "")}
    for module, path in MODULES.items()
}


def test_the_listing_is_the_pipeline():
    packages = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and (path / "__init__.py").exists())
    # `cli` sorts among the first and stands last: it calls the others and nothing calls it.
    assert [p for p in packages if p != "cli"] == [s for s in STAGES if s != "cli"]
    assert {name for name in MODULES if "." not in name} - set(packages) == GROUND | {"__init__", "__main__"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_only_up(module):
    stage = module.split(".")[0]
    for target in EDGES[module]:
        above = target.split(".")[0]
        if above in GROUND:
            continue
        assert stage not in GROUND, f"{module} is ground and imports {target}"
        if stage in STAGES:
            assert STAGES.index(above) <= STAGES.index(stage), f"{module} imports {target}, which stands below it"


def test_no_cycles():
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join((*trail, module))
        if module not in done:
            for target in sorted(EDGES.get(module, ())):
                visit(target, (*trail, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


@pytest.mark.parametrize("dependency", sorted(DOORS))
def test_one_door_for_each_dependency(dependency):
    users = {module for module, path in MODULES.items() for name in imported(path) if name.split(".")[0] == dependency}
    strangers = {user for user in users if not any(user == door or user.startswith(door + ".") for door in DOORS[dependency])}
    assert not strangers
    assert users, f"{dependency} is paid for and used by nobody"
