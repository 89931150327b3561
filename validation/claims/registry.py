"""All claims by id and by name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from chemomech.errors import unknown_name
from chemomech.validation.claims.claim import Claim


@cache
def all_claims(cycles: bool = False) -> tuple[Claim, ...]:
    """Every claim, in the order of the papers.

    The modules are loaded here, because they import this package for what a claim is.

    Args:
        cycles: Whether those that can be are held against cycles with damage, in place of the first charge.
    """
    from chemomech.validation.claims import (
        charge_window,
        contact_resonance,
        currents,
        depth_profile,
        detachment,
        diverging,
        fast_charge,
        half_cell_curves,
        indentation,
        indentation_tables,
        inputs,
        lattice_and_curves,
        single_particles,
        spectra,
        strain_amplitudes,
        untested,
    )

    modules = (
        indentation_tables,
        indentation,
        spectra,
        contact_resonance,
        strain_amplitudes,
        currents,
        lattice_and_curves,
        charge_window,
        diverging,
        single_particles,
        depth_profile,
        detachment,
        fast_charge,
        inputs,
        half_cell_curves,
        untested,
    )
    claims = {claim.id: claim for module in modules for claim in module.CLAIMS}
    if cycles:
        claims |= over_cycles()
    return tuple(sorted(claims.values(), key=lambda claim: tuple(int(part) for part in claim.id.split("."))))


def over_cycles() -> dict[str, Claim]:
    """The claims that are held against cycles with damage, by id."""
    from chemomech.validation.claims.cycles import ageing, isolated, maps, rates, severity, spectra

    modules = (maps, rates, isolated, severity, spectra, ageing)
    return {claim.id: claim for module in modules for claim in module.CLAIMS}


def chosen_claims(names: Iterable[str], cycles: bool = False) -> tuple[Claim, ...]:
    """Claims by id or name; all of them for no name.

    Args:
        names: Which.
        cycles: As for ``all_claims``.

    Raises:
        InputError: For a name that no claim has, with the nearest.
    """
    wanted = list(names)
    if not wanted:
        return all_claims(cycles)
    known = {key: claim for claim in all_claims(cycles) for key in (claim.id, claim.name)}
    for name in wanted:
        if name not in known:
            raise unknown_name("claim", name, known)
    ids = {known[name].id for name in wanted}
    return tuple(claim for claim in all_claims(cycles) if claim.id in ids)
