"""What is generated and kept is up to date, and transcripts are what kerlint prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kerlint.links import SITE, rule_page
from kerlint.rules import all_rules
from scripts.documentation.__main__ import ROOT, TOLD, kept_files
from scripts.documentation.regions import filled
from scripts.documentation.rule_pages import groups, rule_pages, tags_of
from scripts.documentation.transcripts import retold, run


def test_what_is_kept_is_what_would_be_written_today() -> None:
    stale = [file.name for file, text in kept_files().items() if file.read_text(encoding="utf-8") != text]
    assert not stale, f"run python -m scripts.documentation: {', '.join(stale)}"


def test_every_page_that_shows_a_command_of_kerlint_in_a_folder_of_its_own_is_retold() -> None:
    assert all("```console\n$ kerlint" in (ROOT / "docs" / name).read_text(encoding="utf-8") for name in TOLD)


def test_output_that_is_made_up_is_replaced_by_what_is_printed(tmp_path: Path) -> None:
    program = '```python title="a/b.py"\nimport keras\n\nkeras.Model().save("m")\n```\n'
    page = f"{program}\n```console\n$ kerlint a\nall is well\n$ echo $?\n7\n```\n"
    told = retold(page, tmp_path)
    assert "all is well" not in told
    assert "a/b.py:3:20: KER301" in told
    assert told.endswith("$ echo $?\n1\n```\n")
    assert (tmp_path / "a" / "b.py").read_text(encoding="utf-8").startswith("import keras")


def test_a_block_inside_a_list_keeps_its_indentation(tmp_path: Path) -> None:
    told = retold("1. so:\n\n    ```console\n    $ kerlint --version\n    ```\n", tmp_path)
    assert re.search(r"\n    \$ kerlint --version\n    kerlint \d\S+\n    ```\n$", told)


def test_other_commands_are_never_run(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only kerlint is run"):
        retold("```console\n$ touch made\n```\n", tmp_path)
    assert not (tmp_path / "made").exists()


def test_a_command_leaves_the_working_folder_as_it_was(tmp_path: Path) -> None:
    before = Path.cwd()
    assert run("kerlint nothing-here.py", tmp_path)[0] == 2
    assert Path.cwd() == before


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no region 'keys'"):
        filled("<!-- keys: begin -->", "keys", "x")


def test_every_rule_has_its_page_where_the_address_says() -> None:
    pages = rule_pages()
    assert pages.keys() == {"rules/index.md", *(f"rules/{code}.md" for code in all_rules())}
    for code in all_rules():
        assert rule_page(code) == f"{SITE}rules/{code}.html"
        assert f"[{code}]({code}.md)" in pages["rules/index.md"]


def test_the_command_names_the_page_of_a_rule(tmp_path: Path) -> None:
    assert run("kerlint rule KER101", tmp_path)[1].rstrip().endswith(rule_page("KER101"))
    told = json.loads(run("kerlint rule --all --output-format json", tmp_path)[1])
    assert {entry["code"]: entry["url"] for entry in told} == {code: rule_page(code) for code in all_rules()}


def test_the_site_stands_where_the_addresses_say() -> None:
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert f"site_url: {SITE}\n" in configuration
    assert "use_directory_urls: false\n" in configuration


def test_every_rule_stands_in_one_group() -> None:
    assert sorted(rule.code for rules in groups().values() for rule in rules) == sorted(all_rules())


def test_tags_say_for_which_keras_a_rule_speaks_and_whether_unasked() -> None:
    tags = {code: tags_of(rule) for code, rule in all_rules().items()}
    assert tags["KER101"] == ["severity: warning", "on by default", "Keras 2", "Keras 3", "confirmable"]
    assert tags["KER105"] == ["severity: error", "on by default", "Keras 3.0 to 3.6", "confirmable"]
    assert tags["KER311"] == ["severity: warning", "on by default", "Keras 2", "confirmable"]
    assert "off by default" in tags["KER306"]
    assert tags["KER999"] == ["severity: error", "on by default"]


def test_a_page_shows_the_example_with_its_output_and_what_was_measured() -> None:
    page = rule_pages()["rules/KER105.md"]
    assert re.search(r"\$ kerlint --target-keras 3\.6 example\.py\nexample\.py:\d+:\d+: KER105 ", page)
    assert page.count("$ kerlint --target-keras 3.6 example.py\n") == 2
    assert "kerlint: nothing found in 1 file\n```" in page
    assert "| ReLU in a chain, `.keras` | fine | raises ValueError (load) |" in page
    assert "<https://github.com/keras-team/keras/issues/20389>." in page
    assert "`kerlint --confirm=KER105`" in page
