// Drives the page: controls, colours, curves, and the actors of vtk.js.
"use strict";
window.global = window;
(() => {
  const TYPES = { f4: Float32Array, u4: Uint32Array, i4: Int32Array, u2: Uint16Array, u1: Uint8Array };
  const STEPS = 65534, UNKNOWN = 65535, GREY = [190, 190, 190], PAUSE = 600;
  const INK = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#222222"];
  const $ = (id) => document.getElementById(id);
  const state = { time: 0, plane: null, particle: -1, free: false, playing: 0 };
  let data, view, renderer, actors;

  async function unpack() {
    const bytes = Uint8Array.from(atob($("payload").textContent.trim()), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const whole = await new Response(stream).arrayBuffer();
    const size = Number(new DataView(whole).getBigUint64(0, true)), start = 8 + size;
    const found = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 8, size)));
    const array = (p) => new TYPES[p.type](whole, start + p.at, p.count);
    const read = (value) => {
      if (Array.isArray(value)) return value.map(read);
      if (value === null || typeof value !== "object") return value;
      if ("at" in value && "count" in value) return array(value);
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, read(v)]));
    };
    return read(found);
  }

  // Ready when the actors of the empty scene are there and have their data.
  function actorsReady() {
    const window3d = window.renderWindow, every = window3d ? window3d.getRenderers() : [];
    const own = every.find((r) => r.getActors().length === data.parts.length + 2);
    if (!own) return false;
    const filled = own.getActors().every((a) => {
      const shape = a.getMapper() && a.getMapper().getInputData();
      return shape && shape.getPoints() && shape.getPoints().getData().length === 9;
    });
    if (!filled) return false;
    [view, renderer] = [window3d, own];
    every.filter((r) => r !== own).forEach((r) => view.removeRenderer(r)); // it begins with an empty one
    const ordered = renderer.getActors();
    actors = Object.fromEntries(data.parts.map((part, k) => [part.name, ordered[k]]));
    actors.box = ordered[data.parts.length];
    actors.picked = ordered[data.parts.length + 1];
    return true;
  }

  function setLines(actor, low, high) {
    const at = [low, high], points = new Float32Array(24), lines = [];
    for (let k = 0; k < 8; k++) points.set([at[k & 1][0], at[(k >> 1) & 1][1], at[(k >> 2) & 1][2]], 3 * k);
    for (let k = 0; k < 8; k++) for (const bit of [1, 2, 4]) if (!(k & bit)) lines.push(2, k, k | bit);
    const shape = actor.getMapper().getInputData();
    shape.getPoints().setData(points, 3);
    shape.getLines().setData(Uint32Array.from(lines));
    shape.modified();
  }

  function fieldOf(part) { return part.fields[part.shown]; }

  function ends(field) {
    if (!state.free) return field.range;
    let low = STEPS, high = 0;
    for (const step of field.data[state.time]) if (step !== UNKNOWN) { low = Math.min(low, step); high = Math.max(high, step); }
    const value = (step) => field.range[0] + (step / STEPS) * (field.range[1] - field.range[0]);
    return low > high ? field.range : [value(low), value(high)];
  }

  // Geometry of a part anew, after the plane has moved.
  function shape(part) {
    part.soup = part.visible ? Cutting.cut(part, state.plane, data.particles, data.box) : null;
    actors[part.name].setVisibility(part.visible && part.soup.count > 0);
    if (!part.visible || !part.soup.count) return;
    const count = part.soup.count, cells = new Uint32Array((4 * count) / 3);
    for (let t = 0; t < count / 3; t++) cells.set([3, 3 * t, 3 * t + 1, 3 * t + 2], 4 * t);
    const shown = actors[part.name].getMapper().getInputData();
    shown.getPoints().setData(part.soup.place.slice(0, 3 * count), 3);
    shown.getPolys().setData(cells);
    shown.modified();
  }

  // Colours of a part anew, after the field, the instant or the range has changed.
  function colour(part) {
    if (!part.visible || !part.soup.count) return;
    const field = fieldOf(part), soup = part.soup, steps = field.data[state.time], map = data.maps[field.map];
    const [low, high] = ends(field), all = field.range[1] - field.range[0] || 1;
    const offset = (field.range[0] - low) / (high - low || 1), scale = all / (high - low || 1) / STEPS;
    const colours = new Uint8Array(3 * soup.count);
    for (let v = 0; v < soup.count; v++) {
      let step;
      if (field.on === "points") {
        const a = steps[soup.first[v]], b = steps[soup.second[v]];
        step = a === UNKNOWN || b === UNKNOWN ? UNKNOWN : (1 - soup.share[v]) * a + soup.share[v] * b;
      } else {
        const row = field.on === "particles" ? soup.owner[v] : soup.cell[v];
        step = row < 0 ? UNKNOWN : steps[row];
      }
      if (step === UNKNOWN || step === undefined) { colours.set(GREY, 3 * v); continue; }
      const level = Math.min(255, Math.max(0, Math.round(255 * (offset + scale * step))));
      for (let k = 0; k < 3; k++) colours[3 * v + k] = map[3 * level + k];
    }
    const shown = actors[part.name].getMapper().getInputData();
    shown.getPointData().getScalars().setData(colours, 3);
    shown.getPointData().modified();
    shown.modified();
    drawBar(part, map, low, high, field.unit);
  }

  function drawBar(part, map, low, high, unit) {
    const canvas = $(`bar-${part.name}`), context = canvas.getContext("2d"), image = context.createImageData(256, 1);
    for (let k = 0; k < 256; k++) image.data.set([map[3 * k], map[3 * k + 1], map[3 * k + 2], 255], 4 * k);
    context.putImageData(image, 0, 0);
    const words = [low, 0.5 * (low + high), high].map((x) => `${number(x)}${unit === "-" ? "" : ` ${unit}`}`);
    $(`ends-${part.name}`).replaceChildren(...words.map((word) => element("span", {}, word)));
    canvas.setAttribute("aria-label", `Colours from ${words[0]} to ${words[2]}`);
  }

  function number(x) {
    if (x === 0) return "0";
    const size = Math.abs(x);
    return size >= 1e5 || size < 1e-3 ? x.toExponential(2) : String(Number(x.toPrecision(4)));
  }

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function show(reshape) {
    for (const part of data.parts) { if (reshape) shape(part); colour(part); }
    $("instant").textContent = data.labels[state.time];
    drawCurves();
    renderer.resetCameraClippingRange();
    view.render();
  }

  function pick(owner) {
    state.particle = owner;
    actors.picked.setVisibility(owner >= 0);
    if (owner >= 0) {
      const centre = [...data.particles.centres.subarray(3 * owner, 3 * owner + 3)], radius = data.particles.radii[owner];
      setLines(actors.picked, centre.map((x) => x - radius), centre.map((x) => x + radius));
      $("particle").value = data.particles.ids[owner];
      $("about").textContent = `Particle ${data.particles.ids[owner]}: radius ${number(radius)} ${data.unit}, ` +
        `${number(centre[2])} ${data.unit} from the current collector.`;
    } else $("about").textContent = "";
    drawCurves();
    view.render();
  }

  function click(event) {
    const area = $("scene").getBoundingClientRect(), camera = renderer.getActiveCamera();
    const from = camera.getPosition(), along = camera.getDirectionOfProjection();
    const right = Cutting.cross(along, camera.getViewUp()), size = Math.hypot(...right);
    const side = right.map((x) => x / size), up = Cutting.cross(side, along);
    const half = Math.tan((camera.getViewAngle() * Math.PI) / 360);
    const x = ((2 * (event.clientX - area.left)) / area.width - 1) * half * (area.width / area.height);
    const y = (1 - (2 * (event.clientY - area.top)) / area.height) * half;
    const ray = along.map((d, k) => d + x * side[k] + y * up[k]);
    const found = data.parts.filter((part) => part.visible && part.soup.count)
      .map((part) => Cutting.hit(part.soup, from, ray)).filter(Boolean)
      .sort((a, b) => a.distance - b.distance)[0];
    pick(found ? found.owner : -1);
  }

  function plot(title, unit, series, now) {
    const [w, h, left, bottom, top] = [300, 130, 46, 30, 8];
    const every = series.flatMap((s) => [...s.values]).filter(Number.isFinite);
    const times = series.flatMap((s) => [s.time[0], s.time[s.time.length - 1]]);
    if (!every.length) return [];
    let [low, high] = [Math.min(...every), Math.max(...every)];
    if (high - low < 1e-12 * Math.max(Math.abs(high), 1)) { low -= 0.5; high += 0.5; }
    const hours = Math.max(...times) > 7200, per = hours ? 3600 : 1;
    const x = (t) => left + ((t - Math.min(...times)) / (Math.max(...times) - Math.min(...times) || 1)) * (w - left - 16);
    const y = (v) => top + (1 - (v - low) / (high - low)) * (h - top - bottom);
    const tag = (name, attributes, text = "") => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      made.textContent = text;
      return made;
    };
    const svg = tag("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": `${title} over time` });
    svg.append(tag("path", { d: `M${left},${top}V${h - bottom}H${w - 16}`, fill: "none", stroke: "#6b6f76" }));
    for (const v of [low, high]) svg.append(tag("text", { x: left - 4, y: y(v) + 4, "text-anchor": "end" }, number(Math.abs(v) < 1e-4 * (high - low) ? 0 : v)));
    for (const t of [Math.min(...times), Math.max(...times)]) {
      svg.append(tag("text", { x: x(t), y: h - bottom + 13, "text-anchor": "middle" }, number(t / per)));
    }
    svg.append(tag("text", { x: (w + left) / 2, y: h - 4, "text-anchor": "middle" }, `time [${hours ? "h" : "s"}]`));
    series.forEach((s, k) => {
      let line = "", pen = "M";
      for (let n = 0; n < s.time.length; n++) {
        if (!Number.isFinite(s.values[n])) { pen = "M"; continue; }
        line += `${pen}${x(s.time[n]).toFixed(1)},${y(s.values[n]).toFixed(1)}`;
        pen = "L";
      }
      svg.append(tag("path", { d: line, fill: "none", stroke: INK[k % INK.length], "stroke-width": 1.8 }));
    });
    svg.append(tag("line", { x1: x(now), x2: x(now), y1: top, y2: h - bottom, stroke: "#222", "stroke-dasharray": "3 3" }));
    const words = series.map((s, k) => {
      const word = element("span", { style: `color:${INK[k % INK.length]}` }, `\u2014 ${s.label}`);
      return series.length > 1 ? element("div", {}, word) : "";
    });
    return [element("h2", {}, unit === "-" ? title : `${title} [${unit}]`), svg, ...words];
  }

  function drawCurves() {
    const now = data.times[state.time] ?? 0;
    if (data.voltage) {
      $("voltage").replaceChildren(...plot(data.voltage.label, data.voltage.unit, [data.voltage], now));
    }
    const groups = new Map();
    for (const curve of state.particle < 0 ? [] : data.curves) {
      const count = curve.time.length, at = state.particle * count, key = `${curve.group}|${curve.unit}`;
      const own = { ...curve, values: curve.values.subarray(at, at + count) };
      groups.set(key, [...(groups.get(key) ?? []), own]);
    }
    const drawn = [...groups.values()].flatMap((all) => plot(
      all.length > 1 ? all[0].group : all[0].label, all[0].unit, all, now));
    $("curves").replaceChildren(...drawn);
  }

  function look(which) {
    const [X, Y, Z] = data.box, centre = [X / 2, Y / 2, Z / 2], away = 3 * Math.hypot(X, Y, Z);
    const from = { start: [0.62, -0.72, 0.3], x: [1, 0, 0], y: [0, -1, 0], z: [0, 0, 1] }[which];
    const camera = renderer.getActiveCamera();
    camera.setFocalPoint(...centre);
    camera.setPosition(...centre.map((c, k) => c + away * from[k]));
    camera.setViewUp(...(which === "z" ? [0, 1, 0] : [0, 0, 1]));
    renderer.resetCamera([0, X, 0, Y, 0, Z]);
    view.render();
  }

  function setPlane() {
    const axis = Number($("axis").value), share = Number($("at").value);
    const away = axis === 1 ? -1 : 1; // what is cut off lies towards who looks from the start
    state.plane = axis < 0 ? null : { axis, at: share * data.box[axis], side: $("flip").checked ? -away : away };
    $("place").textContent = axis < 0 ? "" : `${number(share * data.box[axis])} ${data.unit}`;
    for (const name of ["at", "flip"]) $(name).disabled = axis < 0;
    show(true);
  }

  function controls() {
    for (const part of data.parts) {
      const choice = element("select", { id: `field-${part.name}` },
        ...part.fields.map((f, k) => element("option", { value: k }, f.unit === "-" ? f.label : `${f.label} [${f.unit}]`)));
      const box = element("input", { type: "checkbox", id: `show-${part.name}` });
      box.checked = part.visible;
      $("parts").append(element("fieldset", {},
        element("legend", {}, element("label", { for: box.id }, box, ` ${part.name}`)),
        element("label", { for: choice.id }, "Field"), choice,
        element("canvas", { id: `bar-${part.name}`, class: "bar", width: 256, height: 1, role: "img" }),
        element("div", { id: `ends-${part.name}`, class: "ends" })));
      choice.addEventListener("change", () => { part.shown = Number(choice.value); show(false); });
      box.addEventListener("change", () => { part.visible = box.checked; show(true); });
    }
    $("notes").replaceChildren(...data.notes.map((note) => element("p", { class: "notes" }, note)));
    $("time").max = data.times.length - 1;
    $("time").value = state.time = data.times.length - 1;
    $("time").addEventListener("input", () => { state.time = Number($("time").value); show(false); });
    $("free").addEventListener("change", () => { state.free = $("free").checked; show(false); });
    $("play").addEventListener("click", () => {
      clearInterval(state.playing);
      state.playing = state.playing ? 0 : setInterval(() => {
        state.time = (state.time + 1) % data.times.length;
        $("time").value = state.time;
        show(false);
      }, PAUSE);
      $("play").textContent = state.playing ? "Pause" : "Play";
    });
    for (const [name, kind] of [["axis", "change"], ["at", "input"], ["flip", "change"]]) $(name).addEventListener(kind, setPlane);
    $("views").addEventListener("click", (event) => { if (event.target.dataset.view) look(event.target.dataset.view); });
    $("when").hidden = data.times.length < 2;
    $("picking").hidden = !data.particles.ids.length;
    $("particle").addEventListener("change", () => pick(data.particles.ids.indexOf(Number($("particle").value))));
    let pressed = null;
    $("scene").addEventListener("pointerdown", (e) => { pressed = [e.clientX, e.clientY]; }, true);
    $("scene").addEventListener("pointerup", (e) => {
      if (pressed && Math.hypot(e.clientX - pressed[0], e.clientY - pressed[1]) < 4) click(e);
      pressed = null;
    }, true);
  }

  async function begin() {
    data = await unpack();
    data.parts.forEach((part, k) => {
      Object.assign(part, { shown: 0, visible: k === 0, fields: data.fields.filter((f) => f.part === part.name) });
      const { tetrahedra, owners } = Cutting.straight(part.nodes, part.tetrahedra, part.inner, part.points);
      Object.assign(part, { tetrahedra, inner: owners });
    });
    while (!actorsReady()) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const name of ["box", "picked"]) actors[name].getProperty().setColor(...(name === "box" ? [0.45, 0.45, 0.45] : [0.84, 0.37, 0]));
    actors.picked.getProperty().setLineWidth(3);
    for (const part of data.parts) {
      actors[part.name].getMapper().setColorModeToDirectScalars();
      actors[part.name].getProperty().set({ ambient: 0.45, diffuse: 0.6, specular: 0 }); // colours are to be read
    }
    setLines(actors.box, [0, 0, 0], data.box);
    controls();
    pick(-1);
    setPlane();
    look("start");
    $("status").textContent = "Drag to turn, scroll to come closer, click on a particle.";
    document.body.dataset.ready = "yes";
  }

  // vtk.js asks for this when it is ready to read a scene.
  let begun = false;
  window.loadDataSet = () => {
    if (begun) return;
    begun = true;
    window.OfflineLocalView.load($("scene"), { base64Str: $("empty").textContent.trim() });
    begin().catch((error) => {
      $("status").textContent = `This page cannot be shown (${error.message}); open it with a recent browser.`;
      document.body.dataset.ready = "no";
    });
  };
})();
