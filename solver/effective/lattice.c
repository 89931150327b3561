/* A network of links on a regular lattice: multigrid and conjugate gradients.
 *
 * Arrays hold one more layer at each end of each axis, the last axis fastest. c[a][m] links m - 1 and m along
 * axis a. Values outside are 0 where the axis is driven, those of the other end where it is periodic, and
 * without a link elsewhere. Smoothing is red-black Gauss-Seidel, black before red on the way up, so that the
 * cycle is symmetric; across a periodic end values of before the sweep are used in both. Strips of rows go
 * through the steps of a pass plane by plane, each step one plane and one row behind the one before, which
 * keeps them in the cache.
 */
#include <stddef.h>
#include <string.h>

typedef ptrdiff_t place;

typedef struct {
    int n[3];        /* unknowns */
    int factor[3];   /* unknowns that the next level puts together */
    int periodic[3];
    float *c[3];     /* links */
    float *z;        /* values */
    float *r;        /* right-hand side */
    float *w;        /* 1 over the sum of the links */
    float *row;      /* work, n[2] + 2 */
} Level;

#define ROW(L) ((place)(L)->n[2] + 2)
#define PLANE(L) (((place)(L)->n[1] + 2) * ROW(L))
#define EACH_ROW(L, i, o) EACH_OF(L, i, o, 1, (L)->n[1] + 1)
#define EACH_OF(L, i, o, from, to) \
    for (place o = (i) * PLANE(L) + (from) * ROW(L), end_##o = (i) * PLANE(L) + (to) * ROW(L); o < end_##o; o += ROW(L))

typedef struct {
    int from, to; /* rows of a plane, the last one not included */
} Rows;

/* Values of a strip: some planes of it, of all arrays, fit into a second-level cache. */
#define STRIP 8192

/* Strips of a plane: as many rows as come to STRIP, four at least, so that no step falls behind its strip. */
static int strips(const Level *L) {
    const place n = L->n[1], rows = STRIP / ROW(L) > 4 ? STRIP / ROW(L) : 4;
    return n < 2 * rows ? 1 : (int)(n / rows);
}

/* Rows of a strip in a step that is so many rows behind the first. */
static Rows rows_of(const Level *L, int strip, int count, int behind) {
    const place n = L->n[1];
    Rows rows = {1, (int)n + 1};
    if (strip > 0) rows.from = (int)(n * strip / count) + 1 - behind;
    if (strip < count - 1) rows.to = (int)(n * (strip + 1) / count) + 1 - behind;
    return rows;
}

static Rows whole(const Level *L) { return rows_of(L, 0, 1, 0); }

static int wraps(const Level *L) { return L->periodic[0] || L->periodic[1] || L->periodic[2]; }

/* One colour of rows, where all values were 0: the other colour becomes 0. The residual first goes down by
 * alpha q, if there is a q. */
static void relax_fresh(const Level *L, int i, Rows rows, int colour, float alpha, const float *q) {
    const int n = L->n[2];
    int parity = (i + rows.from + colour) & 1;
    EACH_OF(L, i, o, rows.from, rows.to) {
        const float *w = L->w + o;
        float *z = L->z + o, *r = L->r + o;
        const int p = parity;
        parity ^= 1;
        if (q) {
            const float *d = q + o;
#pragma omp simd
            for (int k = 1; k <= n; k++) r[k] -= alpha * d[k];
        }
#pragma omp simd
        for (int k = 1; k <= n; k++) z[k] = ((k ^ p) & 1) ? 0.0f : r[k] * w[k];
    }
}

/* One colour of rows. New values wait in a row of their own, because a store holds up loads beside it. */
static void relax(const Level *L, int i, Rows rows, int colour) {
    const int n = L->n[2];
    const place s0 = PLANE(L), s1 = ROW(L);
    float *t = L->row;
    int parity = (i + rows.from + colour) & 1;
    EACH_OF(L, i, o, rows.from, rows.to) {
        const float *a = L->c[0] + o, *b = L->c[1] + o, *c = L->c[2] + o, *r = L->r + o, *w = L->w + o;
        float *z = L->z + o;
        const int p = parity;
        parity ^= 1;
#pragma omp simd
        for (int k = 1; k <= n; k++) {
            float s = r[k] + a[k] * z[k - s0] + a[k + s0] * z[k + s0] + b[k] * z[k - s1] + b[k + s1] * z[k + s1]
                + c[k] * z[k - 1] + c[k + 1] * z[k + 1];
            t[k] = ((k ^ p) & 1) ? z[k] : s * w[k];
        }
        memcpy(z + 1, t + 1, sizeof(float) * n);
    }
}

/* Adds the residual of rows to the right-hand side of the next level. */
static void restrict_rows(const Level *L, const Level *C, int i, Rows rows) {
    const int n = L->n[2], f0 = L->factor[0], f1 = L->factor[1];
    const place s0 = PLANE(L), s1 = ROW(L), above = ((i - 1) / f0 + 1) * PLANE(C);
    float *t = L->row;
    int j = rows.from - 1;
    t[n + 1] = 0.0f;
    EACH_OF(L, i, o, rows.from, rows.to) {
        const float *a = L->c[0] + o, *b = L->c[1] + o, *c = L->c[2] + o, *r = L->r + o, *z = L->z + o;
        float *sum = C->r + above + (j / f1 + 1) * ROW(C);
        if ((i - 1) % f0 == 0 && j % f1 == 0) memset(sum, 0, sizeof(float) * ROW(C));
        j++;
#pragma omp simd
        for (int k = 1; k <= n; k++) {
            float x = z[k];
            t[k] = r[k] + a[k] * (z[k - s0] - x) + a[k + s0] * (z[k + s0] - x) + b[k] * (z[k - s1] - x)
                + b[k + s1] * (z[k + s1] - x) + c[k] * (z[k - 1] - x) + c[k + 1] * (z[k + 1] - x);
        }
        if (L->factor[2] == 2)
            for (int k = 1; k <= C->n[2]; k++) sum[k] += t[2 * k - 1] + t[2 * k];
        else
            for (int k = 1; k <= C->n[2]; k++) sum[k] += t[k];
    }
}

static void prolong_rows(const Level *L, const Level *C, int i, Rows rows) {
    const int n = L->n[2], f1 = L->factor[1];
    const place above = ((i - 1) / L->factor[0] + 1) * PLANE(C);
    int j = rows.from - 1;
    EACH_OF(L, i, o, rows.from, rows.to) {
        float *z = L->z + o;
        const float *t = C->z + above + (j++ / f1 + 1) * ROW(C);
        if (L->factor[2] == 2) {
            for (int k = 1; 2 * k <= n; k++) {
                z[2 * k - 1] += t[k];
                z[2 * k] += t[k];
            }
            if (n & 1) z[n] += t[n / 2 + 1];
        } else
            for (int k = 1; k <= n; k++) z[k] += t[k];
    }
}

#define WRAP(name, real)                                                                                       \
    static void name(const Level *L, real *z) {                                                                \
        const place s0 = PLANE(L), s1 = ROW(L), n0 = L->n[0], n1 = L->n[1], n2 = L->n[2];                      \
        if (L->periodic[2])                                                                                    \
            for (place i = 1; i <= n0; i++)                                                                    \
                for (place j = 1; j <= n1; j++) {                                                              \
                    real *t = z + i * s0 + j * s1;                                                             \
                    t[0] = t[n2];                                                                              \
                    t[n2 + 1] = t[1];                                                                          \
                }                                                                                              \
        if (L->periodic[1])                                                                                    \
            for (place i = 1; i <= n0; i++) {                                                                  \
                real *t = z + i * s0;                                                                          \
                memcpy(t, t + n1 * s1, sizeof(real) * s1);                                                     \
                memcpy(t + (n1 + 1) * s1, t + s1, sizeof(real) * s1);                                          \
            }                                                                                                  \
        if (L->periodic[0]) {                                                                                  \
            memcpy(z, z + n0 * s0, sizeof(real) * s0);                                                         \
            memcpy(z + (n0 + 1) * s0, z + s0, sizeof(real) * s0);                                              \
        }                                                                                                      \
    }
WRAP(wrap_single, float)
WRAP(wrap_double, double)

/* Sum of products over rows. */
static double product_rows(const Level *L, int i, Rows rows, const float *a, const float *b) {
    double total = 0.0;
    EACH_OF(L, i, o, rows.from, rows.to) {
        float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
        for (place k = o + 1; k <= o + L->n[2]; k++) sum += a[k] * b[k];
        total += sum;
    }
    return total;
}

static double product(const Level *L, const float *a, const float *b) {
    double total = 0.0;
    for (int i = 1; i <= L->n[0]; i++) total += product_rows(L, i, whole(L), a, b);
    return total;
}

/* Black, then red, then the residual to C if there is a next level; from values of 0 if fresh. */
static void pass_down(const Level *L, const Level *C, int fresh, float alpha, const float *q) {
    const int n = L->n[0], count = strips(L);
    for (int s = 0; s < count; s++) {
        const Rows first = rows_of(L, s, count, 0), second = rows_of(L, s, count, 1), third = rows_of(L, s, count, 2);
        for (int i = 1; i <= n + 2; i++) {
            if (i <= n) {
                if (fresh) relax_fresh(L, i, first, 1, alpha, q);
                else relax(L, i, first, 1);
            }
            if (i > 1 && i <= n + 1) relax(L, i - 1, second, 0);
            if (i > 2 && C) restrict_rows(L, C, i - 2, third);
        }
    }
}

/* The correction of C if there is a next level, then red, then black; returns the product of values and
 * right-hand side, if it is asked for. */
static double pass_up(const Level *L, const Level *C, int asked) {
    const int n = L->n[0], count = strips(L);
    double total = 0.0;
    for (int s = 0; s < count; s++) {
        const Rows first = rows_of(L, s, count, 0), second = rows_of(L, s, count, 1), third = rows_of(L, s, count, 2);
        for (int i = 1; i <= n + 2; i++) {
            if (i <= n && C) prolong_rows(L, C, i, first);
            if (i > 1 && i <= n + 1) relax(L, i - 1, second, 0);
            if (i > 2) relax(L, i - 2, third, 1);
            if (i > 2 && asked) total += product_rows(L, i - 2, third, L->z, L->r);
        }
    }
    return total;
}

/* One cycle on levels below the first, or on it after its residual went down by alpha q; from values of 0 if
 * fresh; visits: of each next level, 1 or 2. Leaves values at L[0].z, periodic ends not up to date. */
static double run(Level *L, int levels, int fresh, int visits, float alpha, const float *q) {
    Level *C = levels > 1 ? L + 1 : NULL;
    const int n = L->n[0], periodic = wraps(L);
    if (periodic) {
        if (fresh) memset(L->z, 0, sizeof(float) * (n + 2) * PLANE(L));
        else wrap_single(L, L->z);
    }
    pass_down(L, periodic ? NULL : C, fresh, alpha, q);
    if (periodic) wrap_single(L, L->z);
    if (periodic && C)
        for (int i = 1; i <= n; i++) restrict_rows(L, C, i, whole(L));
    if (C) {
        run(C, levels - 1, 1, visits, 0.0f, NULL);
        if (levels > 2 && visits > 1) run(C, levels - 1, 0, visits, 0.0f, NULL);
    }
    if (periodic && C) {
        for (int i = 1; i <= n; i++) prolong_rows(L, C, i, whole(L));
        wrap_single(L, L->z);
    }
    return pass_up(L, periodic ? NULL : C, q != NULL);
}

/* r -= alpha q, then one cycle for A z = r; returns z r. */
static double cycle(Level *L, int levels, int visits, float alpha, const float *q) {
    return run(L, levels, 1, visits, alpha, q);
}

static void direct_rows(const Level *L, int i, Rows rows, float alpha, float beta, float *p, double *x) {
    const float *z = L->z;
    EACH_OF(L, i, o, rows.from, rows.to) {
#pragma omp simd
        for (place k = o + 1; k <= o + L->n[2]; k++) {
            x[k] += (double)(alpha * p[k]);
            p[k] = z[k] + beta * p[k];
        }
    }
}

static double apply_rows(const Level *L, int i, Rows rows, const float *p, float *q) {
    const place s0 = PLANE(L), s1 = ROW(L);
    const float *a = L->c[0], *b = L->c[1], *c = L->c[2];
    double total = 0.0;
    EACH_OF(L, i, o, rows.from, rows.to) {
        float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
        for (place k = o + 1; k <= o + L->n[2]; k++) {
            float v = p[k];
            float y = a[k] * (v - p[k - s0]) + a[k + s0] * (v - p[k + s0]) + b[k] * (v - p[k - s1])
                + b[k + s1] * (v - p[k + s1]) + c[k] * (v - p[k - 1]) + c[k + 1] * (v - p[k + 1]);
            q[k] = y;
            sum += v * y;
        }
        total += sum;
    }
    return total;
}

/* x += alpha p for the last direction, then p = z + beta p and q = A p; returns p q. */
static double direct(const Level *L, float alpha, float beta, float *p, float *q, double *x) {
    const int n = L->n[0], count = strips(L);
    double total = 0.0;
    if (wraps(L)) {
        for (int i = 1; i <= n; i++) direct_rows(L, i, whole(L), alpha, beta, p, x);
        wrap_single(L, p);
        for (int i = 1; i <= n; i++) total += apply_rows(L, i, whole(L), p, q);
    } else
        for (int s = 0; s < count; s++) {
            const Rows first = rows_of(L, s, count, 0), second = rows_of(L, s, count, 1);
            for (int i = 1; i <= n + 1; i++) {
                if (i <= n) direct_rows(L, i, first, alpha, beta, p, x);
                if (i > 1) total += apply_rows(L, i - 1, second, p, q);
            }
        }
    return total;
}

/* r -= alpha q */
static void descend(const Level *L, float alpha, const float *q) {
    float *r = L->r;
    for (int i = 1; i <= L->n[0]; i++)
        EACH_ROW(L, i, o) {
#pragma omp simd
            for (place k = o + 1; k <= o + L->n[2]; k++) r[k] -= alpha * q[k];
        }
}

static double end_row(const float *c, const double *x, place n, place link, place beyond) {
    double sum = 0.0;
    for (place k = 0; k < n; k++) sum += 0.5 * c[k + link] * (x[k + beyond] - x[k]) * (x[k + beyond] - x[k]);
    return sum;
}

/* Half of the energy of the links to both ends of a driven axis; other ends have no links, or a second row. */
static double end_energy(const Level *L, const double *x) {
    const place s0 = PLANE(L), s1 = ROW(L), n0 = L->n[0], n1 = L->n[1], n2 = L->n[2];
    double sum = 0.0;
    for (place i = 1; i <= n0; i++)
        for (place j = 1; j <= n1; j++) {
            const place o = i * s0 + j * s1 + 1, end = o + n2 - 1;
            if (!L->periodic[0] && i == 1) sum += end_row(L->c[0] + o, x + o, n2, 0, -s0);
            if (!L->periodic[0] && i == n0) sum += end_row(L->c[0] + o, x + o, n2, s0, s0);
            if (!L->periodic[1] && j == 1) sum += end_row(L->c[1] + o, x + o, n2, 0, -s1);
            if (!L->periodic[1] && j == n1) sum += end_row(L->c[1] + o, x + o, n2, s1, s1);
            if (!L->periodic[2]) sum += end_row(L->c[2] + o, x + o, 1, 0, -1) + end_row(L->c[2] + end, x + end, 1, 1, 1);
        }
    return sum;
}

/* r = -A x, in double precision until it is stored; returns the energy. */
static double residual(const Level *L, double *x) {
    const place s0 = PLANE(L), s1 = ROW(L);
    const float *a = L->c[0], *b = L->c[1], *c = L->c[2];
    float *r = L->r;
    double energy;
    wrap_double(L, x);
    energy = end_energy(L, x);
    for (int i = 1; i <= L->n[0]; i++)
        EACH_ROW(L, i, o) {
            double sum = 0.0;
#pragma omp simd reduction(+ : sum)
            for (place k = o + 1; k <= o + L->n[2]; k++) {
                double v = x[k], u0 = x[k - s0] - v, u1 = x[k + s0] - v, u2 = x[k - s1] - v, u3 = x[k + s1] - v;
                double u4 = x[k - 1] - v, u5 = x[k + 1] - v;
                double f0 = a[k] * u0, f1 = a[k + s0] * u1, f2 = b[k] * u2, f3 = b[k + s1] * u3;
                double f4 = c[k] * u4, f5 = c[k + 1] * u5;
                r[k] = (float)(f0 + f1 + f2 + f3 + f4 + f5);
                sum += 0.5 * (f0 * u0 + f1 * u1 + f2 * u2 + f3 * u3 + f4 * u4 + f5 * u5);
            }
            energy += sum;
        }
    return energy;
}

/* Links of the next level: what crosses its borders, over the distance that became longer. */
static void coarsen(const Level *L, const Level *C) {
    for (int axis = 0; axis < 3; axis++) {
        const float share = 1.0f / L->factor[axis];
        int last[3];
        memset(C->c[axis], 0, sizeof(float) * (C->n[0] + 2) * PLANE(C));
        if (C->n[axis] == 1 && C->periodic[axis]) continue; /* a link from a value to itself */
        for (int d = 0; d < 3; d++) last[d] = L->n[d] + (d == axis);
#define UP(m, d) ((d) == axis && (m) == last[d] ? C->n[d] + 1 : ((m) - 1) / L->factor[d] + 1)
#define INSIDE(m, d) ((d) == axis && (m) != last[d] && ((m) - 1) % L->factor[d])
        for (int i = 1; i <= last[0]; i++) {
            if (INSIDE(i, 0)) continue;
            for (int j = 1; j <= last[1]; j++) {
                if (INSIDE(j, 1)) continue;
                const float *from = L->c[axis] + i * PLANE(L) + j * ROW(L);
                float *to = C->c[axis] + UP(i, 0) * PLANE(C) + UP(j, 1) * ROW(C);
                for (int k = 1; k <= last[2]; k++)
                    if (!INSIDE(k, 2)) to[UP(k, 2)] += share * from[k];
            }
        }
    }
}

static void weigh(const Level *L) {
    const place s0 = PLANE(L), s1 = ROW(L);
    const float *a = L->c[0], *b = L->c[1], *c = L->c[2];
    for (int i = 1; i <= L->n[0]; i++)
        EACH_ROW(L, i, o) for (place k = o + 1; k <= o + L->n[2]; k++) {
            float sum = a[k] + a[k + s0] + b[k] + b[k + s1] + c[k] + c[k + 1];
            L->w[k] = sum > 0.0f ? 1.0f / sum : 0.0f;
        }
}
