"""Sobol' indices with SALib: how much of the variance of unemployment comes from which parameter.

A toy, so that it takes seconds: a tiny economy, two years, a few points. For a study take 512 points and more, several
seeds and decades, or `xinzhi sweep` with a Sobol' design, which resumes and runs on a cluster.
"""

import sys

from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sampling

import xinzhi

MODEL = xinzhi.Model(
    "quick",
    parameters={"price_setting.adjustment": (0.2, 0.9), "production_planning.firing_speed": (0.1, 0.5)},
    outputs={"unemployment": lambda result: result.series["unemployment_rate"].to_list()[-1]},
    years=2,
    set={"population.persons_per_worker": 1_450_000},
)


def main(points: int = 8) -> dict[str, float]:
    """The total index of every parameter."""
    design = sampling.sample(MODEL.problem, points, calc_second_order=False, seed=1)
    # The same seeds at every point: differences are those of the parameters.
    outcomes = MODEL.evaluate(design, seeds=[1, 2])
    indices = analysis.analyze(MODEL.problem, outcomes["unemployment"], calc_second_order=False, seed=1)
    return dict(zip(MODEL.problem["names"], indices["ST"].tolist()))


if __name__ == "__main__":
    for name, index in main(*map(int, sys.argv[1:])).items():
        print(f"{name}: {index:.2f}")
