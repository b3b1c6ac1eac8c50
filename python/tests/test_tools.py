"""The model is driven by SALib, black-it and the EMA workbench: the examples do what they say."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from types import ModuleType

import pytest

import xinzhi

from conftest import SMALL

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def example(name: str, needs: str) -> ModuleType:
    """An example as a module; skipped where its tool is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("numpy")
        pytest.importorskip(needs, reason=f"{needs} is not installed: python/check.sh --tools")
        spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


def test_salib():
    indices = example("sensitivity_with_salib", "SALib").main(4)
    assert len(indices) == 2
    assert all(index == index for index in indices.values())


@pytest.mark.filterwarnings("ignore")
def test_black_it():
    points, losses = example("calibration_with_black_it", "black_it").main(2)
    # A batch of each sampler, in turn.
    assert points.shape == (6, 1) and len(losses) == 6
    assert losses[0] == losses.min() < losses.max()


@pytest.mark.filterwarnings("ignore")
def test_ema_workbench():
    experiments, outcomes = example("scenarios_with_ema_workbench", "ema_workbench").main(2)
    assert len(experiments) == 4
    assert outcomes["unemployment_rate"].shape == (4, 2, 8)
    assert outcomes["last_wage_share"].shape == (4, 2)


def test_points_are_averaged_over_seeds_and_order_does_not_matter():
    numpy = pytest.importorskip("numpy")
    model = xinzhi.Model(
        "quick",
        {"production_planning.firing_speed": (0.1, 0.5)},
        ["unemployment_rate"],
        years=1,
        set=SMALL,
    )
    points = numpy.array([[0.1], [0.5], [0.3]])
    together = model.evaluate(points, seeds=[1, 2], workers=2)["unemployment_rate"]
    assert together.shape == (3, 4)
    alone = [model.simulate([0.5], 4, seed)[:, 0] for seed in (1, 2)]
    assert numpy.array_equal(together[1], numpy.mean(alone, axis=0))
    assert numpy.array_equal(model.evaluate(points[::-1], seeds=[1, 2])["unemployment_rate"][::-1], together)
    named = model(production_planning__firing_speed=0.5, seed=2)
    assert numpy.array_equal(named["unemployment_rate"], alone[1])
    with pytest.raises(ValueError, match="2 values for 1 parameters"):
        model.run([0.1, 0.2])
    with pytest.raises(ValueError, match="not 5"):
        model.simulate([0.1], 5, 1)
    with pytest.raises(xinzhi.ConfigurationError):
        model.evaluate([[7.0]])


def test_real_numbers_become_what_a_parameter_takes():
    model = xinzhi.Model("quick", {"ai.enabled": (0, 1), "research.stages": (1, 6)}, ["wage_share"], years=1, set=SMALL)
    configuration = model.run([0.7, 2.6], seed=1).manifest["configuration"]
    assert configuration["ai"]["enabled"] is True and configuration["research"]["stages"] == 3
    assert model.run([0.2, 1.0]).manifest["configuration"]["ai"]["enabled"] is False
