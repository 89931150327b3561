"""Parameter studies: a base case, axes, and one dataset of what came of it.

::

    from chemomech.experiments.studies import Study, run_study

    study = Study.from_toml("rate-by-thickness")
    outcome = run_study(study, fidelity="dfn", workers=2)
    outcome["capacity_mAh_cm2"].sel(c_rate=5.0, thickness=60.0)
"""

from chemomech.experiments.studies.runner import open_outcomes, run_study
from chemomech.experiments.studies.sensitivity import SensitivityRequest, sensitivities
from chemomech.experiments.studies.study import Study, shipped_studies

__all__ = ["SensitivityRequest", "Study", "open_outcomes", "run_study", "sensitivities", "shipped_studies"]
