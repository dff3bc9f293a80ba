declare module 'virtual:sample' {
  /** The sample incident's captures: gzip in base64. */
  export const files: readonly { readonly name: string; readonly gzip: string }[];
}
