// Plants a fault in the engine's worker, from outside: the page's own code has no test hooks.
import type { Page } from '@playwright/test';

/** What the parsing worker does when it is asked for the capture point of that name. */
export interface PlantedFault {
  readonly tap: string;
  readonly does: 'throws' | 'hangs' | 'exhausts memory';
}

/** Must be called before the page is opened. The page marks the call that is to go wrong, and a listener in front of every worker's script obeys. */
export async function plantFault(page: Page, fault: PlantedFault): Promise<void> {
  await page.addInitScript((planted) => {
    const effect = {
      throws: "setTimeout(()=>{throw new Error('planted')});e.stopImmediatePropagation();",
      hangs: 'for(;;);',
      'exhausts memory':
        "const a=[];setTimeout(()=>{throw new RangeError('Array buffer allocation failed')});e.stopImmediatePropagation();",
    }[planted.does];
    const original = URL.createObjectURL.bind(URL);
    const { postMessage } = Worker.prototype;
    let planting = true;
    (globalThis as unknown as { __unplant(): void }).__unplant = () => {
      planting = false;
    };
    URL.createObjectURL = (blob: Blob | MediaSource): string => {
      if (!(blob instanceof Blob) || !blob.type.startsWith('text/javascript')) return original(blob);
      return original(new Blob([`self.addEventListener('message',(e)=>{if(e.data?.planted){${effect}}});`, blob], { type: blob.type }));
    };
    Worker.prototype.postMessage = function (this: Worker, message, ...rest: never[]): void {
      const isMeant = planting && message?.path?.[0] === 'parse' && message.argumentList[0].value.name === planted.tap;
      postMessage.call(this, isMeant ? { ...message, planted: true } : message, ...rest);
    };
  }, fault);
}

/** From now on every call goes well. */
export const unplant = (page: Page): Promise<void> => page.evaluate(() => (globalThis as unknown as { __unplant(): void }).__unplant());
