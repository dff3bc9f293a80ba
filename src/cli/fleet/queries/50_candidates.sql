-- candidates: which connections of which captures make up each suspect group, with the time span to pull, on the capture's own clock.
-- Of a connection that runs through many files: the one it began in, and those within a day's clock error and ten minutes of what happened.
SELECT DISTINCT s.head AS candidate, s.kind AS kind, c.point AS point, c.capture AS capture, c.connection AS connection,
       c.client_address AS client_address, c.client_port AS client_port, c.server_address AS server_address, c.server_port AS server_port,
       c.first_ns AS first_ns, c.last_ns AS last_ns
FROM suspects s
JOIN (
  SELECT head, capture, connection FROM members
  UNION DISTINCT
  SELECT m.head AS head, t.stray_capture AS capture, t.stray_connection AS connection
  FROM attached t JOIN members m ON m.capture = t.capture AND m.connection = t.connection
  UNION DISTINCT
  SELECT p.head AS head, m.capture AS capture, m.connection AS connection
  FROM companions p JOIN members m ON m.head = p.companion
) g ON g.head = s.head
JOIN connections c ON c.capture = g.capture AND c.connection = g.connection
WHERE c.client_isn IS NOT NULL OR c.server_isn IS NOT NULL
   OR (c.first_ns < s.to_ns + 87000000000000 AND c.last_ns > s.from_ns - 87000000000000)
ORDER BY candidate, point, first_ns, capture, connection
