"""Pages name only what exists, and what does not exist is found wherever a page may name it."""

from __future__ import annotations

import pytest

from scripts.documentation.markdown import with_links_to
from scripts.documentation.references import complaints, of_links, of_page, pages


def test_every_page_names_only_what_exists() -> None:
    assert list(complaints()) == []


def test_all_that_readers_read_is_looked_at() -> None:
    wanted = {"README.md", "CHANGELOG.md", "docs/configuration.md", "docs/rules/KER101.md", "docs/rules/KER999.md"}
    assert wanted <= pages().keys()


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("as KER198 says", "KER198 is no code"),
        ("```python\nx = 1  # noqa: KER198\n```", "KER198 is no code"),
        ("the rules KER6xx", "KER6xx is no group"),
        ("give `--selekt KER1`", "no option --selekt"),
        ("give `--select=KER1 --fast`", "no option --fast"),
        ("run `kerlint src --fast`", "no option --fast"),
        ("```console\n$ kerlint --fast .\n```", "unrecognized arguments: --fast"),
        ("```console\n$ kerlint --output-format xml .\n```", "invalid choice: 'xml'"),
        ("```console\n$ kerlint rule\n```", "rule needs a code"),
        ("    ```yaml\n    entry: kerlint check --fast\n    ```", "no option --fast"),
        ("```vim\nset makeprg=kerlint\\ check\\ --fast\\ %\n```", "no option --fast"),
        ("```toml\n[tool.kerlint]\nselekt = []\n```", "unknown key 'selekt'"),
        ("```toml\n[tool.kerlint.confirm]\nsecond = 3\n```", "unknown key 'second'"),
        ('```toml title="kerlint.toml"\nselect = ["KER198"]\n```', "KER198"),
        ("```toml\n[tool.kerlint\n```", "no TOML"),
        ("say `selekt = []`", "unknown key 'selekt'"),
        ("say `preview = 1`", "preview must be true or false"),
        ("see `kerlint/no_such_room/`", "there is no kerlint/no_such_room/"),
        ("see `scripts/none.py`", "there is no scripts/none.py"),
    ],
)
def test_what_does_not_exist_is_found(page: str, complaint: str) -> None:
    found = list(of_page(page))
    assert any(complaint in line for line in found), found


@pytest.mark.parametrize(
    "page",
    [
        "KER101, KER1xx, KERnnn and `KER1O1`",
        "`pip install --editable .` and `mkdocs build --strict`",
        "```bash\npip install --upgrade kerlint\nruff check --fix .\n```",
        "```console\n$ pip install --user kerlint\n$ kerlint --select KER1 src/    # --fast is no option here\n```",
        "`kerlint --select KER1`, `--target-keras 2.15`, `-j 4`, `--no-preview`",
        "```toml\n[tool.ruff]\nfast = true\n```",
        "`x = layers.Dense(8)(x)` and `trainable = False`",
        '`target-keras = "3"`',
        "`kerlint/rules`, `docs/index.md`, `path/of/yours.py`",
    ],
)
def test_what_exists_or_is_of_another_tool_is_left_alone(page: str) -> None:
    assert list(of_page(page)) == []


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ("[a](nowhere.md)", "the link nowhere.md leads nowhere"),
        ("[a](configuration.md#nowhere)", "configuration.md has no heading #nowhere"),
        ("[a](#nowhere)", "the page has no heading #nowhere"),
        ("[a](../../outside.md)", "leads nowhere"),
        ("[a](rules/none.md)", "leads nowhere"),
        ("![a](none.png)", "leads nowhere"),
        ("[a](configuration.md#the-keras-version)", None),
        ("[a](rules/KER101.md)", None),
        ("[a](#here)\n\n## `Here`", None),
        ("[a](../README.md)", None),
        ("[a](https://example.org/none.md#x)", None),
        ("`[a](none.md)`", None),
    ],
)
def test_links_lead_somewhere(link: str, complaint: str | None) -> None:
    found = list(of_links("docs/written.md", link, {**pages(), "docs/written.md": link}))
    if complaint is None:
        assert found == []
    else:
        assert [complaint in line for line in found] == [True], found


def test_a_code_in_plain_text_leads_to_its_page_and_no_other_does() -> None:
    kept = "---\ntitle: KER101\n---\n# KER101\n<!-- KER101 -->\n`KER101` [KER101](a.md)\n\n```text\nKER101\n```\n"
    assert with_links_to({"KER101"}, "rules", kept) == kept
    assert with_links_to({"KER101"}, "..", "KER101, KER102 KER1xx") == "[KER101](../KER101.md), KER102 KER1xx"
