// The capture panel: what was understood of each file.
import { LoadList } from './LoadList.tsx';

export function TapsPanel() {
  return <LoadList />;
}
