// Capture points while they are read, and the files that were not used.
import { useSession } from '../../store/session.ts';
import { LeftAsideList } from '../shared/LeftAsideList.tsx';
import { LoadItem } from './LoadItem.tsx';
import styles from './LoadList.module.css';

export function LoadList({ unfinishedOnly = false }: { readonly unfinishedOnly?: boolean }) {
  const all = useSession((s) => s.taps);
  const taps = unfinishedOnly ? all.filter((tap) => tap.load.kind !== 'ready') : all;
  return (
    <div className={styles.all}>
      {taps.length > 0 && (
        <ul className={styles.list}>
          {taps.map((tap) => (
            <LoadItem key={tap.key} tap={tap} />
          ))}
        </ul>
      )}
      <LeftAsideList />
    </div>
  );
}
