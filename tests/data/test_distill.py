"""The answers of a teacher as targets."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    Dense,
    Params,
    apply,
    fit,
    forward,
    identity,
    identity_squared_error,
    init_params,
    load_mnist,
    loss,
    predict,
    softmax_cross_entropy,
    softmax_squared_error,
    split,
)
from fnnet.core.arrays import Numbers
from fnnet.data.distill import distilled
from fnnet.nn.ensemble import ensemble, tempered
from fnnet.nn.heads import HEADS
from fnnet.nn.targets import as_targets
from fnnet.testing.strategies import Problem, problems

PROBABILITIES = st.sampled_from([head for head in HEADS.values() if head.gives_probabilities])
shares = st.sampled_from([0.0, 0.25, 0.5, 1.0])


def own_rows(problem: Problem[np.float64]) -> Numbers:
    return as_targets(problem.params.head, problem.y, apply(problem.params, problem.x))


@given(problems(head=PROBABILITIES, dtype=np.float64), shares, st.sampled_from([0.5, 1.0, 2.0, 10.0]))
def test_targets_are_a_mixture(problem: Problem[np.float64], share: float, temperature: float) -> None:
    found = distilled(problem.params, problem.data, temperature=temperature, share=share)
    answers = apply(tempered(problem.params, temperature), problem.x)
    np.testing.assert_allclose(found.y, share * answers + (1 - share) * own_rows(problem), rtol=1e-12, atol=1e-12)
    assert np.array_equal(found.x, problem.x) and found.y.dtype == problem.x.dtype
    assert (found.weights is None) == (problem.weights is None)
    assert problem.params.head.domain.contains(found.y)


@given(problems(head=PROBABILITIES, dtype=np.float64), st.sampled_from([1.0, 3.0]), st.integers(1, 3))
def test_several_teachers_are_their_ensemble(problem: Problem[np.float64], temperature: float, count: int) -> None:
    teachers = [tempered(problem.params, 1 + k) for k in range(count)]
    found = distilled(teachers, problem.data, temperature=temperature, share=0.75)
    together = distilled(ensemble(teachers), problem.data, temperature=temperature, share=0.75)
    np.testing.assert_allclose(found.y, together.y, rtol=1e-9, atol=1e-12)


def test_teachers_may_have_other_layers() -> None:
    data = Dataset(np.eye(3), np.arange(3))
    teachers = [init_params(sizes, 0, dtype=np.float64) for sizes in ((3, 3), (3, 5, 4, 3))]
    z = [forward(each, data.x).pre_activations[-1] for each in teachers]
    expected = softmax_cross_entropy.apply((z[0] + z[1]) / 2)
    np.testing.assert_allclose(distilled(teachers, data).y, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "teachers, message",
    [
        ([], "teacher: expected at least one network, got none"),
        (
            [init_params((3, 3), 0, dtype=np.float64), init_params((3, 2), 0, dtype=np.float64)],
            "teacher: expected softmax-cross-entropy with 3 outputs, as the first has, got .* with 2 outputs",
        ),
        (
            [
                init_params((3, 3), 0, head=attrs.evolve(head, name="mine"), dtype=np.float64)
                for head in (softmax_cross_entropy, softmax_squared_error)
            ],
            "teacher: expected mine with 3 outputs, as the first has, got another head of that name",
        ),
    ],
)
def test_teachers_know_the_same_classes(teachers: list[Params[np.float64]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        distilled(teachers, Dataset(np.eye(3), np.arange(3)))


@pytest.mark.parametrize("teacher", ["abc", None, 5, {"a": 1}, [None]])
def test_teachers_are_networks(teacher: Any) -> None:
    with pytest.raises(TypeError, match=r"^teacher: expected (networks|Params), got \w+( of \w+)?$"):
        distilled(teacher, Dataset(np.eye(3, dtype=np.float32), np.arange(3)))


def test_huge_logits_have_a_mean() -> None:
    layer = Dense(np.diag([3e38, 1]).astype(np.float32), np.zeros(2, np.float32))
    teacher = Params((layer,), identity, softmax_cross_entropy)
    data = Dataset(np.eye(2, dtype=np.float32), np.arange(2))
    np.testing.assert_allclose(distilled([teacher] * 3, data).y, distilled(teacher, data).y, rtol=1e-6)


@pytest.mark.parametrize(
    "teacher, message",
    [
        (init_params((4, 3), 0), "^teacher: expected 3 features, as the data has, got 4$"),
        (init_params((3, 2), 0), "^y: expected labels from 0 to 1, got 2$"),
    ],
)
def test_teachers_are_checked_first(teacher: Params[np.float32], message: str) -> None:
    """Before they answer, which may take long."""
    with pytest.raises(ValueError, match=message):
        distilled(teacher, Dataset(np.eye(3, dtype=np.float32), np.arange(3)), map=lambda f, blocks: [1 / 0])


def test_teachers_have_the_dtype_of_the_data() -> None:
    with pytest.raises(ValueError, match=r"^teacher: expected float64, as the data, got float32; use teacher.astype"):
        distilled(init_params((3, 3), 0), Dataset(np.eye(3), np.arange(3)))  # type: ignore[misc]  # what is refused


def test_answers_are_finite() -> None:
    """A network may be finite, and its answers not: no warning, one error."""
    huge = Params((Dense(np.full((3, 3), 1e308), np.zeros(3)),), identity, softmax_cross_entropy)
    with pytest.raises(ValueError, match=r"^teacher: expected finite answers, got some that are not$"):
        distilled(huge, Dataset(np.full((3, 3), 9.0), np.arange(3)))


def test_any_map_gives_the_same_answers() -> None:
    data, teacher = load_mnist()[1], init_params((784, 30, 10), 0)
    with ThreadPoolExecutor(2) as pool:
        assert distilled(teacher, data, share=0.5) == distilled(teacher, data, share=0.5, map=pool.map)
    with pytest.raises(ValueError, match=r"^map: expected "):
        distilled(teacher, data, map=lambda f, items: [])


@given(problems(head=PROBABILITIES))
def test_a_share_of_0_is_no_teacher(problem: Problem[np.float64]) -> None:
    assert np.array_equal(distilled(problem.params, problem.data, share=0).y, own_rows(problem))


@given(problems(head=PROBABILITIES))
def test_a_share_of_1_is_the_teacher(problem: Problem[np.float64]) -> None:
    assert np.array_equal(distilled(problem.params, problem.data).y, apply(problem.params, problem.x))


def test_a_student_learns_its_teacher() -> None:
    """From images whose labels are wrong: what it learns is the teacher's."""
    data, _ = split(load_mnist()[0], 1000)
    *_, last = fit(init_params((784, 20, 10), 0), data, epochs=10, lr=0.1)
    teacher = last.params
    wrong = Dataset(data.x, (data.y + 1) % 10)
    *_, last = fit(init_params((784, 20, 10), 1), distilled(teacher, wrong, temperature=2.0), epochs=10, lr=0.1)
    student = last.params
    assert (predict(student, data.x) == predict(teacher, data.x)).mean() > 0.95
    assert loss(student, data.x, data.y) < loss(student, wrong.x, wrong.y)


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan, "0.5", True])
def test_shares_are_from_0_to_1(share: float) -> None:
    with pytest.raises(ValueError, match=r"^share: expected (from 0 to 1|a finite number), got "):
        distilled(init_params((3, 3), 0, dtype=np.float64), Dataset(np.eye(3), np.arange(3)), share=share)


def test_teachers_give_probabilities() -> None:
    teacher = init_params((3, 3), 0, head=identity_squared_error, dtype=np.float64)
    with pytest.raises(ValueError, match=r"^teacher: expected a head whose outputs are probabilities, got identity-"):
        distilled(teacher, Dataset(np.eye(3), np.eye(3)))
