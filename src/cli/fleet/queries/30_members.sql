-- members: every connection with the head of its group: the smallest of what it is joined to. One round of neighbours is enough, as taps
-- that saw one connection are all joined to each other; what continues an earlier file is in the group of what it continues.
SELECT c.capture AS capture, c.connection AS connection, MIN(COALESCE(h.head, g.head)) AS head
FROM connections c
JOIN (
  SELECT capture, connection, MIN(head) AS head
  FROM (
    SELECT capture, connection, CONCAT(capture, ':', CAST(connection AS VARCHAR(20))) AS head FROM connections
    UNION ALL
    SELECT a_capture AS capture, a_connection AS connection, CONCAT(b_capture, ':', CAST(b_connection AS VARCHAR(20))) AS head FROM joins
    UNION ALL
    SELECT b_capture AS capture, b_connection AS connection, CONCAT(a_capture, ':', CAST(a_connection AS VARCHAR(20))) AS head FROM joins
  ) n
  GROUP BY capture, connection
) g ON g.capture = c.capture AND g.connection = c.connection
LEFT JOIN origins o ON o.capture = c.capture AND o.connection = c.connection
LEFT JOIN (
  SELECT p.point AS point, p.client_address AS client_address, p.client_port AS client_port, p.server_address AS server_address,
         p.server_port AS server_port, p.first_ns AS first_ns, MIN(n.head) AS head
  FROM connections p
  JOIN (
    SELECT capture, connection, CONCAT(capture, ':', CAST(connection AS VARCHAR(20))) AS head FROM connections
    UNION ALL
    SELECT a_capture AS capture, a_connection AS connection, CONCAT(b_capture, ':', CAST(b_connection AS VARCHAR(20))) AS head FROM joins
    UNION ALL
    SELECT b_capture AS capture, b_connection AS connection, CONCAT(a_capture, ':', CAST(a_connection AS VARCHAR(20))) AS head FROM joins
  ) n ON n.capture = p.capture AND n.connection = p.connection
  GROUP BY p.point, p.client_address, p.client_port, p.server_address, p.server_port, p.first_ns
) h ON h.first_ns = o.origin_first_ns AND h.point = c.point AND h.client_address = c.client_address AND h.client_port = c.client_port
   AND h.server_address = c.server_address AND h.server_port = c.server_port
GROUP BY c.capture, c.connection
