"""What is stored is tied to where it came from: a bit, a copy, a stranger's part or a lost row is noticed, not used."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.folder import load
from computerace.market.errors import UserError
from computerace.runs.cli import run
from computerace.runs.store.results import read_results
from computerace.runs.sweeps.sweep import Advance, sweep
from tests.runs.sweeping import contents, design


def stop_after(parts: int) -> Callable[[Advance], None]:
    """A progress that is interrupted once some parts are there."""
    seen: list[Advance] = []

    def tell(advance: Advance) -> None:
        seen.append(advance)
        if len(seen) > parts:
            raise KeyboardInterrupt

    return tell


def begun(folder: Path, **changes: object) -> list[Path]:
    """A sweep that was ended in the middle, with its parts."""
    with pytest.raises(KeyboardInterrupt):
        sweep(design(**changes), folder, workers=1, batch=5, progress=stop_after(3))
    return sorted((folder / "parts").glob("*.part"))


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("origin") / "straight"
    sweep(design(), folder, workers=1)
    return folder


def flipped(file: Path, place: float, rng: np.random.Generator) -> None:
    """One bit of a file turned over, near a place between its beginning (0) and its end (1)."""
    content = bytearray(file.read_bytes())
    content[int(place * (len(content) - 1))] ^= 1 << int(rng.integers(8))
    file.write_bytes(bytes(content))


def test_a_flipped_bit_in_a_part_changes_no_result(straight: Path, tmp_path: Path) -> None:
    """Wherever it is: either a line that names the part, or a bit that nothing rests on."""
    parts = begun(tmp_path / "cut")
    rng = np.random.default_rng(5)
    noticed: list[str] = []
    for place in np.linspace(0, 1, 40):
        copy = Path(shutil.copytree(tmp_path / "cut", tmp_path / "copy"))
        part = copy / "parts" / parts[1].name
        flipped(part, float(place), rng)
        try:
            sweep(design(), copy, workers=1)
        except UserError as error:
            noticed.append(str(error))
        else:
            assert contents(copy) == contents(straight)
        shutil.rmtree(copy)
    assert len(noticed) >= 36
    assert all(parts[1].name in line and "sweep again" in line for line in noticed)


def test_a_part_under_another_name_is_not_merged_twice(straight: Path, tmp_path: Path) -> None:
    parts = begun(tmp_path / "cut")
    copy = parts[0].with_name("000000005-000000000.part")
    shutil.copy(parts[0], copy)
    with pytest.raises(UserError, match=rf"{copy.name} is a copy of {parts[0].name}; move it away"):
        sweep(design(), tmp_path / "cut", workers=1)
    copy.unlink()
    sweep(design(), tmp_path / "cut", workers=1)
    assert contents(tmp_path / "cut") == contents(straight)


def test_a_part_of_another_sweep_is_not_merged(straight: Path, tmp_path: Path) -> None:
    parts, others = begun(tmp_path / "cut"), begun(tmp_path / "other", seed=8)
    shutil.copy(others[0], parts[0])
    with pytest.raises(UserError, match="is of another sweep; move it away and sweep again"):
        sweep(design(), tmp_path / "cut", workers=1)
    parts[0].unlink()
    sweep(design(), tmp_path / "cut", workers=1)
    assert contents(tmp_path / "cut") == contents(straight)


def test_a_lost_row_is_noticed_and_repair_never_doubles(straight: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(straight, tmp_path / "copy"))
    worlds = pd.read_parquet(copy / "worlds.parquet")
    worlds.drop(index=4).to_parquet(copy / "worlds.parquet", index=False)
    with pytest.raises(UserError, match=r"worlds.parquet is damaged; move it away and sweep again"):
        sweep(design(), copy, workers=1)
    (copy / "digests.json").unlink()  # and where nobody could know of it
    with pytest.raises(UserError, match=r"rows in steps where \d+ belong"):
        sweep(design(), copy, workers=1)
    (copy / "worlds.parquet").unlink()
    shutil.rmtree(copy / "parts")
    sweep(design(), copy, workers=1)
    assert contents(copy) == contents(straight)


@pytest.mark.parametrize("name", ["worlds.parquet", "steps.parquet"])
@pytest.mark.parametrize("kind", ["race", "sweep"])
def test_a_flipped_bit_in_a_result_is_noticed_by_whoever_reads_it(
    straight: Path, tmp_path: Path, kind: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    if kind == "race":
        assert run(["race", "--worlds", "8", "--months", "2", "--workers", "1", "--out", str(folder), "--json"]) == 0
    else:
        shutil.copytree(straight, folder)
    whole, rng = (folder / name).read_bytes(), np.random.default_rng(3)
    for place in np.linspace(0.01, 0.99, 15):
        flipped(folder / name, float(place), rng)
        with pytest.raises(UserError, match=f"{name} is damaged"):
            load(folder)
        (folder / name).write_bytes(whole)
    flipped(folder / name, 0.5, rng)
    capsys.readouterr()
    for command in ("claim", "ledger", "report", "sensitivity"):
        assert run([command, str(folder)]) == 2
        assert f"{folder / name} is damaged" in capsys.readouterr().err
    if kind == "sweep":
        with pytest.raises(UserError, match=f"{name} is damaged: .*; move it away and sweep again"):
            read_results(folder)
        (folder / name).unlink()
        sweep(design(), folder, workers=1)  # as the line says
        assert contents(folder) == contents(straight)


def test_the_manifest_names_every_table(straight: Path) -> None:
    manifest = json.loads((straight / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == set(contents(straight))
    assert manifest["files"] == contents(straight)
