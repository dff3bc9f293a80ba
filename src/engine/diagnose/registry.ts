// Every rule of the design, in its order. A slug without a rule is a compile error.
import type { Rule } from './rule.ts';
import { acceptQueueOverflow } from './rules/acceptQueueOverflow.ts';
import { backendAddressReused } from './rules/backendAddressReused.ts';
import { badChecksumInvalid } from './rules/badChecksumInvalid.ts';
import { clientAborted } from './rules/clientAborted.ts';
import { connectionRefused } from './rules/connectionRefused.ts';
import { conntrackBypassed } from './rules/conntrackBypassed.ts';
import { earlyDemux } from './rules/earlyDemux.ts';
import { endpointTerminating } from './rules/endpointTerminating.ts';
import { entryShortenedByReset } from './rules/entryShortenedByReset.ts';
import { forgedReset } from './rules/forgedReset.ts';
import { hairpin } from './rules/hairpin.ts';
import { halfClosedExpired } from './rules/halfClosedExpired.ts';
import { ipvsBackendRemovedReset } from './rules/ipvsBackendRemovedReset.ts';
import { ipvsBackendRemovedSilent } from './rules/ipvsBackendRemovedSilent.ts';
import { ipvsConnectDelay } from './rules/ipvsConnectDelay.ts';
import { ipvsDyingBackend } from './rules/ipvsDyingBackend.ts';
import { ipvsFinTimeout } from './rules/ipvsFinTimeout.ts';
import { ipvsIdleExpired } from './rules/ipvsIdleExpired.ts';
import { ipvsPortChanged } from './rules/ipvsPortChanged.ts';
import { ipvsReplyAfterExpiry } from './rules/ipvsReplyAfterExpiry.ts';
import { keepaliveFailed } from './rules/keepaliveFailed.ts';
import { keepaliveRace } from './rules/keepaliveRace.ts';
import { leakBeyondWindow } from './rules/leakBeyondWindow.ts';
import { leakEntryGone } from './rules/leakEntryGone.ts';
import { leakLateAck } from './rules/leakLateAck.ts';
import { leakOldSegment } from './rules/leakOldSegment.ts';
import { leakUnseenAck } from './rules/leakUnseenAck.ts';
import { middleboxIdleTimeout } from './rules/middleboxIdleTimeout.ts';
import { mtuBlackHole } from './rules/mtuBlackHole.ts';
import { natPortClash } from './rules/natPortClash.ts';
import { parallelHandling } from './rules/parallelHandling.ts';
import { rebalancedEntryGone } from './rules/rebalancedEntryGone.ts';
import { replyBypassesNat } from './rules/replyBypassesNat.ts';
import { resetByNode } from './rules/resetByNode.ts';
import { serverAborted } from './rules/serverAborted.ts';
import { serverRestarted } from './rules/serverRestarted.ts';
import { stallEntryGone } from './rules/stallEntryGone.ts';
import { stallInvalidDropped } from './rules/stallInvalidDropped.ts';
import { synCookiesFailed } from './rules/synCookiesFailed.ts';
import { synMeetsLiveEntry } from './rules/synMeetsLiveEntry.ts';
import { tableFull } from './rules/tableFull.ts';
import { timeWaitReuse } from './rules/timeWaitReuse.ts';
import type { Slug } from './slugs.ts';

const BY_SLUG: Readonly<Record<Slug, Rule>> = {
  'leak-old-segment': leakOldSegment,
  'leak-late-ack': leakLateAck,
  'leak-unseen-ack': leakUnseenAck,
  'leak-beyond-window': leakBeyondWindow,
  'leak-entry-gone': leakEntryGone,
  'stall-entry-gone': stallEntryGone,
  'reset-by-node': resetByNode,
  'stall-invalid-dropped': stallInvalidDropped,
  'reply-bypasses-nat': replyBypassesNat,
  hairpin: hairpin,
  'half-closed-expired': halfClosedExpired,
  'entry-shortened-by-reset': entryShortenedByReset,
  'syn-meets-live-entry': synMeetsLiveEntry,
  'nat-port-clash': natPortClash,
  'table-full': tableFull,
  'bad-checksum-invalid': badChecksumInvalid,
  'conntrack-bypassed': conntrackBypassed,
  'early-demux': earlyDemux,
  'parallel-handling': parallelHandling,
  'rebalanced-entry-gone': rebalancedEntryGone,
  'ipvs-port-changed': ipvsPortChanged,
  'ipvs-idle-expired': ipvsIdleExpired,
  'ipvs-reply-after-expiry': ipvsReplyAfterExpiry,
  'ipvs-fin-timeout': ipvsFinTimeout,
  'ipvs-backend-removed-silent': ipvsBackendRemovedSilent,
  'ipvs-backend-removed-reset': ipvsBackendRemovedReset,
  'ipvs-connect-delay': ipvsConnectDelay,
  'ipvs-dying-backend': ipvsDyingBackend,
  'connection-refused': connectionRefused,
  'server-restarted': serverRestarted,
  'server-aborted': serverAborted,
  'forged-reset': forgedReset,
  'middlebox-idle-timeout': middleboxIdleTimeout,
  'keepalive-race': keepaliveRace,
  'endpoint-terminating': endpointTerminating,
  'backend-address-reused': backendAddressReused,
  'syn-cookies-failed': synCookiesFailed,
  'accept-queue-overflow': acceptQueueOverflow,
  'client-aborted': clientAborted,
  'time-wait-reuse': timeWaitReuse,
  'mtu-black-hole': mtuBlackHole,
  'keepalive-failed': keepaliveFailed,
};

export const RULES: readonly Rule[] = Object.values(BY_SLUG);
export const ruleOf = (slug: Slug): Rule => BY_SLUG[slug];
