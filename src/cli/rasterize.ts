// SVG → PNG outside the browser, by an optional package with the machine's own fonts.

/** @param density px per px of the SVG. @returns null where the package is not installed */
export async function rasterize(svg: string, density: number): Promise<Uint8Array | null> {
  const resvg = await import('@resvg/resvg-js').catch(() => null);
  if (resvg === null) return null;
  return new resvg.Resvg(svg, { fitTo: { mode: 'zoom', value: density }, font: { loadSystemFonts: true } }).render().asPng();
}
