"""What an archive may and may not do when it is unpacked, and what is done with one of the wrong hash."""

from __future__ import annotations

import hashlib
import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from benchmarks.ecosystem.download import WrongArchive, folder_of
from benchmarks.ecosystem.packages import Package
from benchmarks.ecosystem.unpacking import UnsafeArchive, unpack


def wheel(path: Path, *names: str, link: str | None = None) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x = 1\n")
        if link is not None:
            member = zipfile.ZipInfo("link.py")
            member.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(member, link)
    return path


def sdist(path: Path, *names: str, link: str | None = None, kind: bytes = tarfile.SYMTYPE) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 6
            archive.addfile(member, io.BytesIO(b"x = 1\n"))
        if link is not None:
            member = tarfile.TarInfo("alpha-1.0/link.py")
            member.type, member.linkname = kind, link
            archive.addfile(member)
    return path


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_a_wheel_is_unpacked_as_it_is(tmp_path: Path) -> None:
    unpack(wheel(tmp_path / "alpha-1.0-py3-none-any.whl", "alpha/a.py"), tmp_path / "out")
    assert files_in(tmp_path / "out") == {"alpha/a.py"}


def test_the_folder_round_a_source_archive_is_taken_off(tmp_path: Path) -> None:
    unpack(sdist(tmp_path / "alpha-1.0.tar.gz", "alpha-1.0/setup.py", "alpha-1.0/alpha/a.py"), tmp_path / "out")
    assert files_in(tmp_path / "out") == {"setup.py", "alpha/a.py"}


def test_a_source_archive_without_such_a_folder_stays_as_it_is(tmp_path: Path) -> None:
    unpack(wheel(tmp_path / "alpha-1.0.zip", "setup.py", "alpha/a.py"), tmp_path / "out")
    assert files_in(tmp_path / "out") == {"setup.py", "alpha/a.py"}


@pytest.mark.parametrize("name", ["../escaped.py", "a/../../escaped.py", "/escaped.py", "C:/escaped.py", "..\\escaped.py"])
@pytest.mark.parametrize("make", [wheel, sdist])
def test_a_path_that_leads_outside_is_refused(make: object, name: str, tmp_path: Path) -> None:
    assert callable(make)
    inner = tmp_path / "inner"
    inner.mkdir()
    archive = make(inner / ("alpha.whl" if make is wheel else "alpha.tar.gz"), "alpha/a.py", name)
    with pytest.raises(UnsafeArchive, match="outside"):
        unpack(archive, inner / "out")
    assert files_in(tmp_path) == {f"inner/{archive.name}"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
@pytest.mark.parametrize("target", ["../../secret.py", "/etc/hostname"])
def test_a_link_that_leads_outside_is_refused(target: str, kind: bytes, tmp_path: Path) -> None:
    archive = sdist(tmp_path / "alpha-1.0.tar.gz", "alpha-1.0/a.py", link=target, kind=kind)
    with pytest.raises(UnsafeArchive):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_link_inside_is_left_out(tmp_path: Path) -> None:
    unpack(sdist(tmp_path / "alpha-1.0.tar.gz", "alpha-1.0/a.py", link="a.py"), tmp_path / "one")
    unpack(wheel(tmp_path / "alpha.whl", "a.py", link="/etc/hostname"), tmp_path / "two")
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two") == {"a.py"}


def test_a_device_is_refused(tmp_path: Path) -> None:
    archive = sdist(tmp_path / "alpha-1.0.tar.gz", "alpha-1.0/a.py", link="", kind=tarfile.FIFOTYPE)
    with pytest.raises(UnsafeArchive):
        unpack(archive, tmp_path / "out")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alpha-1.0.tar.gz").write_text("<html>not found</html>")
    with pytest.raises(UnsafeArchive):
        unpack(tmp_path / "alpha-1.0.tar.gz", tmp_path / "out")


class Index:
    """An index of one file, which counts how often it is asked."""

    def __init__(self, content: Path) -> None:
        self.content = content.read_bytes()
        self.asked = 0

    def __call__(self, name: str, version: str, filename: str, folder: Path) -> Path:
        self.asked += 1
        (folder / filename).write_bytes(self.content)
        return folder / filename


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(wheel(tmp_path / "served.whl", "alpha/a.py"))


def package(sha256: str) -> Package:
    return Package("alpha", "1.0", 3, "alpha-1.0-py3-none-any.whl", sha256)


def test_a_package_is_downloaded_once(index: Index, tmp_path: Path) -> None:
    pinned = package(hashlib.sha256(index.content).hexdigest())
    first = folder_of(pinned, tmp_path / "cache", index)
    assert folder_of(pinned, tmp_path / "cache", index) == first
    assert (files_in(first), index.asked) == ({"alpha/a.py", "setup.cfg"}, 1)


def test_another_hash_is_refused_and_nothing_is_kept(index: Index, tmp_path: Path) -> None:
    with pytest.raises(WrongArchive, match="has the SHA-256"):
        folder_of(package("0" * 64), tmp_path / "cache", index)
    assert not files_in(tmp_path / "cache")


def test_a_damaged_archive_in_the_cache_is_fetched_again(index: Index, tmp_path: Path) -> None:
    pinned = package(hashlib.sha256(index.content).hexdigest())
    archive = tmp_path / "cache" / "archives" / pinned.filename
    archive.parent.mkdir(parents=True)
    archive.write_bytes(index.content[:-1])
    folder_of(pinned, tmp_path / "cache", index)
    assert archive.read_bytes() == index.content


def test_an_unfinished_folder_is_unpacked_again(index: Index, tmp_path: Path) -> None:
    (tmp_path / "cache" / "unpacked" / "alpha-1.0").mkdir(parents=True)
    folder = folder_of(package(hashlib.sha256(index.content).hexdigest()), tmp_path / "cache", index)
    assert files_in(folder) == {"alpha/a.py", "setup.cfg"}
