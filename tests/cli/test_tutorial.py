"""`fnnet tutorial`, as a user runs it, and the notebook in a kernel of Jupyter."""

import json
import sys
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, DocTestParser, OutputChecker
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import fnnet
from fnnet.cli import main
from fnnet.cli.notebook import notebook
from fnnet.cli.tutorial import tutorial

PAGE = """# Title

Some text.

```python
>>> a = 1

>>> def f(x):
...     return x + a

>>> f(a)
2
>>> b = 3

```

```sh
fnnet train
```

```python
>>> f(b)
4

```
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(name: str = "tutorial.ipynb") -> Any:
    return nbformat.read(name, as_version=4)


def test_text_and_examples_become_cells() -> None:
    cells = [(cell["cell_type"], cell["source"]) for cell in notebook(PAGE)["cells"]]
    assert cells == [
        ("markdown", "# Title\n\nSome text."),
        ("code", "a = 1\n\ndef f(x):\n    return x + a\n\nf(a)"),
        ("code", "b = 3"),
        ("markdown", "```sh\nfnnet train\n```"),
        ("code", "f(b)"),
    ]


def test_the_notebook_is_valid_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tutorial"]) == 0
    assert capsys.readouterr() == ("Saved to tutorial.ipynb\n  jupyter lab tutorial.ipynb\n", "")
    nbformat.validate(read())
    text = "\n".join(cell.source for cell in read().cells)
    page = Path(fnnet.__path__[0], "README.md").read_text()
    assert text.startswith("# From a neuron to 99 %\n\n") and "## Cheat sheet" not in text
    assert ">>>" not in text and "```" not in text
    section = page.partition("## From a neuron")[2].partition("## Cheat sheet")[0]
    assert all(example.source.strip() in text for example in DocTestParser().get_examples(section))
    assert text.count("\n## ") == section.count("\n### ") > 5


@pytest.mark.slow
def test_it_runs_and_shows_what_is_there() -> None:
    """Each output is as the page has it, in the order of the page."""
    main(["tutorial", "lesson.ipynb"])
    run = NotebookClient(read("lesson.ipynb"), timeout=120, kernel_name="python3").execute()
    outputs = [cell.outputs for cell in run.cells if cell.cell_type == "code"]
    wanted = [example.want for example in DocTestParser().get_examples(tutorial()) if example.want]
    assert len(outputs) == len(wanted) > 10
    for (output,), want in zip(outputs, wanted):
        shown = output.data["text/plain"] + "\n"
        assert OutputChecker().check_output(want, shown, ELLIPSIS | NORMALIZE_WHITESPACE), (want, shown)
        is_record = want.startswith(("Dataset(", "Params(", "Grads("))
        assert is_record == output.data.get("text/html", "").startswith("<table>")
    run.cells.append(nbformat.v4.new_code_cell())  # as Jupyter does after the last cell
    nbformat.write(run, "lesson.ipynb")
    assert main(["tutorial", "lesson.ipynb"]) == 0  # outputs do not make it another file
    assert not any(cell.get("outputs") for cell in read("lesson.ipynb").cells)


def test_the_same_bytes_each_time() -> None:
    main(["tutorial", "a.ipynb"])
    main(["tutorial", "b.ipynb"])
    assert Path("a.ipynb").read_bytes() == Path("b.ipynb").read_bytes()
    main(["tutorial", "a.ipynb"])
    assert Path("a.ipynb").read_bytes() == Path("b.ipynb").read_bytes()


def changed(name: str) -> bytes:
    """A tutorial in which a cell was changed, as a user's is."""
    main(["tutorial", name])
    value = json.loads(Path(name).read_bytes())
    value["cells"][1]["source"] += "\nprint(x)"
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    "content", [b"", b"text", b"[" * 100_000, b"\xff\xfe", b"[]", b'{"cells": [], "metadata": {}}', None]
)
def test_no_other_file_is_replaced(content: bytes | None, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("mine.ipynb")
    content = changed("mine.ipynb") if content is None else content
    path.write_bytes(content)
    capsys.readouterr()
    assert main(["tutorial", "mine.ipynb"]) == 1
    expected = "a new file, or a tutorial whose cells are as they were written"
    message = f"fnnet: error: mine.ipynb: expected {expected}, got another file; use another name\n"
    assert capsys.readouterr() == ("", message)
    assert path.read_bytes() == content


def test_the_old_one_stays_until_the_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device", "tutorial.ipynb")

    main(["tutorial"])
    before = Path("tutorial.ipynb").read_bytes()
    monkeypatch.setattr("os.fsync", fail)
    assert main(["tutorial"]) == 1
    assert capsys.readouterr().err == "fnnet: error: tutorial.ipynb: No space left on device\n"
    assert Path("tutorial.ipynb").read_bytes() == before and len(list(Path().iterdir())) == 1


@pytest.mark.parametrize(
    "name, reason",
    [
        ("no/where.ipynb", "No such file or directory"),
        (".", "expected a file, got a folder"),
        ("/dev/null", "expected a file to read"),
    ],
)
def test_where_nothing_can_be_written(name: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tutorial", name]) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and errors.count("\n") == 1 and reason in errors


def test_without_nbformat_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "nbformat", None)
    assert main(["tutorial"]) == 1
    assert capsys.readouterr().err == "fnnet: error: notebooks need nbformat: pip install 'fnnet[notebook]'\n"
    assert not Path("tutorial.ipynb").exists()
