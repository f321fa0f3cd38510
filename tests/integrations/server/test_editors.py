"""Editors as they are, without a window: each opens a program with its own client and is told what is wrong with it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from integrations.server.editor import COMMAND, REPOSITORY

pytestmark = pytest.mark.slow

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
DOCUMENTATION = (REPOSITORY / "docs" / "editors.md").read_text(encoding="utf-8")
SECONDS = 90


@pytest.fixture
def program(folder: Path) -> Path:
    """The program of the tour, with an emoji before a finding."""
    text = (REPOSITORY / "fixtures" / "tour" / "model.py").read_text(encoding="utf-8")
    file = folder / "model.py"
    file.write_text(text.replace('    model.save("./test_model")', '    x = "😀"; model.save("./test_model")'), encoding="utf-8")
    return file


def _snippet(language: str, holding: str) -> str:
    """The configuration that the documentation gives, with this interpreter's kerlint as the command."""
    blocks = re.findall(rf"```{language}\n(.*?)```", DOCUMENTATION, re.DOTALL)
    (found,) = [block for block in blocks if holding in block]
    return found


NEOVIM = """
vim.o.swapfile = false
vim.cmd("filetype on")
SNIPPET
function Told()
  local lines = {}
  for _, found in ipairs(vim.diagnostic.get(0)) do
    local code = found.code or (found.user_data and found.user_data.lsp.code)
    table.insert(lines, string.format("%d:%d %s %s %d", found.lnum + 1, found.col + 1, code, found.source, found.severity))
  end
  return lines
end
function Main()
  vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 50)
  local answer = { first = Told() }
  local place = vim.lsp.util.make_position_params()
  place.position = { line = 14, character = 17 }
  for _, reply in pairs(vim.lsp.buf_request_sync(0, "textDocument/hover", place, 60000)) do
    answer.hover = reply.result.contents.value
  end
  local asked = vim.lsp.util.make_range_params()
  asked.context = { diagnostics = {}, only = { "source.fixAll.kerlint" } }
  for _, reply in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", asked, 60000)) do
    vim.lsp.util.apply_workspace_edit(reply.result[1].edit, "utf-16")
  end
  answer.fixed = vim.api.nvim_buf_get_lines(0, 20, 21, false)[1]
  vim.wait(60000, function() return #vim.diagnostic.get(0) == #answer.first - 1 end, 50)
  answer.second = Told()
  io.stdout:write(vim.fn.json_encode(answer))
  vim.cmd("qa!")
end
"""


def test_neovim_with_its_own_client(program: Path, tmp_path: Path) -> None:
    neovim = shutil.which("nvim")
    if neovim is None:
        pytest.skip("no nvim on this machine (Debian: apt-get install neovim)")
    has_config = subprocess.run(
        [neovim, "--headless", "--clean", "-c", 'lua io.stdout:write(tostring(vim.lsp.config ~= nil))', "-c", "qa!"],
        capture_output=True, text=True, timeout=SECONDS,
    ).stdout  # fmt: skip
    snippet = _snippet("lua", "vim.lsp.config(" if has_config == "true" else "vim.lsp.start_client(")
    snippet = snippet.replace('{ "kerlint", "server" }', "{ " + ", ".join(map(json.dumps, COMMAND)) + " }")
    snippet = snippet.replace('targetKeras = "3"', 'targetKeras = "3", unsafeFixes = true, ignore = { "KER201" }')
    assert COMMAND[1] in snippet and "KER201" in snippet
    startup = tmp_path / "init.lua"
    startup.write_text(NEOVIM.replace("SNIPPET", snippet))
    ran = subprocess.run(
        [neovim, "--headless", "--clean", "-u", str(startup), program.name, "-c", "lua Main()"],
        cwd=program.parent, env=ENVIRONMENT, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    found = re.search(r"\{.*\}", ran.stdout, re.DOTALL)
    assert found is not None, (ran.stdout, ran.stderr)
    told = json.loads(found.group())
    first, second = [line.split() for line in told["first"]], [line.split() for line in told["second"]]
    assert [(line[0], line[1]) for line in first] == [("15:16", "KER101"), ("21:28", "KER301")]  # in bytes
    assert all(line[2:] == ["kerlint", "1"] for line in first)
    assert told["hover"].startswith("**BatchNormalization** `keras.layers.BatchNormalization`, made on line 11")
    assert '"😀"; model.save("./test_model.keras")' in told["fixed"]
    assert [line[1] for line in second] == ["KER101"]


EMACS = r"""
(require 'eglot)
(setq eglot-sync-connect 60 eglot-connect-timeout 60 make-backup-files nil)
SNIPPET
(find-file "model.py")
(run-hooks 'post-command-hook)
(let ((deadline (+ (float-time) 60)))
  (while (and (not (flymake-diagnostics)) (< (float-time) deadline))
    (accept-process-output nil 0.2)
    (when (bound-and-true-p flymake-mode) (flymake-start))))
(dolist (found (flymake-diagnostics))
  (save-excursion
    (goto-char (flymake-diagnostic-beg found))
    (princ (format "%d:%d %s\n" (line-number-at-pos) (1+ (- (point) (line-beginning-position)))
                   (flymake-diagnostic-text found)))))
"""


def test_emacs_with_eglot(program: Path, tmp_path: Path) -> None:
    emacs = shutil.which("emacs")
    if emacs is None:
        pytest.skip("no emacs on this machine (Debian: apt-get install emacs-nox elpa-eglot)")
    start = [emacs, "--batch", "-f", "package-initialize"]
    known = subprocess.run([*start, "--eval", "(require 'eglot)"], capture_output=True, text=True, timeout=SECONDS)
    if known.returncode:
        pytest.skip("this emacs has no eglot (Debian: apt-get install elpa-eglot; part of Emacs from 29 on)")
    snippet = _snippet("elisp", "eglot")
    snippet = snippet.replace('("kerlint" "server")', "(" + " ".join(map(json.dumps, COMMAND)) + ")")
    snippet = snippet.replace(':targetKeras "3"', ':targetKeras "3" :ignore ["KER201"]')
    assert COMMAND[1] in snippet and "KER201" in snippet
    script = tmp_path / "run.el"
    script.write_text(EMACS.replace("SNIPPET", snippet), encoding="utf-8")
    ran = subprocess.run(
        [*start, "-l", str(script)], cwd=program.parent, env=ENVIRONMENT, capture_output=True, text=True, timeout=SECONDS
    )
    places = [line.split(" ")[0] for line in ran.stdout.splitlines() if "KER" in line]
    assert sorted(places) == ["15:16", "21:25"], (ran.stdout, ran.stderr)
