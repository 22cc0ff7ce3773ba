"""What kind of file a file is, by its first bytes."""

from os import PathLike
from pathlib import Path
from typing import BinaryIO

from fnnet.core.messages import shown
from fnnet.data.folders import ENDINGS
from fnnet.data.unzipped import unzipped

_TABLES = (".csv", ".tsv")
_MOST = 512  # bytes that are looked at

_OTHERS = {
    b"\x89PNG": "a single image: give a folder with a subfolder of images for each class",
    b"\xff\xd8\xff": "a single image: give a folder with a subfolder of images for each class",
    b"\x93NUMPY": "a single array (.npy): save x_train, y_train, x_test and y_test with np.savez",
    b"\x80\x02": "a pickle, which is not read, since it can run any code",
    b"\x80\x03": "a pickle, which is not read, since it can run any code",
    b"\x80\x04": "a pickle, which is not read, since it can run any code",
    b"\x80\x05": "a pickle, which is not read, since it can run any code",
    b"PAR1": "a Parquet file: convert it to CSV",
    b"\x89HDF": "an HDF5 file: convert it to an npz or CSV file",
    b"MATLAB": "a MATLAB file: EMNIST also comes in IDX files",
    b"7z\xbc\xaf": "a 7z archive: unpack it and give what is in it",
    b"%PDF": "a PDF file",
    b"SQLite": "an SQLite database: export a table as CSV",
}


def file_kind(path: str | PathLike[str]) -> str:
    """What kind of data set a file holds.

    Args:
        path: the file, gzipped or not.

    Returns:
        "npz", "idx" or "csv".

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is of another kind, which the error names.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "data").write_text("label,pixel0\\n")
    ...     file_kind(Path(folder, "data"))
    'csv'
    """
    with unzipped(path) as file:
        start = _start(file)
    for mark, kind in _OTHERS.items():
        if start.startswith(mark):
            raise ValueError(f"{shown(path)}: expected an npz, CSV or IDX file, got {kind}")
    if start.startswith(b"PK\3\4") and not start[30 : 30 + int.from_bytes(start[26:28], "little")].endswith(b".npy"):
        raise ValueError(f"{shown(path)}: expected an npz, CSV or IDX file, got a zip archive: unpack it")
    if start.startswith((b"PK\3\4", b"PK\5\6")):
        return "npz"
    if start.startswith(b"\0\0"):
        return "idx"
    if start[257:262] == b"ustar":
        raise ValueError(f"{shown(path)}: expected an npz, CSV or IDX file, got a tar archive: unpack it")
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, which the reader of CSV names
        raise ValueError(f"{shown(path)}: expected an npz, CSV or IDX file, got one of another kind")
    return "csv"


def is_table(path: str | PathLike[str]) -> bool:
    """Whether a file that is an image or a table is a table: by its name, or else by its text.

    Args:
        path: the file, gzipped or not.

    Raises:
        FileNotFoundError: there is no such file.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "iris.data").write_text("5.1,3.5,setosa\\n")
    ...     is_table(Path(folder, "iris.data"))
    True
    """
    ending = Path(path).suffix.lower()
    if ending in ENDINGS:
        return False
    with unzipped(path) as file:
        start = _start(file)
    return ending in _TABLES or (b"," in start and b"\0" not in start and not start.startswith((b"<", b"%PDF")))


def _start(file: BinaryIO) -> bytes:
    return file.read(_MOST)
