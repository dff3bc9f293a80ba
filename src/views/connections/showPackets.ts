// From connections to their packets: the packet list with a filter that leaves them alone.
import { usePacketList } from '../../store/packetList.ts';
import { useSettings } from '../../store/settings.ts';
import { packetFilterOf } from './rowText.ts';

export function showPackets(paths: readonly number[]): void {
  usePacketList.getState().setFilter(packetFilterOf(paths));
  useSettings.getState().set({ drawer: 'packets' });
}
