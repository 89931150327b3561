"""Fields in a checkpoint find their places by coordinates, whatever the numbering."""

from __future__ import annotations

import numpy as np
import pytest
from dolfinx import fem
from dolfinx.mesh import Mesh, create_unit_cube
from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.solver.cell.field_store import FieldStore


@pytest.fixture(scope="module")
def cube() -> Mesh:
    return create_unit_cube(MPI.COMM_SELF, 2, 2, 2)


def displaced(mesh: Mesh) -> fem.Function:
    """A vector field that tells each place and component from all others."""
    function = fem.Function(fem.functionspace(mesh, ("Lagrange", 1, (3,))))
    function.interpolate(lambda p: np.array([p[0] + 10 * p[1], p[1] + 10 * p[2], p[2] + 10 * p[0] + 3]))
    return function


def test_a_table_has_coordinates_and_values_of_every_node(cube: Mesh) -> None:
    function = displaced(cube)
    table = FieldStore(function).gather(function.x.array)
    assert table is not None
    assert table.shape == (27, 6)
    p = table[:, :3].T
    expected = np.array([p[0] + 10 * p[1], p[1] + 10 * p[2], p[2] + 10 * p[0] + 3])
    assert pytest.approx(expected, abs=1e-14) == table[:, 3:].T


def test_rows_in_any_order_come_back_to_their_nodes_and_the_function_is_left_alone(cube: Mesh) -> None:
    function = displaced(cube)
    values = function.x.array.copy()
    store = FieldStore(function)
    table = store.gather(values)
    assert table is not None
    function.x.array[:] = -1.0
    found = store.scatter(table[np.random.default_rng(3).permutation(len(table))])
    assert np.array_equal(found, values)
    assert np.all(function.x.array == -1.0)


def test_a_place_may_be_off_by_rounding_and_not_by_more(cube: Mesh) -> None:
    function = displaced(cube)
    store = FieldStore(function)
    table = store.gather(function.x.array)
    assert table is not None
    table[5, 1] += 0.9e-6
    assert np.array_equal(store.scatter(table), function.x.array)
    table[5, 1] += 0.3e-6
    with pytest.raises(InputError, match="belongs to another mesh"):
        store.scatter(table)


def test_the_one_global_number_has_no_place(cube: Mesh) -> None:
    from basix.ufl import real_element

    number = fem.Function(fem.functionspace(cube, real_element(cube.basix_cell(), value_shape=())))
    number.x.array[:] = 3.7
    store = FieldStore(number)
    table = store.gather(number.x.array)
    assert table is not None
    assert table.tolist() == [[0.0, 0.0, 0.0, 3.7]]
    number.x.array[:] = 0.0
    assert store.scatter(table).tolist() == [3.7]
