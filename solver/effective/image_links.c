/* Links of an image and the two bounds; compiled behind lattice.c.
 *
 * Codes of voxels have a layer around, k is the conductivity by code, unit the conductance of a voxel of k = 1 by
 * axis.
 */

static double between(double one, double other) {
    return one > 0.0 && other > 0.0 ? 2.0 * one * other / (one + other) : 0.0;
}

/* Link of cells across the low face of a voxel, half a voxel long where a driven axis ends. */
static double cell_link(const unsigned char *v, place s, int at_end, const double *k, double unit) {
    return (at_end ? 2.0 : 1.0) * unit * between(k[v[0]], k[v[-s]]);
}

/* Cells, one to a voxel; the layers around a driven axis repeat the last voxels. */
static void cell_links(const Level *L, const unsigned char *image, const double *k, const double *unit, int driven) {
    const place steps[3] = {PLANE(L), ROW(L), 1};
    for (int axis = 0; axis < 3; axis++) {
        int last[3];
        for (int d = 0; d < 3; d++) last[d] = L->n[d] + (d == axis);
        if (L->n[axis] == 1 && L->periodic[axis]) continue;
        for (int i = 1; i <= last[0]; i++)
            for (int j = 1; j <= last[1]; j++)
                for (int m = 1; m <= last[2]; m++) {
                    const int at[3] = {i, j, m};
                    const int at_end = axis == driven && (at[axis] == 1 || at[axis] == last[axis]);
                    const place o = i * steps[0] + j * steps[1] + m;
                    L->c[axis][o] = (float)cell_link(image + o, steps[axis], at_end, k, unit[axis]);
                }
    }
}

/* Nodes at the corners of voxels, those of a driven end left out: n voxels have n - 1, n + 1 or, periodic, n. */
static void node_links(const Level *L, const unsigned char *image, const int *voxels, const double *k,
                       const double *unit, int driven) {
    const place row = voxels[2] + 2, plane = (voxels[1] + 2) * row, steps[3] = {plane, row, 1};
    for (int axis = 0; axis < 3; axis++) {
        const place s = steps[(axis + 1) % 3], t = steps[(axis + 2) % 3];
        int last[3];
        for (int d = 0; d < 3; d++) last[d] = L->n[d] + (d == axis);
        if (L->n[axis] == 1 && L->periodic[axis]) continue;
        for (int i = 1; i <= last[0]; i++)
            for (int j = 1; j <= last[1]; j++) {
                float *c = L->c[axis] + i * PLANE(L) + j * ROW(L);
                const int at[3] = {i, j, 1};
                const unsigned char *v = image;
                /* The voxel beyond the node along the two other axes, and the one of the link along this one. */
                for (int d = 0; d < 3; d++) v += (at[d] - (d == axis) + (d == driven)) * steps[d];
                for (int m = 0; m < last[2]; m++)
                    c[m + 1] = (float)(0.25 * unit[axis] * (k[v[m]] + k[v[m - s]] + k[v[m - t]] + k[v[m - s - t]]));
            }
    }
}

/* Values of nodes from those of the cells around, weighted by what they conduct. */
static void nodes_from_cells(const Level *L, const unsigned char *image, const int *voxels, const double *k,
                             int driven, const double *cells, double *x) {
    const place row = voxels[2] + 2, plane = (voxels[1] + 2) * row, steps[3] = {plane, row, 1};
    for (int i = 1; i <= L->n[0]; i++)
        for (int j = 1; j <= L->n[1]; j++)
            for (int m = 1; m <= L->n[2]; m++) {
                const place o = (i + (driven == 0)) * steps[0] + (j + (driven == 1)) * steps[1] + m + (driven == 2);
                double weight = 0.0, sum = 0.0;
                for (int corner = 0; corner < 8; corner++) {
                    const place v = o - (corner & 1) * steps[0] - (corner >> 1 & 1) * steps[1] - (corner >> 2);
                    weight += k[image[v]];
                    sum += k[image[v]] * cells[v];
                }
                if (weight > 0.0) x[i * PLANE(L) + j * ROW(L) + m] = sum / weight;
            }
}

/* Sums over voxels of cells: energy of the links, what it is above that of the flux that is linear in each
 * voxel, and the flux along each axis times the edge of a voxel there. */
static void cell_sums(const Level *L, const unsigned char *image, const double *k, const double *unit, int driven,
                      double *x, double *sums) {
    const place steps[3] = {PLANE(L), ROW(L), 1};
    wrap_double(L, x);
    for (int i = 1; i <= L->n[0]; i++) {
        double part[5] = {0.0, 0.0, 0.0, 0.0, 0.0};
        for (int j = 1; j <= L->n[1]; j++)
            for (int m = 1; m <= L->n[2]; m++) {
                const place o = i * steps[0] + j * steps[1] + m;
                const int at[3] = {i, j, m};
                const double own = k[image[o]];
                if (own == 0.0) continue;
                for (int axis = 0; axis < 3; axis++) {
                    const place s = steps[axis];
                    const int ends = axis == driven;
                    const double u = unit[axis];
                    double low = cell_link(image + o, s, ends && at[axis] == 1, k, u) * (x[o] - x[o - s]);
                    double high = cell_link(image + o + s, s, ends && at[axis] == L->n[axis], k, u) * (x[o + s] - x[o]);
                    part[0] += 0.5 * (low * low + high * high) / (own * u);
                    part[1] += (low - high) * (low - high) / (6.0 * own * u);
                    part[2 + axis] += 0.5 * (low + high);
                }
            }
        for (int d = 0; d < 5; d++) sums[d] += part[d];
    }
}

/* Sums over voxels of nodes: energy of the trilinear potential, and its flux as above. */
static void node_sums(const Level *L, const unsigned char *image, const int *voxels, const double *k,
                      const double *unit, int driven, double *x, double *sums) {
    const place row = voxels[2] + 2, plane = (voxels[1] + 2) * row, steps[3] = {PLANE(L), ROW(L), 1};
    wrap_double(L, x);
    for (int i = 1; i <= voxels[0]; i++) {
        double part[4] = {0.0, 0.0, 0.0, 0.0};
        for (int j = 1; j <= voxels[1]; j++)
            for (int m = 1; m <= voxels[2]; m++) {
                const double own = k[image[i * plane + j * row + m]];
                const double *v = x + (i - (driven == 0)) * steps[0] + (j - (driven == 1)) * steps[1] + m - (driven == 2);
                if (own == 0.0) continue;
                for (int axis = 0; axis < 3; axis++) {
                    const place a = steps[axis], s = steps[(axis + 1) % 3], t = steps[(axis + 2) % 3];
                    const double g0 = v[a] - v[0], g1 = v[a + s] - v[s], g2 = v[a + t] - v[t], g3 = v[a + s + t] - v[s + t];
                    const double sum = g0 + g1 + g2 + g3;
                    /* Integral of the square of a bilinear function over its unit square. */
                    const double cross = (g0 + g3) * (g1 + g2);
                    const double square = (4.0 * (g0 * g0 + g1 * g1 + g2 * g2 + g3 * g3) + 4.0 * cross + 2.0 * (g0 * g3 + g1 * g2)) / 36.0;
                    part[0] += own * unit[axis] * square;
                    part[1 + axis] += 0.25 * own * unit[axis] * sum;
                }
            }
        for (int d = 0; d < 4; d++) sums[d] += part[d];
    }
}
