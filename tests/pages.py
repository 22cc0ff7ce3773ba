"""The examples of the READMEs as modules, for a type checker to read."""

import doctest
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent

# A page spares its reader the annotations of functions, uses a name again as it goes on, and is for packages that need
# not be installed.
_HEADER = """# mypy: allow-untyped-defs, allow-untyped-calls, allow-redefinition
# pyright: reportMissingImports=false
"""
# scikit-learn has no types, and pyright infers some that are wrong.
_SKLEARN = "# pyright: reportAttributeAccessIssue=false, reportArgumentType=false\n"


def sections(page: str) -> tuple[str, dict[str, str]]:
    """The beginning of a page, and its sections by their titles."""
    start, *parts = re.split("^## ", page, flags=re.MULTILINE)
    return start, {part.splitlines()[0]: part for part in parts}


def write_pages(folder: Path) -> None:
    """Write the examples of each page to a module, and of the page for other packages those of each section."""
    for path in [ROOT / "README.md", *sorted(ROOT.glob("fnnet/**/*.md"))]:
        page, name = path.read_text(encoding="utf-8"), f"{path.parent.name}_{path.stem}"
        if name != "interop_README":
            _write(folder / f"page_{name}.py", page)
            continue
        start, parts = sections(page)
        for k, part in enumerate(parts.values()):
            _write(folder / f"page_{name}_{k}.py", start + part)


def _write(path: Path, page: str) -> None:
    """Those that show an error are left out: it may be one of types."""
    examples = doctest.DocTestParser().get_examples(page)
    code = "".join(each.source for each in examples if each.exc_msg is None)
    header = _HEADER + _SKLEARN * ("sklearn" in code)
    path.write_text(header + code, encoding="utf-8")
