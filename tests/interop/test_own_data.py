"""The guide to your own data: it runs as it stands, and takes at most twice the lines of scikit-learn."""

import doctest
import re
from pathlib import Path

import pytest

import fnnet.data

PAGE = Path(fnnet.data.__path__[0]) / "own_data.md"
TEXT = PAGE.read_text(encoding="utf-8")


def lines(title: str) -> list[int]:
    """For each section of this title, how many lines of code it has, imports left out."""
    sections = re.findall(rf"^### {title}\n(.*?)(?=^##|\Z)", TEXT, flags=re.M | re.S)
    codes = [re.findall(r"^(?:>>>|\.\.\.) (?!from |import )", section, flags=re.M) for section in sections]
    return [len(code) for code in codes]


def test_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = doctest.DocTestParser().get_doctest(TEXT, {}, "own data", str(PAGE), 0)
    output: list[str] = []
    assert doctest.DocTestRunner().run(examples, out=output.append).failed == 0, "".join(output)


def test_the_guide_is_short() -> None:
    """What is compared begins with the same table and ends with predictions for new rows."""
    ours, theirs = lines("With fnnet"), lines("With scikit-learn")
    assert len(ours) == len(theirs) == 2
    assert all(0 < mine <= 2 * other for mine, other in zip(ours, theirs)), (ours, theirs)
