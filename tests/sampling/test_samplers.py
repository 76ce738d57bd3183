"""The law of both samplers: a draw depends on (seed, name, component, path) and on nothing else."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from simulator.errors import UsageError
from simulator.sampling import MAX_BATCHES, REPLICATES, STRIP, make_sampler
from simulator.study.coordinates import parse_coordinate

ORDER = ("spend.capex", "shock.cycle[3]", "power.lead_time")
COORDINATES = (
    ("power.lead_time", 0),
    ("adoption.ramp", 0),
    ("shock.cycle", 0),
    ("shock.cycle", 3),
    ("spend.capex", 0),
)

KINDS = pytest.mark.parametrize("kind", ["rqmc", "mc"])

#: Paths 0, 300 and 8193 of a leading name, another name, and a leading component, under seed 7.
FOR_EVER = {
    "rqmc": [
        [3851355849, 1717026361, 1101984688],
        [103680526, 16648406, 3193969190],
        [4043878459, 2982898500, 4057053841],
    ],
    "mc": [
        [4009253467, 1255149429, 1018437219],
        [2210034885, 778904792, 2726139067],
        [890168467, 1373494860, 3253974544],
    ],
}

#: Two-sided chance that a right sampler fails one chi-square test below.
CHANCE = 1e-6


@KINDS
def test_draws_are_for_ever(kind, draw):
    """A change here changes every result that users keep, so it has to be meant."""
    values = draw(make_sampler(kind, 7, ORDER), COORDINATES, 2)[[0, 1, 3]][:, [0, 300, 8193]]
    assert values.tolist() == FOR_EVER[kind]


@KINDS
def test_adding_removing_and_reordering_names_moves_no_draw(kind, draw):
    sampler = make_sampler(kind, 7, ORDER)
    full = draw(sampler, COORDINATES, 2)
    for some in ([4], [0, 2], [3, 1, 0, 4]):
        np.testing.assert_array_equal(draw(sampler, tuple(COORDINATES[k] for k in some), 2), full[some])
    grown = (("new.first", 0), *COORDINATES, ("shock.cycle", 4))
    np.testing.assert_array_equal(draw(sampler, grown, 2)[1:-1], full)


def test_appending_to_the_order_moves_no_draw_of_the_names_before(draw):
    grown = make_sampler("rqmc", 7, (*ORDER, "adoption.ramp"))
    before, after = draw(make_sampler("rqmc", 7, ORDER), COORDINATES, 1), draw(grown, COORDINATES, 1)
    np.testing.assert_array_equal(after[[0, 2, 3, 4]], before[[0, 2, 3, 4]])
    # Same scramble, another matrix: the columns of 13 bits, of which some first few may coincide.
    assert (after[1] != before[1]).mean() > 0.5


@KINDS
def test_more_batches_only_append(kind, draw):
    sampler = make_sampler(kind, 7, ORDER)
    np.testing.assert_array_equal(draw(sampler, COORDINATES, 5)[:, : 2 * 8192], draw(sampler, COORDINATES, 2))


@KINDS
@pytest.mark.parametrize("block_size", [128, 64, 1 << 4])
def test_the_number_of_lanes_changes_no_draw(kind, block_size, draw):
    wide = draw(make_sampler(kind, 7, ORDER), COORDINATES, 3)
    np.testing.assert_array_equal(
        draw(make_sampler(kind, 7, ORDER, block_size=block_size), COORDINATES, 3), wide
    )


@KINDS
def test_64_bit_mode_changes_no_draw(kind, draw):
    sampler = make_sampler(kind, 7, ORDER)
    narrow = draw(sampler, COORDINATES, 2)
    with jax.enable_x64(True):
        np.testing.assert_array_equal(draw(sampler, COORDINATES, 2), narrow)


@KINDS
def test_compiled_batched_and_plain_calls_agree(kind):
    sampler = make_sampler(kind, 7, ORDER, block_size=128)
    tables = sampler.tables(COORDINATES, 2**16)
    blocks = jnp.arange(sampler.blocks)[::9]
    compiled = jax.jit(sampler.bits)
    batched = jax.jit(jax.vmap(sampler.bits, in_axes=(None, None, 0)))(tables, 2**15 + 1, blocks)
    for row, block in enumerate(blocks):
        plain = sampler.bits(tables, 2**15 + 1, int(block))
        assert plain.dtype == jnp.uint32
        assert plain.shape == (len(COORDINATES), 128)
        np.testing.assert_array_equal(plain, compiled(tables, jnp.uint32(2**15 + 1), block))
        np.testing.assert_array_equal(plain, batched[row])


@KINDS
def test_another_batch_or_value_of_tables_compiles_nothing_anew(kind):
    sampler, other = make_sampler(kind, 7, ORDER), make_sampler(kind, 8, ORDER)
    traced = 0

    @jax.jit
    def compiled(tables, number):
        nonlocal traced
        traced += 1
        return sampler.bits(tables, number, 3)

    for tables in (sampler.tables(COORDINATES, 2**16), other.tables(COORDINATES, 4)):
        for number in (0, 5, 2**16 - 1):
            compiled(tables, number)
    assert traced == 1


@KINDS
@pytest.mark.parametrize("batches", [2**16, pytest.param(MAX_BATCHES, marks=pytest.mark.slow)])
def test_the_last_batch_has_draws_of_its_own(kind, batches):
    sampler = make_sampler(kind, 7, ORDER)
    tables = sampler.tables(COORDINATES, batches)
    numbers = (0, 1, 2**12, batches // 2, batches - 1)
    seen = [np.asarray(sampler.bits(tables, number, 0)) for number in numbers]
    values = np.concatenate(seen, axis=1)
    if kind == "rqmc":  # the points of a replicate are all different; random ones may coincide
        assert all(np.unique(row).size == row.size for row in values)
    assert len({tuple(row) for block in seen for row in block}) == len(seen) * len(COORDINATES)


@KINDS
@pytest.mark.parametrize("path", [0, 255, 8191])
def test_every_path_is_uniform_over_names(kind, path, draw):
    """So means are unbiased whatever the number of paths: chi-square over 2048 names, 64 cells."""
    names = tuple((f"prior.{k}", 0) for k in range(2048))
    order = tuple(name for name, _ in names[:1024])
    values = draw(make_sampler(kind, 3, order), names, 1)[:, path]
    _assert_even(np.bincount(values >> np.uint32(26), minlength=64))


def _assert_even(counts: np.ndarray) -> None:
    statistic, cells = stats.chisquare(counts.ravel()).statistic, counts.size
    low, high = stats.chi2(cells - 1).ppf([CHANCE / 2, 1 - CHANCE / 2])
    assert low < statistic < high


@KINDS
@pytest.mark.parametrize("apart", ["names", "components", "seeds", "replicates"])
def test_names_components_seeds_and_replicates_are_independent(kind, apart, draw):
    """The pair of their draws at one path fills a 16 x 16 grid evenly: chi-square over 2048 pairs."""
    names = tuple((f"prior.{k}", 0) for k in range(2048))
    sampler = make_sampler(kind, 3, tuple(name for name, _ in names[::2]))
    first = draw(sampler, names, 1)
    match apart:
        case "names":
            second = np.roll(first, 1, axis=0)
        case "components":
            second = draw(sampler, tuple((name, 1) for name, _ in names), 1)
        case "seeds":
            second = draw(make_sampler(kind, 4, tuple(name for name, _ in names[::2])), names, 1)
        case _:
            second = np.roll(first, STRIP, axis=1)
    cell = (first[:, 77] >> np.uint32(28)) * np.uint32(16) + (second[:, 77] >> np.uint32(28))
    _assert_even(np.bincount(cell, minlength=256))


def test_tables_of_a_large_study_fit_a_cache():
    sampler = make_sampler("rqmc", 7, ORDER)
    tables = sampler.tables(tuple((f"prior.{k}", 0) for k in range(700)), 1)
    assert tables.low.shape == (REPLICATES, 700, STRIP)
    assert tables.low.nbytes + tables.columns.nbytes < 32e6


def test_an_order_may_name_components():
    assert [parse_coordinate(text) for text in ("a.b", "a.b[0]", "a.b[12]", "a[b]")] == [
        ("a.b", 0),
        ("a.b", 0),
        ("a.b", 12),
        ("a[b]", 0),
    ]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"kind": "sobol"}, "'sobol'"),
        ({"block_size": 96}, "96"),
        ({"block_size": 0}, "0"),
        ({"block_size": 512}, "512"),
        ({"order": ("a", "b", "a[0]")}, "a[0]"),
    ],
)
def test_what_no_sampler_can_be_made_of_is_refused(arguments, found):
    with pytest.raises(UsageError, match="found .*" + found.replace("[", r"\[")):
        make_sampler(**{"kind": "rqmc", "seed": 1, **arguments})
