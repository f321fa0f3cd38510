"""The site is built without a warning, and can be read without a network."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chromium import NEEDS_CHROMIUM, chromium
from kerlint.links import SITE, rule_page
from kerlint.rules import all_rules

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("material") is None, reason="needs the extra `docs`: mkdocs-material"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    return folder


def test_every_code_has_its_page(site: Path) -> None:
    for code in all_rules():
        page = (site / rule_page(code).removeprefix(SITE)).read_text(encoding="utf-8")
        assert f'<link rel="canonical" href="{rule_page(code)}">' in page


def test_the_schemas_stand_where_they_say(site: Path) -> None:
    for name in ("kerlint.schema.json", "kerlint.pyproject.schema.json"):
        text = (site / name).read_text(encoding="utf-8")
        assert f'"$id": "{SITE}{name}"' in text
        assert text == (ROOT / "kerlint" / name).read_text(encoding="utf-8")


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    sources = r"""<(?:script|img|iframe|source)[^>]*\ssrc=["']?(https?:)?//"""
    links = r"""<link[^>]*rel=["']?(?:stylesheet|preconnect|icon)["']?[^>]*(https?:)?//"""
    fetched = re.compile(f"{sources}|{links}")
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(all_rules())
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not fetched.search(text), page.name
        assert 'data-md-component="source"' not in text, "this element asks GitHub for the repository's stars"
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", style.read_text(encoding="utf-8")), style.name


def test_a_page_that_says_what_is_not_so_ends_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.exceptions import PluginError

    from scripts.documentation import hook

    monkeypatch.setattr(hook, "complaints", lambda: iter(["docs/a.md: KER198 is no code of kerlint"]))
    with pytest.raises(PluginError, match=r"docs/a\.md: KER198 is no code"):
        hook.on_pre_build(MkDocsConfig())


def test_links_out_of_the_documentation_lead_to_the_repository(site: Path) -> None:
    page = (site / "precision.html").read_text(encoding="utf-8")
    assert "/blob/main/benchmarks/ecosystem/packages.toml" in page


def test_codes_on_the_page_about_precision_are_links(site: Path) -> None:
    assert '<a href="rules/KER101.html">KER101</a>' in (site / "precision.html").read_text(encoding="utf-8")


@NEEDS_CHROMIUM
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_site_can_be_searched_where_it_is_read_from_a_folder(site: Path, tmp_path: Path) -> None:
    with chromium(tmp_path) as browser:
        browser.get((site / "rules" / "KER101.html").as_uri())
        field = browser.find_element("css selector", ".md-search__input")
        browser.execute_script("arguments[0].focus()", field)
        field.send_keys("TimeDistributed")
        found: list[str] = []
        end = time.monotonic() + 20
        while not found and time.monotonic() < end:
            time.sleep(0.1)
            found = browser.execute_script("return [...document.querySelectorAll('.md-search-result__link')].map((a) => a.href)")
        assert any(address.startswith((site / "rules" / "KER106.html").as_uri()) for address in found)
        assert [told["message"] for told in browser.get_log("browser")] == []
