// Says what the geometry of a page makes of bodies whose cuts are known; read after cutting.js.
const UNIT = [0,0,0, 1,0,0, 0,1,0, 0,0,1];
// Two edges of length 1 across each other at a distance of 1: a plane between them cuts a rectangle.
const WEDGE = [0,0.5,0, 1,0.5,0, 0.5,0,1, 0.5,1,1];
const FACES_OF = [0,2,1, 0,1,3, 1,2,3, 2,0,3];
const corner = (s, v) => [...s.place.subarray(3 * v, 3 * v + 3)];
const minus = (a, b) => a.map((x, k) => x - b[k]);
function each(s, act) { for (let v = 0; v < s.count; v += 3) act([0, 1, 2].map((k) => corner(s, v + k)), v); }
const area = (c) => 0.5 * Math.hypot(...Cutting.cross(minus(c[1], c[0]), minus(c[2], c[0])));
const solid = (corners) => ({ points: Float32Array.from(corners), triangles: Uint32Array.from(FACES_OF),
  owner: Int32Array.from([7,7,7,7]), cell: new Uint32Array(4), tetrahedra: Uint32Array.from([0,1,2,3]),
  inner: Int32Array.from([7]), spheres: false });

// Area and middle of the plane, mean height that is read there, and area of what is left of the surface.
function through(corners, at, side) {
  const body = solid(corners), soup = Cutting.cut(body, { axis: 2, at, side }, null, [1, 1, 1]);
  const found = { cap: 0, height: 0, skin: 0, middle: [0, 0] };
  each(soup, (c, v) => {
    const cap = c.every((x) => Math.abs(x[2] - at) < 1e-6);
    found[cap ? "cap" : "skin"] += area(c);
    const z = (k) => (1 - soup.share[v + k]) * body.points[3 * soup.first[v + k] + 2]
      + soup.share[v + k] * body.points[3 * soup.second[v + k] + 2];
    if (cap) for (const k of [0, 1]) found.middle[k] += (area(c) * (c[0][k] + c[1][k] + c[2][k])) / 3;
    if (cap) found.height += (area(c) * (z(0) + z(1) + z(2))) / 3;
  });
  found.height /= found.cap;
  found.middle = found.middle.map((x) => x / found.cap);
  return found;
}

// Volume of the eight parts of a tetrahedron with the nodes amid its edges, and whether their edges are short.
function parts(corners) {
  const pairs = [[0,1],[1,2],[0,2],[0,3],[1,3],[2,3]];
  const mids = pairs.flatMap(([a, b]) => [0,1,2].map((k) => 0.5 * (corners[3*a+k] + corners[3*b+k])));
  const ten = Float32Array.from([...corners, ...mids]);
  const eight = Cutting.straight(10, Uint32Array.from([0,1,2,3,4,5,6,7,8,9]), Int32Array.from([7]), ten);
  let volume = 0;
  for (let t = 0; t < 32; t += 4) {
    const [a, b, c, d] = [0,1,2,3].map((k) => [...ten.subarray(3 * eight.tetrahedra[t+k], 3 * eight.tetrahedra[t+k] + 3)]);
    volume += Math.abs(Cutting.dot(minus(b, a), Cutting.cross(minus(c, a), minus(d, a)))) / 6;
  }
  const used = (a, b) => [...Array(8).keys()].some((t) => {
    const own = eight.tetrahedra.subarray(4 * t, 4 * t + 4);
    return own.includes(a) && own.includes(b);
  });
  return { volume, diagonals: [[4, 9], [5, 7], [6, 8]].map(([a, b]) => used(a, b)) };
}

const balls = { radii: Float32Array.from([1]), centres: Float32Array.from([2, 2, 2]) };
const ball = { ...solid(UNIT), triangles: new Uint32Array(0), tetrahedra: new Uint32Array(0), spheres: true };
let disc = 0;
each(Cutting.cut(ball, { axis: 0, at: 2.5, side: 1 }, balls, [4, 4, 4]), (c) => { disc += area(c); });
const whole = Cutting.cut(solid(UNIT), null, null, [1, 1, 1]);
console.log(JSON.stringify({
  unit: through(UNIT, 0.25, 1), other: through(UNIT, 0.25, -1), wedge: through(WEDGE, 0.25, 1),
  // In each the middles of another pair of opposite edges are the nearest.
  parts: [[0,0,0, 3,0,0, 0,1,0, 0,0,1], [0,0,0, 0.2,0,0, 3,1,0, 3,0,1], [0,0,0, 1,0,0, 0,3,0, -0.8,3,0.3]].map(parts),
  disc, hit: Cutting.hit(whole, [0.2, 0.2, -1], [0, 0, 1]), miss: Cutting.hit(whole, [2, 2, -1], [0, 0, 1]),
}));
