"""Tables of samples in CSV files, whole and malformed."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset
from fnnet.data import load_mnist, read_csv


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


TABLES = {
    "kaggle": "label,a,b\n7,1,2\n3,3,4\n",
    "no header": "7,1,2\n3,3,4\n",
    "label last": "a,b,Class\n1,2,7\n3,4,3\n",
    "index": ",a,b,y\n0,1,2,7\n1,3,4,3\n",
    "id": "Id,target,a,b\n1,7,1,2\n2,3,3,4\n",
    "names by numbers": "label,0,1\n7,1,2\n3,3,4\n",
    "windows": "\ufefflabel;a;b\r\n7;1;2\r\n3;3;4",
    "macintosh": "7\t1\t2\r3\t3\t4\r",
    "blank lines": "\n7,1,2\n\n  \n,,\n3,3,4\n\n",
    "quotes": '"label","a","b"\n"7","1","2"\n"3",3,4\n',
    "spaces": " label , a , b \n 7 , 1 , 2 \n 3 , 3 , 4 \n",
    "floats": "label,a,b\n7.0,1.0,2e0\n+3,3,4.\n",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_layout_is_read(tmp_path: Path, text: str, pack: type[bytes]) -> None:
    data, names = read_csv(written(tmp_path, pack(text.encode())))
    assert data.x.dtype == np.float32 and data.x.tolist() == [[1, 2], [3, 4]]
    assert data.y.tolist() == [7, 3] and names == ()


@pytest.mark.parametrize(
    "text, y, names",
    [
        ("a,species\n1,setosa\n2,other\n3,setosa", [1, 0, 1], ("other", "setosa")),
        ("setosa,1\nother,2\nsetosa,3", [1, 0, 1], ("other", "setosa")),
        ('1,"a, b"\n2,c\n3, c ', [0, 1, 1], ("a, b", "c")),
        ("1,0.5\n-1,2\n10,3", [1, 0, 2], ("-1", "1", "10")),
        ("label,a\n0.5,1\nb,2\n0.5,3", [0, 1, 0], ("0.5", "b")),
        ("label,a\n1,1\nb,2\n1,3", [0, 1, 0], ("1", "b")),
        ("9223372036854775808,1\n1,2\n1,3", [1, 0, 0], ("1", "9223372036854775808")),
    ],
)
def test_other_labels_have_names(tmp_path: Path, text: str, y: list[int], names: tuple[str, ...]) -> None:
    data, found = read_csv(written(tmp_path, text))
    assert (data.y.tolist(), found, data.x.tolist()) == (y, names, [[1], [2], [3]]) or text.startswith("1,0.5")
    assert (data.y.tolist(), found) == (y, names)


@pytest.mark.parametrize("label, y", [("b", [2, 5]), ("2", [2, 5]), ("-1", [3, 6]), ("1", [1, 4])])
def test_the_label_can_be_named(tmp_path: Path, label: str, y: list[int]) -> None:
    for header in ("a,b,c\n", "") if label != "b" else ("a,b,c\n",):
        data, _ = read_csv(written(tmp_path, f"{header}1,2,3\n4,5,6\n"), label)
        assert data.y.tolist() == y and data.x.shape == (2, 2)


def test_pixels_are_those_of_the_images(tmp_path: Path) -> None:
    """MNIST as Kaggle has it gives the bytes of `load_mnist`."""
    mnist = load_mnist()[0][:50]
    table = np.column_stack([mnist.y, np.rint(mnist.x * 255)])
    np.savetxt(tmp_path / "train.csv", table, "%d", ",", header=f"label,{','.join(map(str, range(784)))}", comments="")
    data, names = read_csv(tmp_path / "train.csv")
    assert Dataset(data.x / np.float32(255), data.y) == mnist and names == ()


@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 2**32), st.sampled_from([",", ";", "\t"]))
def test_numbers_survive_a_table(
    tmp_path_factory: pytest.TempPathFactory, rows: int, columns: int, seed: int, delimiter: str
) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(rows, columns)).astype(np.float32), rng.integers(0, 9, rows)
    lines = (delimiter.join([str(label), *map(str, row.tolist())]) for label, row in zip(y, x))
    data, _ = read_csv(written(tmp_path_factory.mktemp("csv"), "\n".join(lines)))
    np.testing.assert_array_equal(data.x, x)
    np.testing.assert_array_equal(data.y, y)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "expected a CSV file, got no lines"),
        ("hello\n", "expected at least two columns between commas, semicolons or tabs, got 'hello'"),
        ("label,a\n", "expected rows below the header, got none"),
        ("label,a\n\n1,2,3\n", "line 3: expected 2 columns, as before, got 3"),
        ("1,2\n3,4\n5\n", "line 3: expected 2 columns, as before, got 1"),
        ("1,2\n3,4\n5,6,7\n", "line 3: expected 2 columns, as before, got 3"),
        ("label,a\n1,2\n3,x\n", "line 3, column 'a': expected a number, got 'x'"),
        ("1,2\n3,\n", "line 2, column 2: expected a number, got ''; fill it in, or leave out its row or column"),
        ("8,3,\n1,2,\n", "line 1, column 3: expected a number, got ''"),
        ("label,a\n,2\n", "line 2, column 'label': expected a label, got none"),
        ("1,2\n3,4\n3,1_0\n", "line 3, column 2: expected a number, got '1_0'"),
        (
            "1,b,2\n3,c,d\n4,5,6\n",
            r"line 1, column 2: .*, got 'b'; leave the column out, or if it has .*\(label=…, --label\)",
        ),
        ("1,2\n3,nan\n", "row 2: expected finite numbers, got nan"),
        ("1,2\n3,-1e99\n", "row 2: expected finite numbers, got -inf"),
        ('1,"2\n3",4\n', r"line 2: expected a row of numbers, got '3\",4\\n'"),
        ("pixel0,pixel1\n1,2\n", "expected a column of labels, got columns that are all called alike; name one"),
        ("a,b\n1.5,2\n3,4\n", "column 'a': labels: expected words or whole numbers, got '1.5'; name the column of"),
        ("id,label\n1,2\n", "expected numbers beside the labels of column 'label', got none"),
        (b"label,a\n\xff,1\n", "expected text in UTF-8, got other bytes"),
        ("a," + "1" * 200_000 + "\n", "expected a line of a CSV file, got 'a,111"),
        ("label,a\n1,2\n3," + "x" * 200_000 + "\n", "expected a line of a CSV file, got '3,xxx"),
    ],
)
def test_malformed_tables_are_explained(tmp_path: Path, text: str | bytes, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ValueError, match=f"^{path}: {message}") as caught:
        read_csv(path)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_late_bytes_are_told_from_numbers(tmp_path: Path) -> None:
    """Other bytes than those of UTF-8 far below the first lines, and real numbers as labels."""
    with pytest.raises(ValueError, match="expected text in UTF-8, got other bytes; save it as CSV in UTF-8$"):
        read_csv(written(tmp_path, b"label,a\n" + b"1,2\n" * 9000 + b"1,\xff\n"))
    with pytest.raises(ValueError, match="column 'a': .*, got '1.5'; it has real numbers: for a regression, see"):
        read_csv(written(tmp_path, "a,b\n1.5,2\n"), "a")


@pytest.mark.parametrize(
    "text, label, got",
    [("a,b\n1,2\n", "q", "'a, b'"), ("1,2\n3,4\n", "3", "2 columns without names"), ("1,2\n3,4\n", "0", "2 columns")],
)
def test_a_missing_label_is_named(tmp_path: Path, text: str, label: str, got: str) -> None:
    with pytest.raises(ValueError, match=f"expected a column of labels named '{label}', got {got}"):
        read_csv(written(tmp_path, text), label)


def test_a_cell_has_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 2, column 1: expected a number, got 'b\""):
        read_csv(written(tmp_path, '1,"a\nb",2\n'), "2")


def test_tables_are_limited(tmp_path: Path) -> None:
    """Also a single line without an end, however well it is packed."""
    path = written(tmp_path, gzip.compress(b"1," * (1 << 20)))
    with pytest.raises(ValueError, match=f"^{path}: expected at most 9000 bytes, which is the limit, got more"):
        read_csv(path, limit=9000)
    path = written(tmp_path, "1,2\n" * 10)
    assert len(read_csv(path, limit=40)[0]) == 10
    with pytest.raises(ValueError, match="expected at most 39 bytes"):
        read_csv(path, limit=39)


def test_labels_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fnnet.data.csv._MOST_LABELS", 2)
    with pytest.raises(ValueError, match="line 3: expected a row of numbers"):
        read_csv(written(tmp_path, "a,1\nb,2\nc,3\n"))
