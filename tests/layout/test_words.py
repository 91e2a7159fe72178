"""What our pages tell a reader to type exists: commands with their options, make targets, settings, files."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from tests.kit.checkout import CHECKOUT
from trialwire.pipeline import settings
from trialwire.pipeline.commands import cli

PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
_CODE = re.compile(r"```[^\n]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_PLACEHOLDERS = {"DATE": "2026-11-01", "NCT…": "NCT99990001", "PATH…": "records", "DAY": "2026-11-01"}


def code(page: Path) -> list[str]:
    """Every line of code on a page, comments cut off."""
    blocks = (block or inline for block, inline in _CODE.findall(page.read_text(encoding="utf-8")))
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]


def trialwire_calls(page: Path) -> list[list[str]]:
    """The arguments of each call of `trialwire` on a page; one with dots in it is no call but a mention."""
    calls = []
    for line in code(page):
        found = re.match(r"(?:[A-Z_]+=\S+ )*(?:docker compose exec \S+ )?(?:\.venv/bin/)?trialwire (.+)", line)
        if found:
            words = [_PLACEHOLDERS.get(word, word) for word in shlex.split(re.split(r" [|>] | >|\[", found[1])[0])]
            if "…" not in "".join(words):
                calls.append(words)
    return calls


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_call_of_trialwire_on_a_page_parses(page: Path) -> None:
    group = get_command(cli.app)
    for words in trialwire_calls(page):
        command, context = group, group.make_context("trialwire", list(words) or ["--help"])
        while hasattr(command, "commands") and (rest := [*context._protected_args, *context.args]):
            name, command, rest = command.resolve_command(context, rest)
            required = any(one.param_type_name == "argument" and one.required for one in command.params)
            if not rest and required:
                break  # the command alone is named, not called
            context = command.make_context(name, rest, parent=context)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_make_target_and_setting_on_a_page_exists(page: Path) -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {found[1] for line in code(page) if (found := re.match(r"make ([a-z]+)", line))} <= targets
    known = {name for name, _, _ in settings.described()} | set(settings.OTHER_VARIABLES)
    named = set(re.findall(r"TRIALWIRE_[A-Z0-9_]*[A-Z0-9]\b", page.read_text(encoding="utf-8")))
    assert named <= known


def test_every_row_of_the_table_of_faults_has_its_test_and_every_such_test_its_row() -> None:
    table = (CHECKOUT / "docs/guarantees/faults.md").read_text("utf-8")
    rows = set(re.findall(r"^\| (\d+) \|", table, re.MULTILINE))
    shown: set[str] = set()
    for module in (CHECKOUT / "tests").rglob("test_*.py"):
        for name in re.findall(r"^def (test_rows?_\d\w*)\(", module.read_text("utf-8"), re.MULTILINE):
            shown |= set(re.findall(r"(?<=row_)\d+|(?<=rows_)\d+|(?<=and_)\d+", name))
    assert shown == rows
