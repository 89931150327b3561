"""The scoreboard: every claim evaluated, one failing claim never hiding the others."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chemomech.errors import InputError
from chemomech.solver.results.folder import replacing
from chemomech.solver.results.summary import plain
from chemomech.validation.before import Before, verdicts_before
from chemomech.validation.claims import (
    Assessment,
    Claim,
    Evidence,
    Finding,
    FittedFinding,
    Row,
    Verdict,
    verdict_of,
)
from chemomech.validation.claims.claim import Kind
from chemomech.validation.claims.mesh_error import USUAL
from chemomech.validation.instruments.omissions import Omissions
from chemomech.validation.measurements import measurements

FILE = "scoreboard.json"


@dataclass(frozen=True)
class Entry:
    """A claim and what became of it.

    Attributes:
        claim: The claim.
        verdict: What became of it.
        assessment: Rows and pictures of the claim; None where it could not be evaluated.
        error: Why it could not be evaluated; empty where it could.
        preset: Coarsest mesh preset that was asked for.
        meshes: Presets of the results that were looked at.
        wanted: What a finer mesh, which the margin asks for, was refused with; empty where none was.
        omissions: What the instruments behind it leave out.
    """

    claim: Claim
    verdict: Verdict
    assessment: Assessment | None = None
    error: str = ""
    preset: str = USUAL
    meshes: tuple[str, ...] = ()
    wanted: str = ""
    omissions: Omissions = ()

    @property
    def before(self) -> Before | None:
        """What stood on the earlier scoreboard; None for a claim that did not."""
        return verdicts_before().get(self.claim.id)

    @property
    def decisive(self) -> Row | None:
        """The row on which the verdict hangs; None where none states a margin."""
        if self.assessment is None or self.assessment.untestable:
            return None
        finding = self.assessment.fitted or self.assessment.prediction
        return None if finding is None else finding.decisive

    @property
    def is_decided(self) -> bool:
        """Whether the figure lies farther from its criterion than its own error."""
        return self.decisive is None or self.decisive.is_decided

    @property
    def predicted(self) -> bool:
        """Whether the claim itself counts as predicted: agreed with nothing fitted, nor announced to be."""
        return self.verdict is Verdict.AGREES and self.claim.kind is not Kind.CALIBRATION

    @property
    def says(self) -> str:
        """The outcome in one sentence."""
        if self.error:
            return self.error
        if self.claim.assess is None:
            return self.claim.untestable or f"missing: {self.claim.missing}"
        assert self.assessment is not None  # neither an error nor untestable: it was assessed
        if self.assessment.untestable:
            return self.assessment.untestable
        parts = [
            f"{word}: {finding.says}" if self.assessment.fitted else finding.says
            for word, finding in (
                ("predicted", self.assessment.prediction),
                ("fitted", self.assessment.fitted),
            )
            if finding is not None
        ]
        return "; ".join(
            (*parts, *((f"put in: {self.assessment.by_input}",) if self.assessment.by_input else ()))
        )


@dataclass(frozen=True)
class Scoreboard:
    """All entries.

    Attributes:
        entries: In the order of the claims.
        seed: Of everything that was drawn at random.
    """

    entries: tuple[Entry, ...]
    seed: int

    def count(self, verdict: Verdict) -> int:
        """How many claims have a verdict."""
        return sum(entry.verdict is verdict for entry in self.entries)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``scoreboard.json`` holds it."""
        return {
            "claims": [_entry(entry) for entry in self.entries],
            "counts": {str(verdict): self.count(verdict) for verdict in Verdict},
            "seed": self.seed,
            "version": version("chemomech"),
        }

    def write(self, folder: Path) -> Path:
        """Write ``scoreboard.json`` into a folder that exists."""
        target = folder / FILE
        with replacing(target) as temporary:
            text = json.dumps(self.to_dict(), indent=1, allow_nan=False)
            temporary.write_text(text + "\n", encoding="utf-8")
        return target


def evaluate(
    claims: Iterable[Claim], evidence: Evidence, tell: Callable[[Claim], None] = lambda claim: None
) -> Scoreboard:
    """Evaluate claims.

    Args:
        claims: Which.
        evidence: The results they look at.
        tell: Told of each claim before it is evaluated.
    """
    entries = []
    for claim in claims:
        tell(claim)
        entries.append(_evaluated(claim, evidence))
    return Scoreboard(tuple(entries), evidence.seed)


def _evaluated(claim: Claim, evidence: Evidence) -> Entry:
    settled = claim.verdict_without_simulation
    if settled is not None:
        return Entry(claim, settled)
    entry = _assessed(claim, evidence)
    while entry.assessment is not None and not all(row.is_decided_by_mesh for row in entry.assessment.rows):
        finer = evidence.finer()
        if finer is None:
            break
        again = _assessed(claim, finer)
        if again.assessment is None:
            return replace(entry, wanted=again.error)
        entry, evidence = again, finer
    return entry


def _assessed(claim: Claim, evidence: Evidence) -> Entry:
    assert claim.assess is not None
    try:
        assessment = claim.assess(evidence)
        # Read here: a finding that nothing judges is a mistake of this claim, not of the scoreboard.
        verdict = verdict_of(claim, assessment)
        return Entry(
            claim,
            verdict,
            assessment,
            preset=evidence.preset,
            meshes=evidence.meshes(claim.simulations),
            omissions=evidence.omissions(claim.id),
        )
    except InputError as error:
        return Entry(claim, Verdict.NOT_EVALUATED, error=str(error), preset=evidence.preset)
    except Exception as error:
        # Whatever it is, the other claims still have to be heard.
        place = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}: {error}"
        return Entry(claim, Verdict.NOT_EVALUATED, error=reason, preset=evidence.preset)


def _entry(entry: Entry) -> dict[str, Any]:
    claim, assessment, decisive = entry.claim, entry.assessment, entry.decisive
    return {
        "id": claim.id,
        "name": claim.name,
        "paper": measurements(claim.paper).paper.reference,
        "measured": claim.measured,
        "reading": claim.reading,
        "class": str(claim.kind),
        "agreement": claim.agreement,
        "simulations": list(claim.simulations),
        "verdict": str(entry.verdict),
        "verdict_before": entry.before.verdict if entry.before else None,
        "change": entry.before.change if entry.before else "",
        "decisive": decisive.what if decisive else None,
        "unit": decisive.unit if decisive else None,
        "margin": plain(decisive.margin) if decisive else None,
        "margin_error": plain(decisive.error) if decisive else None,
        "decided": entry.is_decided,
        "mesh": ", ".join(entry.meshes) or None,
        "mesh_wanted": entry.wanted,
        "omissions": [f"{omission.sentence} ({omission.bias})" for omission in entry.omissions],
        "by_input": assessment.by_input if assessment else "",
        "missing": claim.missing,
        "predicted": entry.predicted,
        "says": entry.says,
        "error": entry.error,
        "prediction": _finding(assessment.prediction) if assessment else None,
        "calibration": _finding(assessment.fitted) if assessment else None,
        "remark": assessment.remark if assessment else "",
    }


def _finding(finding: Finding | FittedFinding | None) -> dict[str, Any] | None:
    if finding is None:
        return None
    parameters = getattr(finding, "parameters", ())
    return {
        "agrees": finding.agrees,
        "says": finding.says,
        "rows": [_row(row) for row in finding.rows],
        "fitted_parameters": [plain(asdict(entry)) for entry in parameters],
    }


def _row(row: Row) -> dict[str, Any]:
    return {name: plain(value) for name, value in asdict(row).items()}
