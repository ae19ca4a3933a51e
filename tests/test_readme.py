"""The README says what is there: its configuration loads, its commands exist, its pictures and listings are those of the tree."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from archiver import cli
from archiver.cli.command import app
from archiver.config import Archive, Browser, Keep, Network, Notify, PerHost, Run, Source, Submit, Video, load

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf8")


def test_the_configuration_loads(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "ca.pem").touch()
    (tmp_path / "archiver.toml").write_text(block, encoding="utf8")
    config = load(tmp_path / "archiver.toml")
    tables = set(re.findall(r"^\[+(\w+)\]+", block, re.MULTILINE))
    assert tables == set(type(config).__dataclass_fields__)  # no table of the configuration is left out


def test_every_key_of_the_configuration_is_named() -> None:
    said = set(re.findall(r"\w+", README[README.index("## Configuration") : README.index("## Limits")]))
    tables = [Network, PerHost, Browser, Video, Archive, Submit, Source, Notify, Keep, Run]
    assert {field.name for table in tables for field in fields(table)} <= said


def test_every_command_is_named_and_every_name_is_a_command() -> None:
    assert cli.COMMANDS
    there = {one.name for one in app.registered_commands} | {one.name for one in app.registered_groups}
    table = README[README.index("| command | |") : README.index("Every command takes")]
    named = {word.split()[0] for cell in re.findall(r"^\| (.*?) \|", table, re.MULTILINE)[1:] for word in re.findall(r"`([^`]+)`", cell)}
    assert named == there


def test_the_listing_is_the_tree() -> None:
    listing = re.findall(r"^├── (\w+)/ +\d|^└── (\w+)/", README, re.MULTILINE)
    packages = {path.name for path in (ROOT / "archiver").iterdir() if (path / "__init__.py").exists()}
    assert {first or second for first, second in listing} == packages


def test_what_it_shows_and_links_is_there() -> None:
    for path in re.findall(r"\]\(((?!http)[^)#]+)\)", README):
        assert (ROOT / path).is_file(), path
    assert "@@" not in README
