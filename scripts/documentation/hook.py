"""What MkDocs runs: adds the generated pages, and points links that lead out of `docs/` to the repository.

MkDocs imports this file by its path, so it finds the project for itself.
"""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from kerlint.rules import all_rules  # noqa: E402
from scripts.documentation.__main__ import kept_files  # noqa: E402
from scripts.documentation.markdown import with_links_to  # noqa: E402
from scripts.documentation.references import complaints  # noqa: E402
from scripts.documentation.rule_pages import groups, rule_pages  # noqa: E402
from scripts.documentation.schemas import schema_files  # noqa: E402
from scripts.documentation.settings import commands_page  # noqa: E402

_LINK = re.compile(r"(\]\()((?:\.\./)+[^)#\s]+)")


def on_pre_build(config: MkDocsConfig) -> None:
    """Refuses to build pages that name what does not exist, or that are not what the program says today."""
    found = list(complaints())
    found += [
        f"{file.relative_to(ROOT)} is not up to date; run python -m scripts.documentation"
        for file, text in kept_files().items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    if found:
        raise PluginError("\n".join(["the documentation says what is not so:", *found]))


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the pages of the rules under *Rules*, by group."""
    listed: list[object] = ["rules/index.md"]
    listed += [{title: [f"rules/{rule.code}.md" for rule in rules]} for title, rules in groups().items()]
    config.nav = [{"Rules": [*listed, {"By tag": "tags.md"}]} if entry == {"Rules": []} else entry for entry in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds what is not kept in the repository, and the schemas."""
    for path, text in {**rule_pages(), "command-line.md": commands_page()}.items():
        files.append(File.generated(config, path, content=text))
    for file, text in schema_files().items():
        files.append(File.generated(config, file.name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """What lies beside `docs/` is on the site only as a link to the repository; a code in the text leads to its page."""
    folder = posixpath.dirname(f"docs/{page.file.src_uri}")
    rules = posixpath.relpath("docs/rules", folder)

    def leading_out(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, found[2]))
        return found[0] if target.startswith("docs/") else f"{found[1]}{(config.repo_url or '').rstrip('/')}/blob/main/{target}"

    own = PurePosixPath(page.file.src_uri).stem
    codes = set(all_rules()) - {own}
    return with_links_to(codes, rules, _LINK.sub(leading_out, markdown))


