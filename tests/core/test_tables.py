"""What a notebook shows of records: short tables, in which every text is only a text."""

from html.parser import HTMLParser

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from fnnet import Activation, Dataset, Dense, Grads, Params, backward, fit, forward, identity, init_params
from fnnet.core.messages import cut
from fnnet.core.records import Tabular
from fnnet.core.tables import table
from fnnet.recipes import BEST, History, Row
from tests.strategies import Problem, problems


class Cells(HTMLParser):
    """The texts of a table, row by row, the caption first; fails at any tag that a table does not have, or is open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.opened: list[str] = []
        self.feed(html)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("table", "caption", "tr", "th", "td") and not attrs
        self.opened.append(tag)
        if tag in ("caption", "tr"):
            self.rows.append([""] if tag == "caption" else [])
        elif tag != "table":
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        assert self.opened[-1] in ("caption", "th", "td")
        self.rows[-1][-1] += data


def cells(record: Tabular | History) -> list[list[str]]:
    html = record._repr_html_()
    assert record._repr_html_() == html and len(html) < 8000
    return Cells(html).rows


texts = st.text() | st.sampled_from(["<script>alert(1)</script>", "&lt;", "</td>", "a\x1b[2J", '"', "'", "x" * 200])


@example("", ["n"], [[k] for k in range(20)])
@example("", ["n"], [[k] for k in range(21)])
@given(texts, st.lists(texts, max_size=3), st.lists(st.lists(texts | st.integers(), max_size=3), max_size=50))
def test_every_text_is_only_a_text(caption: str, header: list[str], rows: list[list[object]]) -> None:
    first, titles, *shown = Cells(table(caption, header, rows)).rows
    assert first == [cut(caption, 160)] and titles == [cut(text, 80) for text in header]
    expected = [[cut(str(cell), 80) for cell in row] for row in rows]
    if len(rows) > 20:
        expected = [*expected[:10], ["…"] * len(header), *expected[-10:]]
    assert shown == expected


@given(problems())
def test_every_record_has_a_table(problem: Problem[np.float64]) -> None:
    params = problem.params
    cache = forward(params, problem.x)
    grads = backward(params, cache, problem.y)
    for record, n in ((params, len(params.layers)), (grads, len(params.layers)), (params.layers[0], 2), (cache, 4)):
        assert len(cells(record)) == n + 2


def test_tables_show_what_matters() -> None:
    params = init_params((4, 3, 2), 0)
    assert cells(params) == [
        [repr(params)],
        ["layer", "inputs", "outputs", "activation", "parameters"],
        ["1", "4", "3", "sigmoid", "15"],
        ["2", "3", "2", "softmax-cross-entropy", "8"],
    ]
    grads = Grads((Dense(np.array([[1.0], [-2.5]]), np.array([0.5])),))
    assert cells(grads)[2] == ["1", "2", "1", "2.5", "0.5"]
    data = Dataset(np.eye(4, dtype=np.float32), np.array([1, 7, 7, 7]))
    assert cells(data) == [[repr(data)], ["label", "samples", "share"], ["1", "1", "25.0%"], ["7", "3", "75.0%"]]
    assert cells(Dataset(np.eye(3), np.eye(3)))[2:] == [
        ["x", "float64 (3, 3)"],
        ["y", "float64 (3, 3)"],
        ["weights", "None"],
    ]
    assert cells(data[:0])[1:] == [["label", "samples", "share"]]
    assert ["hidden", "'relu'"] in cells(BEST)
    *_, last = fit(params, Dataset(np.eye(4, dtype=np.float32), np.array([0, 1, 0, 1])), epochs=2, lr=0.1)
    assert cells(last)[0] == ["TrainState"] and ["epoch", "2"] in cells(last)


def test_names_are_escaped() -> None:
    bold = Activation("<b>bold</b>", identity.apply, identity.pullback)
    params = Params(init_params((2, 2, 2), 0).layers, bold, init_params((2, 2), 0).head)
    assert "<b>" not in params._repr_html_() and cells(params)[2][3] == "<b>bold</b>"


def test_what_jax_puts_in_is_shown() -> None:
    odd: Params[np.float32] = Params._of(layers=(None, "<i>"), hidden=None, head=None)
    assert cells(odd)[:3] == [["Params"], ["field", "value"], ["layers", "(None, '<i>')"]]


def test_a_history_shows_what_was_measured() -> None:
    rows = [Row(k, 1.25 * k, None, None, None if k == 2 else 0.5, 0.75) for k in range(1, 4)]
    assert cells(History(rows)) == [
        ["3 epochs"],
        ["epoch", "seconds", "test loss", "test accuracy"],
        ["1", "1.2", "0.5000", "75.00%"],
        ["2", "2.5", "–", "75.00%"],
        ["3", "3.8", "0.5000", "75.00%"],
    ]
    assert History(rows) == tuple(rows) and cells(History(rows[:1]))[0] == ["1 epoch"]
    assert cells(History()) == [["0 epochs"], ["epoch", "seconds"]]
