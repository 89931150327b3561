r"""Lithium balance in the particles.

    F c_max dx/dt + F div N = 0,
    N = -d D(x) c_max ( grad x + grad(shift) / U'(x) ),   shift = Omega(x) sigma_h / F  [V]

with a factor d of the diffusivity by particle, 1 unless given.
The flux is driven by the chemical potential mu = -F (U + shift), measured chemical diffusivity and
thermodynamic factor of the open-circuit curve (physics notes section 2). Where Omega is constant it
is the familiar -d D (grad c - [Omega / (-F dU/dc)] grad sigma_h).
"""

from __future__ import annotations

import ufl
from dolfinx import fem

from chemomech.materials import FARADAY, ActiveMaterial
from chemomech.solver.physics import scales
from chemomech.solver.physics.stress_feedback import StressFeedback
from chemomech.solver.physics.terms import Terms, TimeDerivative


def lithium_storage(
    material: ActiveMaterial,
    x: fem.Function,
    test: ufl.Argument,
    rate: TimeDerivative,
    dx: ufl.Measure,
) -> Terms:
    """Storage of lithium in the particles.

    Args:
        material: Active material.
        x: Stoichiometry.
        test: Test function of the stoichiometry.
        rate: Discrete time derivative of the stoichiometry.
        dx: Volume measure over the particles.
    """
    capacity = FARADAY * float(material.maximum_concentration)
    return {"storage": scales.storage(capacity) * rate.of(x) * test * dx}


def lithium_transport(
    material: ActiveMaterial,
    x: fem.Function,
    test: ufl.Argument,
    feedback: StressFeedback,
    dx: ufl.Measure,
    diffusivity_factor: fem.Function | None = None,
) -> Terms:
    """Transport of lithium in the particles; the interface adds the outflow.

    Args:
        material: Active material.
        x: Stoichiometry.
        test: Test function of the stoichiometry.
        feedback: How stress enters the chemical potential.
        dx: Volume measure over the particles.
        diffusivity_factor: Diffusivity over that of the material, piecewise constant; 1 if None.
    """
    capacity = FARADAY * float(material.maximum_concentration)
    diffusivity = scales.transport(capacity * material.diffusivity(x))
    if diffusivity_factor is not None:
        diffusivity = diffusivity_factor * diffusivity
    terms = {"diffusion": diffusivity * ufl.inner(ufl.grad(x), ufl.grad(test)) * dx}
    drift = feedback.gradient_of_shift(x)
    if drift is not None:
        slope = material.open_circuit_voltage.derivative(x)
        terms["stress drift"] = diffusivity / slope * ufl.inner(drift, ufl.grad(test)) * dx
    return terms
