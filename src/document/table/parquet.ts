// Columns as a Parquet file. Import lazily: the writer is only needed by who exports tables.
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Column } from './columns.ts';

export const writeParquet = (columns: readonly Column[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map(({ name, type, data }) => ({ name, type, data: [...data], nullable: true })),
      createdBy: 'Hopscope',
    }),
  );
