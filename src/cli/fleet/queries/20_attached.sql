-- attached: strays (connections without any SYN) that carry another connection's bytes: the client's endpoint, or its address and the
-- server's endpoint (NAT chose another port), with both numbers of an acknowledging segment inside what the two sides sent. A leak, its
-- answer, or a moved port, within an hour of it. Not: what continues an earlier file, what is the same connection at another tap, and never the larger of the two.
SELECT f.stray_capture AS stray_capture, f.stray_connection AS stray_connection, f.capture AS capture, f.connection AS connection,
       MIN(f.time_ns) AS from_ns, MAX(f.time_ns) AS to_ns
FROM (
  SELECT s.capture AS stray_capture, s.connection AS stray_connection, c.capture AS capture, c.connection AS connection, s.time_ns AS time_ns
  FROM strays s
  JOIN extents c ON s.source_address = c.client_address AND s.source_port = c.client_port
  WHERE s.time_ns - c.first_ns > -3600000000000 AND s.time_ns - c.last_ns < 3600000000000
    AND MOD(s.flags, 32) >= 16 AND c.client_segments > 0
    AND MOD(s.seq - c.client_base + 4294967296, 4294967296) <= c.client_span + 1
    AND (c.server_segments = 0 OR MOD(s.ack - c.server_base + 4294967296, 4294967296) <= c.server_span + 1)
  UNION ALL
  SELECT s.capture AS stray_capture, s.connection AS stray_connection, c.capture AS capture, c.connection AS connection, s.time_ns AS time_ns
  FROM strays s
  JOIN extents c ON s.source_address = c.client_address AND s.destination_address = c.server_address AND s.destination_port = c.server_port
  WHERE s.time_ns - c.first_ns > -3600000000000 AND s.time_ns - c.last_ns < 3600000000000
    AND MOD(s.flags, 32) >= 16 AND c.client_segments > 0
    AND MOD(s.seq - c.client_base + 4294967296, 4294967296) <= c.client_span + 1
    AND (c.server_segments = 0 OR MOD(s.ack - c.server_base + 4294967296, 4294967296) <= c.server_span + 1)
  UNION ALL
  SELECT s.capture AS stray_capture, s.connection AS stray_connection, c.capture AS capture, c.connection AS connection, s.time_ns AS time_ns
  FROM strays s
  JOIN extents c ON s.destination_address = c.client_address AND s.destination_port = c.client_port
  WHERE s.time_ns - c.first_ns > -3600000000000 AND s.time_ns - c.last_ns < 3600000000000
    AND MOD(s.flags, 32) >= 16 AND c.server_segments > 0
    AND MOD(s.seq - c.server_base + 4294967296, 4294967296) <= c.server_span + 1
    AND (c.client_segments = 0 OR MOD(s.ack - c.client_base + 4294967296, 4294967296) <= c.client_span + 1)
  UNION ALL
  SELECT s.capture AS stray_capture, s.connection AS stray_connection, c.capture AS capture, c.connection AS connection, s.time_ns AS time_ns
  FROM strays s
  JOIN extents c ON s.destination_address = c.client_address AND s.source_address = c.server_address AND s.source_port = c.server_port
  WHERE s.time_ns - c.first_ns > -3600000000000 AND s.time_ns - c.last_ns < 3600000000000
    AND MOD(s.flags, 32) >= 16 AND c.server_segments > 0
    AND MOD(s.seq - c.server_base + 4294967296, 4294967296) <= c.server_span + 1
    AND (c.client_segments = 0 OR MOD(s.ack - c.client_base + 4294967296, 4294967296) <= c.client_span + 1)
) f
JOIN extents small ON small.capture = f.stray_capture AND small.connection = f.stray_connection
JOIN extents large ON large.capture = f.capture AND large.connection = f.connection
LEFT JOIN origins o ON o.capture = f.stray_capture AND o.connection = f.stray_connection
LEFT JOIN joins j ON j.a_capture = f.stray_capture AND j.a_connection = f.stray_connection AND j.b_capture = f.capture AND j.b_connection = f.connection
LEFT JOIN joins i ON i.b_capture = f.stray_capture AND i.b_connection = f.stray_connection AND i.a_capture = f.capture AND i.a_connection = f.connection
WHERE o.capture IS NULL AND j.a_capture IS NULL AND i.a_capture IS NULL
  AND large.client_segments + large.server_segments > small.client_segments + small.server_segments
GROUP BY f.stray_capture, f.stray_connection, f.capture, f.connection
