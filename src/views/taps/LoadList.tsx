// Capture points while they are read, and the files that were not used.
import { useSession } from '../../store/session.ts';
import { LeftAsideList } from '../shared/LeftAsideList.tsx';
import { LoadItem } from './LoadItem.tsx';
import styles from './LoadList.module.css';

export function LoadList() {
  const taps = useSession((s) => s.taps);
  return (
    <div className={styles.all}>
      <ul className={styles.list}>
        {taps.map((tap) => (
          <LoadItem key={tap.key} tap={tap} />
        ))}
      </ul>
      <LeftAsideList />
    </div>
  );
}
