"""The page of balances: one for each row of the table of unknowns, from the named terms of ``physics``.

What may be exchanged from outside is an argument here: the laws at the interfaces (:class:`InterfaceLaws`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import default_scalar_type, fem
from mpi4py import MPI

from chemomech.solver.algebra.jacobian import Storage
from chemomech.solver.cell.exchange import Exchange, can_exchange
from chemomech.solver.cell.interface_points import interface_points
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.regions import Domains
from chemomech.solver.cell.unknowns import (
    CELL_VOLTAGE,
    ELECTROLYTE_POTENTIAL,
    MATRIX_POTENTIAL,
    PARTICLE_POTENTIAL,
    SALT,
    STOICHIOMETRY,
    ElectrochemicalFields,
    Unknown,
)
from chemomech.solver.physics import Balance, Terms, TimeDerivative, total
from chemomech.solver.physics.charge_transfer import (
    LithiumButlerVolmer,
    ParticleButlerVolmer,
    ParticleReaction,
)
from chemomech.solver.physics.conduction import (
    CollectorControl,
    ContactLaw,
    ElectronicContact,
    OhmicContact,
    matrix_conduction,
    particle_conduction,
)
from chemomech.solver.physics.electrolyte import PoreElectrolyte
from chemomech.solver.physics.solid_lithium import lithium_storage, lithium_transport
from chemomech.solver.physics.stress_feedback import StressFeedback

REACTION, CONTACT = "reaction", "contact"
ACROSS: Mapping[str, Mapping[Unknown, tuple[float, str]]] = {
    REACTION: {
        STOICHIOMETRY: (1.0, "+"),
        SALT: (-1.0, "-"),
        PARTICLE_POTENTIAL: (1.0, "+"),
        ELECTROLYTE_POTENTIAL: (-1.0, "-"),
    },
    CONTACT: {PARTICLE_POTENTIAL: (1.0, "+"), MATRIX_POTENTIAL: (-1.0, "-")},
}
"""What passes the interface of particles and matrix: sign in the balances that it enters, and their side."""


@dataclass(frozen=True)
class QuadratureDegrees:
    """Quadrature degrees by kind of integral; the automatic estimate behind exp is far too high.

    Attributes:
        particles: Lithium in the particles; degree 3 moved the end of the standard main case by 1.6 s.
        conduction: Electrons in the particles, a linear potential that is nearly uniform.
        pores: Linear fields in matrix and separator.
        interface: Reaction and contact.
    """

    particles: int = 4
    conduction: int = 2
    pores: int = 2
    interface: int = 4


def butler_volmer_at_particles(model: HalfCellModel, reference_potential: float) -> ParticleReaction:
    """The reaction law where no other is asked for."""
    return ParticleButlerVolmer(
        model.cathode, model.temperature, float(model.matrix.wetted_fraction), reference_potential
    )


@dataclass(frozen=True)
class InterfaceLaws:
    """Laws at the surface of the particles.

    Attributes:
        reaction: Makes the reaction law from the model and the potential against lithium that the solid
            potentials count from [V].
        contact: Law of the electronic contact with the matrix.
    """

    reaction: Callable[[HalfCellModel, float], ParticleReaction] = butler_volmer_at_particles
    contact: ContactLaw = OhmicContact()  # noqa: RUF009


@dataclass(frozen=True)
class Electrochemistry:
    """The electrochemical problem on a mesh: unknowns, constants that steer it, and its residual.

    Attributes:
        model: Materials and initial state.
        domains: Subdomains of the mesh.
        fields: Current unknowns.
        tests: Test function of each unknown.
        control: Collector control.
        contact: Particle | carbon-binder contact.
        reaction: Law at the particle | electrolyte interface.
        feedback: How stress enters.
        balances: The balance of each unknown, in the order of the table.
        interface_current: Reaction current density on the interface [A/m2], restricted.
        contact_current: The same of the electronic contact.
        lithium_current: Current density at the metal [A/m2].
        quadrature: Quadrature degrees used.
        reference_potential: Potential against lithium that the solid potentials and the cell voltage count
            from [V]; the initial open-circuit voltage, so that rounding does not grow with 4 V.
        diffusivity_factor: Diffusivity in the particles over that of the material [-], constant in each; None
            where all have that of the material.
        area_factor: Reacting area over that of the surface [-], constant in each particle; None where nothing
            changes it.
    """

    model: HalfCellModel
    domains: Domains
    fields: ElectrochemicalFields
    tests: Mapping[Unknown, ufl.Argument]
    control: CollectorControl
    contact: ElectronicContact
    reaction: ParticleReaction
    feedback: StressFeedback
    balances: Mapping[Unknown, Balance]
    interface_current: ufl.core.expr.Expr
    contact_current: ufl.core.expr.Expr
    lithium_current: ufl.core.expr.Expr
    quadrature: QuadratureDegrees
    reference_potential: float
    diffusivity_factor: fem.Function | None = None
    area_factor: fem.Function | None = None

    @property
    def voltage(self) -> float:
        """Cell voltage against lithium [V] (collective)."""
        return self.reference_potential + self.fields.relative_voltage

    def prescribe_current(self, current_density: float) -> None:
        """Prescribe the collector current density [A/m2], positive on charge."""
        self.control.current_density.value = current_density
        self.control.current_controlled.value = 1.0

    def prescribe_voltage(self, voltage: float) -> None:
        """Prescribe the cell voltage [V]."""
        self.control.voltage.value = voltage - self.reference_potential
        self.control.current_controlled.value = 0.0

    @property
    def rates(self) -> dict[Unknown, TimeDerivative]:
        """Discrete time derivative of each unknown that has one."""
        return {unknown: b.rate for unknown, b in self.balances.items() if b.rate is not None}

    @property
    def residuals(self) -> list[ufl.Form]:
        """Residual form of each block."""
        return [total(balance.terms) for balance in self.balances.values()]

    @property
    def exchanged(self) -> dict[str, ufl.core.expr.Expr]:
        """Currents across the interface of particles and matrix that values on both its sides give [A/m2]."""
        currents = {REACTION: self.interface_current, CONTACT: self.contact_current}
        return {name: current for name, current in currents.items() if can_exchange(current, self.domains)}

    @property
    def within_regions(self) -> list[ufl.Form]:
        """Residual form of each block without the currents that are exchanged."""
        exchanged = self.exchanged
        return [
            total({name: term for name, term in balance.terms.items() if name not in exchanged})
            for balance in self.balances.values()
        ]

    def fluxes(self) -> list[Exchange]:
        """Those currents."""
        blocks = {unknown: block for block, unknown in enumerate(self.fields.table)}
        points = interface_points(self.domains, self.quadrature.interface)
        return [
            Exchange(
                current,
                {blocks[unknown]: sign for unknown, (sign, _) in ACROSS[name].items()},
                self.fields.functions,
                points,
            )
            for name, current in self.exchanged.items()
        ]

    @property
    def storages(self) -> list[Storage]:
        """Terms that hold the leading coefficient of the time formula."""
        return [
            Storage(block, total(balance.storage), balance.rate.rate)
            for block, balance in enumerate(self.balances.values())
            if balance.rate is not None
        ]


def constant(mesh, value: float) -> fem.Constant:  # type: ignore[no-untyped-def]
    """A scalar constant on a mesh."""
    return fem.Constant(mesh, default_scalar_type(value))


def build(
    model: HalfCellModel,
    domains: Domains,
    fields: ElectrochemicalFields,
    feedback: StressFeedback,
    contact_conductance: np.ndarray | None = None,
    quadrature: QuadratureDegrees | None = None,
    diffusivity_factor: np.ndarray | None = None,
    laws: InterfaceLaws | None = None,
    breakable: bool = False,
) -> Electrochemistry:
    """Declare the coupled problem (no assembly).

    Args:
        model: Materials and initial state.
        domains: Subdomains.
        fields: Unknowns, from ``create_fields``.
        feedback: How stress enters diffusion and reaction.
        contact_conductance: Per-particle contact conductance [S/m2], shape (n,); the matrix's value if None.
        quadrature: Quadrature degrees.
        diffusivity_factor: Per-particle diffusivity over that of the material [-], shape (n,); 1 if None.
        laws: Reaction and electronic contact; Butler-Volmer and Ohm if None.
        breakable: Whether reacting area and diffusivity of the particles may change between steps.
    """
    laws = laws or InterfaceLaws()
    q = quadrature or QuadratureDegrees()
    tests = {unknown: ufl.TestFunction(fields[unknown].function_space) for unknown in fields.table}
    mesh = domains.mesh
    solid_rate, salt_rate = (
        TimeDerivative(constant(mesh, 0.0), fem.Function(field.function_space))
        for field in (fields.stoichiometry, fields.salt)
    )
    control = CollectorControl(constant(mesh, 0.0), constant(mesh, 0.0), constant(mesh, 1.0))
    conductance = by_particle(domains, contact_conductance, float(model.matrix.contact_conductance))
    contact = ElectronicContact(conductance, laws.contact)
    reference = float(model.cathode.open_circuit_voltage(model.initial_stoichiometry))
    reaction = laws.reaction(model, reference)

    # Without a factor the forms are those of a cell that knows none.
    varies = breakable or diffusivity_factor is not None
    factor = by_particle(domains, diffusivity_factor, 1.0) if varies else None
    area = by_particle(domains, None, 1.0) if breakable else None

    x, salt = fields.stoichiometry, fields.salt
    phi_p, phi_m, phi_e = fields.particle_potential, fields.matrix_potential, fields.electrolyte_potential
    dx_p = domains.dx_particles(q.particles)
    dS = domains.dS_interface(q.interface)
    ds_collector = domains.ds(q.interface, domains.half_cell.COLLECTOR)
    ds_lithium = domains.ds(q.interface, domains.half_cell.LITHIUM)

    c_interface = fields.salt_concentration("-")
    j = reaction.current_density(x("+"), c_interface, phi_p("+") - phi_e("-"), feedback.shift(x)("+"))
    if area is not None:
        j = area("+") * j
    i_contact = contact.current_density(phi_p, phi_m)
    metal = LithiumButlerVolmer(model.lithium, model.temperature)
    j_metal = metal.current_density(fields.salt_concentration, phi_e)
    pores = [
        PoreElectrolyte(
            model.electrolyte, float(region.porosity), region.ionic_factor(), model.temperature, measure
        )
        for region, measure in (
            (model.matrix, domains.dx_matrix(q.pores)),
            (model.separator, domains.dx_separator(q.pores)),
        )
    ]

    def over_pores(make) -> Terms:  # type: ignore[no-untyped-def]
        return {
            f"{name} ({region})": form
            for region, pore in zip(("matrix", "separator"), pores, strict=True)
            for name, form in make(pore).items()
        }

    def across(name: str, unknown: Unknown) -> Terms:
        sign, side = ACROSS[name][unknown]
        return {name: sign * {REACTION: j, CONTACT: i_contact}[name] * tests[unknown](side) * dS}

    v_x, v_c, v_p, v_m, v_e, v_v = (
        tests[unknown]
        for unknown in (
            STOICHIOMETRY, SALT, PARTICLE_POTENTIAL, MATRIX_POTENTIAL, ELECTROLYTE_POTENTIAL, CELL_VOLTAGE,
        )
    )  # fmt: skip
    balances: dict[Unknown, Balance] = {
        STOICHIOMETRY: Balance(
            storage=lithium_storage(model.cathode, x, v_x, solid_rate, dx_p),
            transport={
                **lithium_transport(model.cathode, x, v_x, feedback, dx_p, factor),
                **across(REACTION, STOICHIOMETRY),
            },
            rate=solid_rate,
        ),
        SALT: Balance(
            storage=over_pores(lambda pore: pore.salt_storage(salt, v_c, salt_rate)),
            transport={
                **over_pores(lambda pore: pore.salt_transport(salt, phi_e, v_c)),
                **across(REACTION, SALT),
                "lithium metal": -j_metal * v_c * ds_lithium,
            },
            rate=salt_rate,
        ),
        PARTICLE_POTENTIAL: Balance(
            {
                **particle_conduction(model.cathode, phi_p, x, v_p, domains.dx_particles(q.conduction)),
                **across(REACTION, PARTICLE_POTENTIAL),
                **across(CONTACT, PARTICLE_POTENTIAL),
            }
        ),
        MATRIX_POTENTIAL: Balance(
            {
                **matrix_conduction(model.matrix, phi_m, v_m, domains.dx_matrix(q.pores)),
                **across(CONTACT, MATRIX_POTENTIAL),
                **control.matrix_terms(phi_m, fields.cell_voltage, v_m, ds_collector),
            }
        ),
        ELECTROLYTE_POTENTIAL: Balance(
            {
                **over_pores(lambda pore: pore.charge_terms(salt, phi_e, v_e)),
                **across(REACTION, ELECTROLYTE_POTENTIAL),
                "lithium metal": -j_metal * v_e * ds_lithium,
            }
        ),
        CELL_VOLTAGE: Balance(control.voltage_terms(phi_m, fields.cell_voltage, v_v, ds_collector)),
    }
    # The blocks of the algebra are those of the table, whatever order the page is written in.
    balances = {unknown: balances[unknown] for unknown in fields.table}
    return Electrochemistry(
        model, domains, fields, tests, control, contact, reaction, feedback, balances, j, i_contact, j_metal,
        q, reference, factor, area,
    )  # fmt: skip


def by_particle(domains: Domains, values: np.ndarray | None, otherwise: float) -> fem.Function:
    """A quantity that is constant in each particle, as a piecewise constant function on the particles.

    Args:
        domains: Subdomains.
        values: By particle, shape (n,), rows as in the layout; None for one value everywhere.
        otherwise: That value.
    """
    function = fem.Function(fem.functionspace(domains.particles.mesh, ("DG", 0)))
    function.x.array[:] = otherwise
    if values is not None:
        set_by_particle(function, domains, values)
    return function


def set_by_particle(function: fem.Function, domains: Domains, values: npt.ArrayLike) -> None:
    """Give a piecewise constant function on the particles a value in each (collective).

    Args:
        function: From ``by_particle``.
        domains: Subdomains.
        values: By particle, shape (n,), rows as in the layout.
    """
    owned = domains.particles.num_owned_cells
    function.x.array[:owned] = np.asarray(values, dtype=float)[domains.particle_of_cell]
    function.x.scatter_forward()


def read_by_particle(function: fem.Function, domains: Domains) -> npt.NDArray[np.float64]:
    """The values of a function that ``by_particle`` made, shape (n,) (collective)."""
    owned = function.x.array[: domains.particles.num_owned_cells]
    values = np.full(len(domains.half_cell.layout.radii), -np.inf)
    np.maximum.at(values, domains.particle_of_cell, owned)
    domains.mesh.comm.Allreduce(MPI.IN_PLACE, values, op=MPI.MAX)
    return values
