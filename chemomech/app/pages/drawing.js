// Where the browser draws by software it draws each pixel once: to smooth edges takes it three times as long.
(() => {
  const kind = HTMLCanvasElement.prototype, context = kind.getContext;
  const bySoftware = () => {
    const probe = context.call(document.createElement("canvas"), "webgl2");
    const info = probe && probe.getExtension("WEBGL_debug_renderer_info");
    const name = info ? probe.getParameter(info.UNMASKED_RENDERER_WEBGL) : "";
    return /swiftshader|llvmpipe|software|basic render/i.test(name);
  };
  let rough;
  kind.getContext = function (type, options) {
    if (!type.startsWith("webgl")) return context.call(this, type, options);
    rough = rough === undefined ? bySoftware() : rough;
    return context.call(this, type, rough ? {...options, antialias: false} : options);
  };
})();
