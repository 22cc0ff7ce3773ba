"""Files are written whole or not at all."""

import errno
import os
import signal
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import init_params, load, save
from fnnet.io.files import check_writable, derived_name, replacing
from tests.helpers import patch, shared_folder, without_root

PARAMS = init_params((3, 4, 2), seed=0)


def test_folders_need_not_be_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a folder cannot be opened to flush it, the file is written nevertheless."""

    def refused(path: object, flags: int) -> int:
        raise PermissionError("folders cannot be opened here")

    patch(monkeypatch, "fnnet.io.files.os.open", refused)
    save(PARAMS, tmp_path / "m.npz")
    assert load(tmp_path / "m.npz") == PARAMS


def test_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    save(PARAMS, path)
    with pytest.raises(RuntimeError), replacing(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert load(path) == PARAMS
    assert list(tmp_path.iterdir()) == [path]


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.sampled_from(["", "."]))
def test_derived_names_fit_and_differ(name: str, start: str) -> None:
    derived = derived_name(name, ".lock", start)
    whole = f"{start}{name}.lock"
    assert len(derived.encode()) <= 255 and derived.startswith(start) and derived.endswith(".lock")
    assert (derived == whole) == (len(whole.encode()) <= 255)
    assert derived_name(f"{name}a", ".lock", start) not in (derived, derived_name(f"{name}b", ".lock", start))


@pytest.mark.parametrize("name", ["m" * 225, "m" * 255, "\u044f" * 127, os.fsdecode(b"\xff" * 255)])
def test_names_may_be_long(name: str, tmp_path: Path) -> None:
    """As long as the file system allows, whatever is made beside the file."""
    check_writable(tmp_path / name)
    save(PARAMS, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name] and load(tmp_path / name) == PARAMS


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    save(PARAMS, tmp_path / "link")
    assert (tmp_path / "link").is_symlink() and load(tmp_path / "real") == PARAMS


def test_unwritable_target_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "no" / "m.npz", tmp_path):
        with pytest.raises(OSError, match=str(path)):
            check_writable(path)
        with pytest.raises(OSError, match=str(path)):
            save(PARAMS, path)
    with pytest.raises(FileNotFoundError) as caught:
        check_writable(tmp_path / "no" / "m.npz")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, str(tmp_path / "no" / "m.npz"))
    check_writable(tmp_path / "fine")
    assert list(tmp_path.iterdir()) == []


def test_permissions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "m"
    save(PARAMS, path)
    path.chmod(0o600)
    save(PARAMS, path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_only_regular_files_are_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for write in (check_writable, lambda path: save(PARAMS, path)):
        with pytest.raises(OSError, match="expected a file to write, got a device, pipe or socket"):
            write(tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_read_only_files_are_refused() -> None:
    """A file that its owner has made read-only is not replaced, although its folder would permit that."""
    with shared_folder() as folder:
        path = folder / "m"
        save(PARAMS, path)
        path.chmod(0o444)
        with without_root():
            for write in (check_writable, lambda path: save(PARAMS, path)):
                with pytest.raises(PermissionError, match=f"Permission denied: '{path}'"):
                    write(path)
        assert list(folder.iterdir()) == [path]


def test_interrupts_leave_no_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C right after the temporary file was made."""

    def interrupted(path: object, mode: str) -> object:
        file = open(path, mode)  # type: ignore[call-overload]  # a path
        if str(path).endswith(".new"):
            file.close()
            raise KeyboardInterrupt
        return file

    monkeypatch.setattr("fnnet.io.files.open", interrupted, raising=False)
    for write in (check_writable, lambda path: save(PARAMS, path)):
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path / "m")
        assert list(tmp_path.iterdir()) == []


def test_interrupts_do_not_reach_zipfile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """zipfile would complain of an open handle instead of passing Ctrl-C on."""
    open_member = zipfile.ZipFile._open_to_write  # type: ignore[attr-defined]  # where the flag is set
    pressed: list[bool] = []

    def interrupted(*args: object, **kwargs: object) -> object:
        handle = open_member(*args, **kwargs)
        if not pressed:  # once: a second signal could come when the test is over
            pressed.append(True)
            signal.raise_signal(signal.SIGINT)
        for _ in range(100):  # time for the signal to be noticed
            pass
        return handle

    monkeypatch.setattr(zipfile.ZipFile, "_open_to_write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(PARAMS, tmp_path / "m")
    assert list(tmp_path.iterdir()) == []
