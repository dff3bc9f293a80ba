// Words that nobody can read: cut off without an ellipsis and out of reach, or under other words. Runs in the page.

export function lostWords(): string[] {
  interface Word {
    readonly element: Element;
    readonly text: string;
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  }
  const lost: string[] = [];
  const words: Word[] = [];
  const within = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (!element || text === '' || element.closest('.unseen, option, script, style, [data-rows], [data-tone=awaited]')) continue;
    if (element.closest('details:not([open])') && !element.closest('summary')) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    within.selectNodeContents(node);
    for (const line of within.getClientRects()) {
      let { left, right, top, bottom } = line;
      let isReachable = false;
      for (let box: Element | null = element; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.display === 'inline' || (style.overflowX === 'visible' && style.overflowY === 'visible')) continue;
        const edge = box.getBoundingClientRect();
        isReachable ||= /auto|scroll/.test(style.overflowX) || style.textOverflow === 'ellipsis';
        if (!isReachable && edge.width > 4 && right > edge.right + 2 && left < edge.right && edge.left < innerWidth)
          lost.push(`${text.slice(0, 50)}: cut by ${Math.round(right - edge.right)} px`);
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
      }
      if (right - left < 3 || bottom - top < 3) continue;
      const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (over && (element.contains(over) || over.contains(element))) words.push({ element, text, left, right, top, bottom });
    }
  }
  words.sort((a, b) => a.top - b.top);
  words.forEach((a, i) => {
    for (const b of words.slice(i + 1)) {
      if (b.top >= a.bottom) break;
      if (a.element === b.element) continue;
      const [width, height] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - b.top];
      if (width > 3 && height > 6) lost.push(`${a.text.slice(0, 50)} and ${b.text.slice(0, 50)}: ${Math.round(width)} px over each other`);
    }
  });
  return [...new Set(lost)];
}
