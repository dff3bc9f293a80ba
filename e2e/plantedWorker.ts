// Plants a fault in the engine's worker, from outside: the page's own code has no test hooks.
import type { Page } from '@playwright/test';

/** What the parsing worker does when it is asked for the capture point of that name: once, or each time. */
export interface PlantedFault {
  readonly tap: string;
  readonly does: 'throws' | 'hangs' | 'exhausts memory';
  readonly always?: boolean;
}

/** Must be called before the page is opened. Every worker script gets a listener in front that looks for the call. */
export async function plantFault(page: Page, fault: PlantedFault): Promise<void> {
  await page.addInitScript((planted) => {
    const effect = {
      throws: "setTimeout(()=>{throw new Error('planted')});e.stopImmediatePropagation();",
      hangs: 'for(;;);',
      'exhausts memory':
        "const a=[];setTimeout(()=>{throw new RangeError('Array buffer allocation failed')});e.stopImmediatePropagation();",
    }[planted.does];
    const original = URL.createObjectURL.bind(URL);
    let planting = true;
    (globalThis as unknown as { __unplant(): void }).__unplant = () => {
      planting = false;
    };
    URL.createObjectURL = (blob: Blob | MediaSource): string => {
      if (!planting || !(blob instanceof Blob) || !blob.type.startsWith('text/javascript')) return original(blob);
      const listener = `self.addEventListener('message',(e)=>{const d=e.data;if(d&&d.path&&d.path[0]==='parse'&&d.argumentList[0].value.name===${JSON.stringify(planted.tap)}){${effect}}});`;
      return original(new Blob([listener, blob], { type: blob.type }));
    };
  }, fault);
}

/** From now on workers start healthy. */
export const unplant = (page: Page): Promise<void> => page.evaluate(() => (globalThis as unknown as { __unplant(): void }).__unplant());
