declare module 'virtual:sample' {
  /** The sample incident's captures: gzip in base64. */
  export const files: readonly { readonly name: string; readonly gzip: string }[];
}

declare module 'virtual:viewer' {
  /** The single-file page, gzip in base64; empty where it was not built. */
  export const gzip: string;
}
