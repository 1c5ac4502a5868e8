"""Everything that Solara's page asks for lies in the package, unchanged."""

import hashlib
import re
from importlib import resources
from importlib.metadata import version
from pathlib import Path

import pytest

from computerace.runs.page.chart_parts import ECHARTS
from computerace.runs.page.server import ASSETS

SUMS = (ASSETS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", SUMS, ids=[line.split("/")[-1] for line in SUMS])
def test_an_asset_is_what_was_taken_from_its_package(line: str) -> None:
    digest, name = line.split(maxsplit=1)
    assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == digest


def test_every_asset_has_its_sum() -> None:
    listed = {str(Path(line.split(maxsplit=1)[1])) for line in SUMS}
    there = {str(path.relative_to(ASSETS)) for path in ASSETS.rglob("*") if path.is_file()}
    assert there == listed | {"SHA256SUMS", "README.md"}


def test_the_installed_solara_asks_for_these_assets_and_no_others() -> None:
    template = resources.files("solara.server").joinpath("templates/solara.html.j2").read_text(encoding="utf-8")
    asked = re.findall(r"{{ *cdn *}}(/[^\"' ]+)", template)
    major = version("ipywidgets").split(".")[0]
    wanted = {
        url.replace("{{ipywidget_major_version}}", major)
        for url in asked
        if "vuetify3" not in url and url.endswith((".css", ".js"))
    }  # fmt: skip
    assert len(wanted) >= 5
    assert [url for url in wanted if not (ASSETS / url.lstrip("/")).is_file()] == []


def test_the_charts_script_is_the_one_that_solara_loads() -> None:
    widget = resources.files("solara.components").joinpath("echarts.vue").read_text(encoding="utf-8")
    asked = re.search(r'version = "([\d.]+)"', widget)
    assert asked is not None
    assert f"echarts@{asked[1]}/dist/echarts.js" == ECHARTS
    assert (ASSETS / ECHARTS).is_file()


def test_what_solaravizs_grid_asks_for_is_there() -> None:
    widget = resources.files("solara.widgets").joinpath("vue/gridlayout.vue").read_text(encoding="utf-8")
    asked = re.findall(r"getCdn\(\)}/([^`]+)`", widget)
    assert [name for name in asked if "grid-layout" in name and not (ASSETS / name).is_file()] == []
    assert any("grid-layout" in name for name in asked)


def test_fonts_that_the_styles_name_are_there() -> None:
    folder = ASSETS / "@widgetti/solara-vuetify-app@10.1.1" / "dist"
    named = re.findall(r"url\(([\w.]+\.woff2)", (folder / "fonts.css").read_text(encoding="utf-8"))
    assert len(named) > 10
    assert [name for name in named if not (folder / name).is_file()] == []
