"""Calibration with black-it: finds the parameter that made the "data", by the method of simulated moments.

A toy, so that it takes seconds: the data are a run of the model itself, in a tiny economy. For a calibration of use take
observed series as `data`, more periods, a larger ensemble and more batches.
"""

import sys

import numpy
from black_it.calibrator import Calibrator
from black_it.loss_functions.msm import MethodOfMomentsLoss
from black_it.samplers.halton import HaltonSampler
from black_it.samplers.random_uniform import RandomUniformSampler

import xinzhi

QUARTERS = 12
MODEL = xinzhi.Model(
    "quick",
    parameters={"production_planning.firing_speed": (0.05, 0.6)},
    outputs=["unemployment_rate", "wage_share"],
    years=QUARTERS // 4,
    set={"population.persons_per_worker": 1_450_000},
)


def main(batches: int = 2) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The points that were tried, best first, and their losses."""
    data = MODEL.simulate([0.25], QUARTERS, seed=99)
    lowest, highest = zip(*MODEL.parameters.values())
    calibrator = Calibrator(
        loss_function=MethodOfMomentsLoss(),
        real_data=data,
        model=MODEL.simulate,
        parameters_bounds=[list(lowest), list(highest)],
        parameters_precision=[0.01],
        ensemble_size=2,
        samplers=[HaltonSampler(batch_size=4), RandomUniformSampler(batch_size=2)],
        random_state=1,
        # Processes of joblib would import the model again; a run in this one is as good.
        n_jobs=1,
        verbose=False,
    )
    return calibrator.calibrate(batches)


if __name__ == "__main__":
    points, losses = main(*map(int, sys.argv[1:]))
    for point, loss in list(zip(points, losses))[:5]:
        print(f"firing_speed {point[0]:.2f}: loss {loss:.4f}")
