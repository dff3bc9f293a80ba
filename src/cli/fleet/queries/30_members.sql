-- members: every connection with the head of its group; what continues an earlier file is in the group of what it continues.
SELECT c.capture AS capture, c.connection AS connection, MIN(COALESCE(h.head, g.head)) AS head
FROM connections c
JOIN heads g ON g.capture = c.capture AND g.connection = c.connection
LEFT JOIN origins o ON o.capture = c.capture AND o.connection = c.connection
LEFT JOIN (
  SELECT p.point AS point, p.client_address AS client_address, p.client_port AS client_port, p.server_address AS server_address,
         p.server_port AS server_port, p.first_ns AS first_ns, MIN(n.head) AS head
  FROM connections p
  JOIN heads n ON n.capture = p.capture AND n.connection = p.connection
  GROUP BY p.point, p.client_address, p.client_port, p.server_address, p.server_port, p.first_ns
) h ON h.first_ns = o.origin_first_ns AND h.point = c.point AND h.client_address = c.client_address AND h.client_port = c.client_port
   AND h.server_address = c.server_address AND h.server_port = c.server_port
GROUP BY c.capture, c.connection
