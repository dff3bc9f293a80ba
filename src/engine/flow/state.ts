// What is known of a connection while its rows are read: words of 32 bits, so that a row touches a few lines of the cache and not one a column.
// Doubles lie in the same octets: double i is words 2i and 2i + 1. Words are signed: numbers that small cost nothing to convert.

/** Of each side of a connection, at `(2 × connection + direction) × SIDE_WORDS`; what the ordinary segment needs comes first. */
export const SIDE_WORDS = 32;
export const SIDE_DOUBLES = SIDE_WORDS / 2;
/** Doubles. Nanos: the latest, when the highest number was sent. Then octets of payload. */
export const LAST_SENT = 0;
export const NEXT_TIME = 1;
export const PAYLOAD = 2;
/** Words. The bits below, and the marks of its last segment in the high 16. */
export const STATE = 6;
export const NEXT_SEQ = 7;
export const LAST_ACK = 8;
export const LAST_WINDOW = 9;
export const LAST_ROW = 10;
export const COUNT = 11;
export const DIGEST = 12;
export const DIGEST_2 = 13;
/** Of all its packets; −1 where they differ. */
export const TTL = 14;
/** Shift of its windows + 1; 0 unknown. */
export const SCALE = 15;
/** Doubles. Nanos: the last segment, the earliest, the first FIN. */
export const LAST_TIME = 8;
export const FIRST_SENT = 9;
export const FIN_TIME = 10;
/** Words. */
export const MAX_TO_ACK = 22;
export const LAST_SEQ = 23;
export const DUP_ACKS = 24;
/** Place of its last SACK in `sacks` + 1; 0: its last segment had none. */
export const SACK_OF = 25;
/** Number of its SYN; where another segment came first, that one's less 1. */
export const BASE = 26;
/** What `ConnectionTable` tells of a direction. */
export const ISN = 27;
export const SND_NXT = 28;
export const RETRANSMISSIONS = 29;
export const RESETS = 30;
/** Shift that its SYN offered + 2; 1 it offered none; 0 unknown. */
export const OFFERED_SCALE = 31;

/** Bits of STATE. */
export const HAS_NEXT = 0x001;
export const HAS_ACK = 0x002;
export const HAS_MAX = 0x004;
export const FIRST_ACK = 0x008;
export const HAS_LAST = 0x040;
export const HAS_BASE = 0x080;
export const HAS_SND_NXT = 0x100;
export const HAS_SYN = 0x200;
/** The segment before found that only a SYN changes what is known of the opening: see `Follower`. */
export const SETTLED = 0x400;
/** All that it sent was seen in order, and no more than that is acknowledged: SND_NXT and MAX_TO_ACK are NEXT_SEQ, wherever that has got to. */
export const ENDS_MEET = 0x800;
/** Its last segment tells LAST_SEQ and LAST_TIME; DUP_ACKS and SACK_OF are 0. */
export const CALM = 0x1000;
export const STATE_BITS = 0xffff;

/** Of a connection as a whole, at `connection × CONNECTION_WORDS`. Doubles: time of its last SYN, round trip of its handshake; Nanos, 0 unknown. */
export const CONNECTION_WORDS = 8;
export const CONNECTION_DOUBLES = CONNECTION_WORDS / 2;
export const SYN_TIME = 0;
export const FIRST_RTT = 1;
/** Words: as in `ConnectionTable`; then a bit for each segment that was sent again, by its number and direction. */
export const FLAGS = 4;
export const OPENER = 5;
export const TUPLE = 6;
export const AGAIN = 7;
