/** Slot: the dialog behind "Share". The workbench opens and closes it. */
export function ShareDialog(_props: { readonly open: boolean; readonly onClose: () => void }) {
  return null;
}
