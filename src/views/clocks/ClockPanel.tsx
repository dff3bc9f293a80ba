/** Slot of the workbench: takes no props, reads the stores, asks the engine. */
export function ClockPanel() {
  return null;
}
