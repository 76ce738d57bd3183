"""The store is a Zarr array that grows by whole batches and knows what of it is sound."""

from pathlib import Path

import numpy as np
import pytest
import xarray
import zarr
from zarr.codecs import Crc32cCodec

from simulator.engine import MemoryStore, Store, ZarrStore
from simulator.engine.store import leading
from simulator.errors import RunError
from simulator.sampling import BATCH, REPLICATES, STRIP

NAMES = ("a", "b.group")


def values(batch: int, dtype: str = "float32") -> np.ndarray:
    return np.random.default_rng(batch).normal(size=(2, BATCH)).astype(dtype)


def shard(folder: Path, batch: int) -> Path:
    return folder / "metrics" / "c" / "0" / str(batch)


@pytest.fixture(params=["memory", "zarr"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "memory":
        return MemoryStore(NAMES, "float32")
    made = ZarrStore(tmp_path / "store", NAMES, "float32")
    made.prepare(4)
    return made


def test_what_is_written_is_there(store: Store) -> None:
    for batch in (1, 0, 3):
        store.write(batch, values(batch))
    assert store.done() == [0, 1, 3]
    assert store.load(2) is None
    loaded = store.load(3)
    assert loaded is not None
    assert loaded.tobytes() == values(3).tobytes()
    for row, name in enumerate(NAMES):
        two = np.concatenate([values(batch)[row].reshape(REPLICATES, STRIP) for batch in (0, 1)], axis=1)
        assert store.read(name, 2).tobytes() == two.tobytes()
    with pytest.raises(RunError, match=r"no metric 'b'; the run has a, b\.group"):
        store.read("b", 1)


def test_a_constant_metric_is_written_too(store: Store) -> None:
    for constant in (0.0, np.nan):  # Zarr by itself leaves out what equals its fill value
        store.write(0, np.full((2, BATCH), constant, np.float32))
        assert store.done() == [0]
        assert np.array_equal(
            store.read("a", 1).ravel(), np.full(BATCH, constant, np.float32), equal_nan=True
        )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_any_program_that_reads_zarr_reads_it(tmp_path: Path, dtype: str) -> None:
    store = ZarrStore(tmp_path / "store", NAMES, dtype)
    store.prepare(3)
    for batch in (0, 2):
        store.write(batch, values(batch, dtype))
    array = zarr.open_array(tmp_path / "store" / "metrics", mode="r")
    assert array.shape == (2, 3 * BATCH)
    assert np.array_equal(array[:, :BATCH], values(0, dtype))
    assert np.isnan(array[:, BATCH : 2 * BATCH]).all()
    assert np.array_equal(array[1, 2 * BATCH :], values(2, dtype)[1])
    group = zarr.open_group(tmp_path / "store", mode="r")
    assert group.attrs["metrics"] == list(NAMES)
    with xarray.open_zarr(tmp_path / "store", consolidated=False) as dataset:
        assert dataset["metrics"].dims == ("metric", "path")


def test_it_grows_and_keeps_what_it_has(tmp_path: Path) -> None:
    store = ZarrStore(tmp_path / "store", NAMES, "float32")
    store.prepare(1)
    store.write(0, values(0))
    ZarrStore(tmp_path / "store", NAMES, "float32").prepare(4)
    store.prepare(2)  # fewer: no harm
    store.write(3, values(3))
    array = zarr.open_array(tmp_path / "store" / "metrics", mode="r")
    assert array.shape == (2, 4 * BATCH)
    assert np.array_equal(array[:, :BATCH], values(0))


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"shape": 3}', '{"shape": [1, 1e999]}'])
def test_a_damaged_description_is_written_anew(tmp_path: Path, damage: str) -> None:
    store = ZarrStore(tmp_path / "store", NAMES, "float32")
    store.prepare(2)
    store.write(1, values(1))
    description = tmp_path / "store" / "metrics" / "zarr.json"
    sound = description.read_bytes()
    description.write_text(damage)
    store.prepare(2)
    assert description.read_bytes() == sound
    assert store.load(1) is not None


def test_half_written_files_are_not_batches(tmp_path: Path) -> None:
    store = ZarrStore(tmp_path / "store", NAMES, "float32")
    store.prepare(2)
    (shard(tmp_path / "store", 1).parent / "1.999.tmp").write_bytes(b"half")
    assert store.done() == []
    store.prepare(2)
    assert list(shard(tmp_path / "store", 1).parent.iterdir()) == []


def test_a_damaged_batch_is_not_read(tmp_path: Path) -> None:
    store = ZarrStore(tmp_path / "store", NAMES, "float32")
    store.prepare(1)
    store.write(0, values(0))
    path = shard(tmp_path / "store", 0)
    content = bytearray(path.read_bytes())
    content[100] ^= 1  # in the first metric
    path.write_bytes(content)
    assert store.load(0) is None
    assert np.array_equal(store.read("b.group", 1).ravel(), values(0)[1])
    with pytest.raises(RunError, match=f"{path} is damaged"):
        store.read("a", 1)
    path.unlink()
    with pytest.raises(RunError, match=f"cannot read {path}"):
        store.read("b.group", 1)


@pytest.mark.parametrize("lost", ["zarr.json", "metrics/zarr.json"])
def test_a_lost_description_is_written_anew(tmp_path: Path, lost: str) -> None:
    """The same command makes the store whole again, not its shards alone."""
    store = ZarrStore(tmp_path, NAMES, "float32")
    store.prepare(2)
    sound = (tmp_path / lost).read_bytes()
    (tmp_path / lost).unlink()
    store.prepare(2)
    assert (tmp_path / lost).read_bytes() == sound


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("names", [NAMES, ("é", 'a"b', "c")])
def test_the_descriptions_are_those_that_zarr_writes(
    tmp_path: Path, names: tuple[str, ...], dtype: str
) -> None:
    ZarrStore(tmp_path / "ours", names, dtype).prepare(3)
    group = zarr.open_group(tmp_path / "zarr", mode="w", zarr_format=3, attributes={"metrics": list(names)})
    group.create_array(
        "metrics",
        shape=(len(names), 3 * BATCH),
        shards=(len(names), BATCH),
        chunks=(1, BATCH),
        dtype=dtype,
        compressors=Crc32cCodec(),
        filters=None,
        fill_value=np.nan,
        dimension_names=("metric", "path"),
    )
    for path in ("zarr.json", "metrics/zarr.json"):
        assert (tmp_path / "ours" / path).read_bytes() == (tmp_path / "zarr" / path).read_bytes()


def test_batches_that_changed_places_are_damaged(tmp_path: Path) -> None:
    """Each is sound in itself; a batch is read where it was written, in the run that wrote it."""
    store = ZarrStore(tmp_path / "store", NAMES, "float32", "this run")
    other = ZarrStore(tmp_path / "other", NAMES, "float32", "another run")
    for one in (store, other):
        one.prepare(3)
        for batch in range(3):
            one.write(batch, values(batch))
    first, second, third = (shard(tmp_path / "store", batch) for batch in range(3))
    first.rename(tmp_path / "aside")
    second.rename(first)
    (tmp_path / "aside").rename(second)
    shard(tmp_path / "other", 2).replace(third)
    assert [store.load(batch) for batch in range(3)] == [None, None, None]
    with pytest.raises(RunError, match=f"{first} is damaged"):
        store.read("a", 3)


@pytest.mark.parametrize("part", ["", "metrics", "metrics/c", "metrics/c/0"])
def test_a_store_that_leads_elsewhere_is_refused_and_what_is_there_stays(tmp_path: Path, part: str) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "0.77.tmp").write_text("precious")
    place = tmp_path / "run" / "store" / part
    place.parent.mkdir(parents=True)
    place.symlink_to(theirs)
    with pytest.raises(RunError, match=r"found a link; allowed: a folder of the run's own"):
        ZarrStore(tmp_path / "run" / "store", NAMES, "float32").prepare(1)
    assert [(path.name, path.read_text()) for path in theirs.iterdir()] == [("0.77.tmp", "precious")]


@pytest.mark.parametrize(("done", "count"), [([], 0), ([1], 0), ([0, 1, 2], 3), ([0, 1, 3], 2)])
def test_the_leading_batches(done: list[int], count: int) -> None:
    assert leading(done) == count
