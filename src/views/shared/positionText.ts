// Where a capture point lies, in words.
import { dictionary } from './i18n.ts';

export const positionText = dictionary(
  {
    client: 'at the client',
    'client-side': 'on the client’s side of the NAT',
    node: 'at the NAT',
    'server-side': 'on the server’s side of the NAT',
    server: 'at the server',
    unknown: 'position unknown',
  },
  {
    client: '在客户端',
    'client-side': '在 NAT 的客户端一侧',
    node: '在 NAT 节点',
    'server-side': '在 NAT 的服务端一侧',
    server: '在服务端',
    unknown: '位置未知',
  },
);
