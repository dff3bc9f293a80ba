-- attached: strays (connections without any SYN) that carry a tracked connection's bytes: the client's endpoint, or its address and the
-- server's endpoint (NAT chose another port), with a sequence number inside what that side sent. A leak, its answer, or a moved port.
SELECT s.capture AS stray_capture, s.connection AS stray_connection, c.capture AS capture, c.connection AS connection
FROM strays s
JOIN connections c ON s.source_address = c.client_address AND s.source_port = c.client_port
WHERE c.client_isn IS NOT NULL
  AND (s.capture <> c.capture OR s.connection <> c.connection)
  AND s.time_ns - c.first_ns > -90000000000000 AND s.time_ns - c.last_ns < 90000000000000
  AND MOD(s.seq - c.client_isn + 4294967296, 4294967296) <= MOD(c.client_next_seq - c.client_isn + 4294967296, 4294967296) + 1
UNION DISTINCT
SELECT s.capture AS stray_capture, s.connection AS stray_connection, c.capture AS capture, c.connection AS connection
FROM strays s
JOIN connections c ON s.source_address = c.client_address AND s.destination_address = c.server_address AND s.destination_port = c.server_port
WHERE c.client_isn IS NOT NULL
  AND (s.capture <> c.capture OR s.connection <> c.connection)
  AND s.time_ns - c.first_ns > -90000000000000 AND s.time_ns - c.last_ns < 90000000000000
  AND MOD(s.seq - c.client_isn + 4294967296, 4294967296) <= MOD(c.client_next_seq - c.client_isn + 4294967296, 4294967296) + 1
UNION DISTINCT
SELECT s.capture AS stray_capture, s.connection AS stray_connection, c.capture AS capture, c.connection AS connection
FROM strays s
JOIN connections c ON s.destination_address = c.client_address AND s.destination_port = c.client_port
WHERE c.server_isn IS NOT NULL
  AND (s.capture <> c.capture OR s.connection <> c.connection)
  AND s.time_ns - c.first_ns > -90000000000000 AND s.time_ns - c.last_ns < 90000000000000
  AND MOD(s.seq - c.server_isn + 4294967296, 4294967296) <= MOD(c.server_next_seq - c.server_isn + 4294967296, 4294967296) + 1
UNION DISTINCT
SELECT s.capture AS stray_capture, s.connection AS stray_connection, c.capture AS capture, c.connection AS connection
FROM strays s
JOIN connections c ON s.destination_address = c.client_address AND s.source_address = c.server_address AND s.source_port = c.server_port
WHERE c.server_isn IS NOT NULL
  AND (s.capture <> c.capture OR s.connection <> c.connection)
  AND s.time_ns - c.first_ns > -90000000000000 AND s.time_ns - c.last_ns < 90000000000000
  AND MOD(s.seq - c.server_isn + 4294967296, 4294967296) <= MOD(c.server_next_seq - c.server_isn + 4294967296, 4294967296) + 1
