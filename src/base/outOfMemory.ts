// How engines say that there is no more memory: none has a class of error for it.
const SAYS_SO = /allocation failed|out of memory|Invalid (typed )?array length/i;

export const isOutOfMemory = (error: unknown): boolean => SAYS_SO.test(error instanceof Error ? error.message : String(error));
