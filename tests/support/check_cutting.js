// Says what the geometry of a page makes of bodies whose cuts are known; read after cutting.js.
const points = Float32Array.from([0,0,0, 1,0,0, 0,1,0, 0,0,1]);
const faces = Uint32Array.from([0,2,1, 0,1,3, 1,2,3, 2,0,3]);
const part = { points, triangles: faces, owner: Int32Array.from([7,7,7,7]), cell: new Uint32Array(4),
  tetrahedra: Uint32Array.from([0,1,2,3]), inner: Int32Array.from([7]), spheres: false };
const plane = { axis: 2, at: 0.25, side: 1 };
const corner = (s, v) => [...s.place.subarray(3 * v, 3 * v + 3)];
const minus = (a, b) => a.map((x, k) => x - b[k]);
function each(s, from, act) { for (let v = from; v < s.count; v += 3) act([0,1,2].map((k) => corner(s, v + k)), v); }
const area = (c) => 0.5 * Math.hypot(...Cutting.cross(minus(c[1], c[0]), minus(c[2], c[0])));
const cut = Cutting.cut(part, plane, null, [1, 1, 1]);
let cap = 0, value = 0, kept = 0;
each(cut, 0, (c, v) => {
  if (c.every((x) => Math.abs(x[2] - 0.25) < 1e-6)) {
    cap += area(c);
    const z = (k) => (1 - cut.share[v + k]) * points[3 * cut.first[v + k] + 2] + cut.share[v + k] * points[3 * cut.second[v + k] + 2];
    value = (z(0) + z(1) + z(2)) / 3;
    // The top of what is kept, whichever way the triangle turns.
    kept += area(c) * 0.25 / 3;
  } else kept += Cutting.dot(c[0], Cutting.cross(c[1], c[2])) / 6;
});
const mids = [[0,1],[1,2],[0,2],[0,3],[1,3],[2,3]].flatMap(([a, b]) => [0,1,2].map((k) => 0.5 * (points[3*a+k] + points[3*b+k])));
const ten = Float32Array.from([...points, ...mids]);
const eight = Cutting.straight(10, Uint32Array.from([0,1,2,3,4,5,6,7,8,9]), Int32Array.from([7]), ten);
let volume = 0;
for (let t = 0; t < 32; t += 4) {
  const [a, b, c, d] = [0,1,2,3].map((k) => [...ten.subarray(3 * eight.tetrahedra[t+k], 3 * eight.tetrahedra[t+k] + 3)]);
  volume += Math.abs(Cutting.dot(minus(b, a), Cutting.cross(minus(c, a), minus(d, a)))) / 6;
}
const balls = { radii: Float32Array.from([1]), centres: Float32Array.from([2, 2, 2]) };
const ball = { ...part, triangles: new Uint32Array(0), tetrahedra: new Uint32Array(0), spheres: true };
const round = Cutting.cut(ball, { axis: 0, at: 2.5, side: 1 }, balls, [4, 4, 4]);
let disc = 0;
each(round, 0, (c) => { disc += area(c); });
const whole = Cutting.cut(part, null, null, [1, 1, 1]);
console.log(JSON.stringify({ area: cap, value, kept, eight: volume, disc,
  hit: Cutting.hit(whole, [0.2, 0.2, -1], [0, 0, 1]), miss: Cutting.hit(whole, [2, 2, -1], [0, 0, 1]) }));
