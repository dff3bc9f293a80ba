// SVG → PNG outside the browser, by an optional package with the machine's own fonts.

/** Twice the SVG's size, as on a high-resolution screen. @returns null where the package is not installed */
export async function rasterize(svg: string): Promise<Uint8Array | null> {
  const resvg = await import('@resvg/resvg-js').catch(() => null);
  if (resvg === null) return null;
  return new resvg.Resvg(svg, { fitTo: { mode: 'zoom', value: 2 }, font: { loadSystemFonts: true } }).render().asPng();
}
