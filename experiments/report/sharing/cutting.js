// Geometry without any drawing: surfaces and solids cut by a plane, and the particle that a ray meets first.
"use strict";
const Cutting = (() => {
  const FACES = 48; // of a disc that closes a cut sphere
  const LIFT = 1e-3; // of a disc before what else lies in the plane, over the edge of the box

  // Ten nodes of a curved tetrahedron as eight straight ones, in the order of VTK: four at the corners, and four
  // about the shortest diagonal of what they leave.
  const CORNERS = [[0, 4, 6, 7], [1, 5, 4, 8], [2, 6, 5, 9], [3, 7, 9, 8]];
  const DIAGONALS = [[4, 9], [5, 7], [6, 8]], RINGS = [[5, 6, 7, 8], [4, 6, 9, 8], [4, 5, 9, 7]];

  function straight(nodes, tetrahedra, owners, points) {
    if (nodes === 4) return { tetrahedra, owners };
    const count = tetrahedra.length / 10;
    const corners = new Uint32Array(count * 32), inner = new Int32Array(count * 8);
    for (let cell = 0, at = 0; cell < count; cell++) {
      const of = (k) => tetrahedra[10 * cell + k];
      const long = DIAGONALS.map(([a, b]) => Math.hypot(...[0, 1, 2].map((k) => points[3 * of(a) + k] - points[3 * of(b) + k])));
      const shortest = long.indexOf(Math.min(...long)), [a, b] = DIAGONALS[shortest], ring = RINGS[shortest];
      const about = ring.map((node, k) => [a, b, node, ring[(k + 1) % 4]]);
      for (const part of [...CORNERS, ...about]) for (const node of part) corners[at++] = of(node);
      inner.fill(owners[cell], 8 * cell, 8 * cell + 8);
    }
    return { tetrahedra: corners, owners: inner };
  }

  // Vertices that are collected three for a triangle: each lies at a share between two points.
  class Soup {
    constructor(room) {
      this.count = 0;
      this.first = new Uint32Array(room); this.second = new Uint32Array(room);
      this.share = new Float32Array(room); this.owner = new Int32Array(room);
      this.cell = new Uint32Array(room); this.place = new Float32Array(3 * room);
    }
    add(points, first, second, share, owner, cell) {
      if (this.count === this.owner.length) this.grow();
      const k = this.count++;
      this.first[k] = first; this.second[k] = second; this.share[k] = share;
      this.owner[k] = owner; this.cell[k] = cell;
      for (let axis = 0; axis < 3; axis++) {
        this.place[3 * k + axis] = (1 - share) * points[3 * first + axis] + share * points[3 * second + axis];
      }
    }
    addPlace(x, y, z, owner) {
      if (this.count === this.owner.length) this.grow();
      const k = this.count++;
      this.owner[k] = owner;
      this.place.set([x, y, z], 3 * k);
    }
    grow() {
      for (const name of ["first", "second", "share", "owner", "cell", "place"]) {
        const each = name === "place" ? 3 : 1;
        const larger = new this[name].constructor(2 * this[name].length + 24 * each);
        larger.set(this[name]);
        this[name] = larger;
      }
    }
  }

  // What a plane leaves of a part: its surface up to the plane, and what the plane shows of its inside.
  // A plane is {axis, at, side}; what is kept has side * (coordinate - at) <= 0. Without one all is kept.
  function cut(part, plane, particles, box) {
    const { points, triangles } = part;
    const soup = new Soup(triangles.length + 3000);
    const far = plane ? distances(points, plane) : null;
    for (let t = 0; t < triangles.length; t += 3) {
      const cell = t / 3;
      addTriangle(soup, points, far, triangles.subarray(t, t + 3), part.owner[cell], part.cell[cell]);
    }
    if (plane && part.tetrahedra.length) addInside(soup, part, far);
    if (plane && part.spheres) addDiscs(soup, plane, particles, box);
    return soup;
  }

  function distances(points, plane) {
    const far = new Float32Array(points.length / 3);
    for (let k = 0; k < far.length; k++) far[k] = plane.side * (points[3 * k + plane.axis] - plane.at);
    return far;
  }

  function addTriangle(soup, points, far, nodes, owner, cell) {
    const kept = far ? [0, 1, 2].filter((k) => far[nodes[k]] <= 0) : [0, 1, 2];
    if (kept.length === 0) return;
    if (kept.length === 3) {
      for (const node of nodes) soup.add(points, node, node, 0, owner, cell);
      return;
    }
    const between = (from, to) => {
      const a = nodes[from], b = nodes[to];
      soup.add(points, a, b, far[a] / (far[a] - far[b]), owner, cell);
    };
    const same = (k) => soup.add(points, nodes[k], nodes[k], 0, owner, cell);
    if (kept.length === 1) {
      const a = kept[0], b = (a + 1) % 3, c = (a + 2) % 3;
      same(a); between(a, b); between(a, c);
    } else {
      const c = [0, 1, 2].find((k) => !kept.includes(k)), a = (c + 1) % 3, b = (c + 2) % 3;
      same(a); same(b); between(b, c);
      same(a); between(b, c); between(a, c);
    }
  }

  function addInside(soup, part, far) {
    const { points, tetrahedra, inner } = part;
    for (let t = 0; t < tetrahedra.length; t += 4) {
      const below = [], above = [];
      for (let k = 0; k < 4; k++) (far[tetrahedra[t + k]] <= 0 ? below : above).push(tetrahedra[t + k]);
      if (!below.length || !above.length) continue;
      const add = (a, b) => soup.add(points, a, b, far[a] / (far[a] - far[b]), inner[t / 4], t / 4);
      if (below.length === 2) {
        const [a, b] = below, [c, d] = above;
        add(a, c); add(a, d); add(b, d);
        add(a, c); add(b, d); add(b, c);
      } else {
        const [tip, base] = below.length === 1 ? [below[0], above] : [above[0], below];
        for (const other of base) add(tip, other);
      }
    }
  }

  function addDiscs(soup, plane, particles, box) {
    const { axis, at } = plane, [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    particles.radii.forEach((radius, owner) => {
      const centre = particles.centres.subarray(3 * owner, 3 * owner + 3), away = at - centre[axis];
      if (Math.abs(away) >= radius || at < 0 || at > box[axis]) return;
      const half = Math.sqrt(radius * radius - away * away);
      const corner = (k) => {
        const place = [0, 0, 0], angle = (2 * Math.PI * k) / FACES;
        place[axis] = at + plane.side * LIFT * box[axis];
        place[u] = Math.min(Math.max(centre[u] + half * Math.cos(angle), 0), box[u]);
        place[v] = Math.min(Math.max(centre[v] + half * Math.sin(angle), 0), box[v]);
        soup.addPlace(...place, owner);
      };
      for (let k = 1; k < FACES - 1; k++) { corner(0); corner(k); corner(k + 1); }
    });
  }

  // The triangle that a ray meets first: {distance, owner}, or null.
  function hit(soup, from, along) {
    let best = null;
    const p = soup.place;
    for (let v = 0; v < soup.count; v += 3) {
      const o = 3 * v;
      const e1 = [p[o + 3] - p[o], p[o + 4] - p[o + 1], p[o + 5] - p[o + 2]];
      const e2 = [p[o + 6] - p[o], p[o + 7] - p[o + 1], p[o + 8] - p[o + 2]];
      const h = cross(along, e2), det = dot(e1, h);
      if (Math.abs(det) < 1e-14) continue;
      const s = [from[0] - p[o], from[1] - p[o + 1], from[2] - p[o + 2]], u = dot(s, h) / det;
      if (u < 0 || u > 1) continue;
      const q = cross(s, e1), w = dot(along, q) / det;
      if (w < 0 || u + w > 1) continue;
      const distance = dot(e2, q) / det;
      if (distance > 0 && (!best || distance < best.distance)) best = { distance, owner: soup.owner[v] };
    }
    return best;
  }

  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

  return { straight, cut, hit, cross, dot };
})();
