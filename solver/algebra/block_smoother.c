/* Gauss-Seidel sweeps over nodes with three unknowns each, in single precision.

   The row of node i has the blocks start[i] to start[i + 1], the columns ascending without i itself, those
   before i up to middle[i]. Values of a block: the first column, the second, the third; one value more behind
   the last block. */

typedef struct {
    int nodes;
    const int *start;     /* first block of each row, one more at the end */
    const int *middle;    /* first block of each row behind the diagonal */
    const int *column;    /* of each block */
    const float *value;   /* of the blocks */
    const float *inverse; /* of D: the diagonal blocks and what is added to them */
    const float *added;   /* to the diagonal in D, of each unknown */
} Sweeps;

/* Four values at a place that need not be aligned; the fourth is of no account. */
typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));

/* Blocks from one to another one, all of a row, times z. */
static inline Four product(const Sweeps *s, int from, int to, const float *z) {
    const float *a = s->value + 9 * (long)from;
    Four p = {0.0f}, q = p, r = p;
    for (int k = from; k < to; k++, a += 9) {
        const float *one = z + 3 * s->column[k];
        p += *(const Four *)a * one[0];
        q += *(const Four *)(a + 3) * one[1];
        r += *(const Four *)(a + 6) * one[2];
    }
    return p + q + r;
}

static inline void solve(const Sweeps *s, int row, const float *r, float *z) {
    const float *d = s->inverse + 9 * row;
    for (int i = 0; i < 3; i++) z[3 * row + i] = d[3 * i] * r[0] + d[3 * i + 1] * r[1] + d[3 * i + 2] * r[2];
}

static inline void relax(const Sweeps *s, int row, const float *r, float *z) {
    float left[3];
    Four sum = product(s, s->start[row], s->start[row + 1], z);
    for (int c = 0; c < 3; c++) left[c] = r[3 * row + c] - sum[c] + s->added[3 * row + c] * z[3 * row + c];
    solve(s, row, left, z);
}

/* z = (L + D)^-1 r */
void begin(const Sweeps *s, const float *r, float *z) {
    for (int i = 0; i < s->nodes; i++) {
        float left[3];
        Four sum = product(s, s->start[i], s->middle[i], z);
        for (int c = 0; c < 3; c++) left[c] = r[3 * i + c] - sum[c];
        solve(s, i, left, z);
    }
}

/* r = (L + diagonal - D) z: what a sweep backwards leaves of the residual, for the change by it. */
void left_over(const Sweeps *s, const float *z, float *r) {
    for (int i = 0; i < s->nodes; i++) {
        Four sum = product(s, s->start[i], s->middle[i], z);
        for (int c = 0; c < 3; c++) r[3 * i + c] = sum[c] - s->added[3 * i + c] * z[3 * i + c];
    }
}

/* z + (L + D)^-1 (r - A z) in place of z */
void forwards(const Sweeps *s, const float *r, float *z) {
    for (int i = 0; i < s->nodes; i++) relax(s, i, r, z);
}

/* z + (D + U)^-1 (r - A z) in place of z */
void backwards(const Sweeps *s, const float *r, float *z) {
    for (int i = s->nodes - 1; i >= 0; i--) relax(s, i, r, z);
}

/* r = r - B z with B in the same form, its columns those of other processes. */
void subtract(const Sweeps *s, const float *z, float *r) {
    for (int i = 0; i < s->nodes; i++) {
        if (s->start[i] == s->start[i + 1]) continue;
        Four sum = product(s, s->start[i], s->start[i + 1], z);
        for (int c = 0; c < 3; c++) r[3 * i + c] -= sum[c];
    }
}
