-- candidates: which connections of which captures make up each suspect group, with the time span to pull, on the capture's own clock.
SELECT DISTINCT s.head AS candidate, s.kind AS kind, c.capture AS capture, c.connection AS connection,
       c.client_address AS client_address, c.client_port AS client_port, c.server_address AS server_address, c.server_port AS server_port,
       c.first_ns AS first_ns, c.last_ns AS last_ns
FROM suspects s
JOIN (
  SELECT head, capture, connection FROM members
  UNION DISTINCT
  SELECT m.head AS head, t.stray_capture AS capture, t.stray_connection AS connection
  FROM attached t JOIN members m ON m.capture = t.capture AND m.connection = t.connection
) g ON g.head = s.head
JOIN connections c ON c.capture = g.capture AND c.connection = g.connection
ORDER BY candidate, capture, connection
