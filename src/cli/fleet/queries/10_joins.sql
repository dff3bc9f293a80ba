-- joins: connections of different captures (or twice in one, `-i any`) that are one connection, by what NAT leaves alone.
-- By both initial sequence numbers where both taps saw the handshake; by one where a tap saw half of it and the client's endpoint is the
-- same (replies that went around NAT); else by at least three equal fingerprints.
SELECT a.capture AS a_capture, a.connection AS a_connection, b.capture AS b_capture, b.connection AS b_connection, 'isn' AS reason
FROM connections a
JOIN connections b ON a.client_isn = b.client_isn AND a.server_isn = b.server_isn
WHERE (a.capture < b.capture OR (a.capture = b.capture AND a.connection < b.connection))
  AND a.first_ns - b.first_ns BETWEEN -90000000000000 AND 90000000000000
UNION ALL
SELECT a.capture AS a_capture, a.connection AS a_connection, b.capture AS b_capture, b.connection AS b_connection, 'half' AS reason
FROM connections a
JOIN connections b ON a.client_isn = b.client_isn AND a.client_address = b.client_address AND a.client_port = b.client_port
WHERE (a.capture < b.capture OR (a.capture = b.capture AND a.connection < b.connection))
  AND (a.server_isn IS NULL OR b.server_isn IS NULL)
  AND a.first_ns - b.first_ns BETWEEN -90000000000000 AND 90000000000000
UNION ALL
SELECT a.capture AS a_capture, a.connection AS a_connection, b.capture AS b_capture, b.connection AS b_connection, 'half' AS reason
FROM connections a
JOIN connections b ON a.server_isn = b.server_isn AND a.client_address = b.client_address AND a.client_port = b.client_port
WHERE (a.capture < b.capture OR (a.capture = b.capture AND a.connection < b.connection))
  AND (a.client_isn IS NULL OR b.client_isn IS NULL)
  AND a.first_ns - b.first_ns BETWEEN -90000000000000 AND 90000000000000
UNION ALL
SELECT x.capture AS a_capture, x.connection AS a_connection, y.capture AS b_capture, y.connection AS b_connection, 'samples' AS reason
FROM samples x
JOIN samples y ON x.sample = y.sample
JOIN connections cx ON cx.capture = x.capture AND cx.connection = x.connection
JOIN connections cy ON cy.capture = y.capture AND cy.connection = y.connection
WHERE (x.capture < y.capture OR (x.capture = y.capture AND x.connection < y.connection))
  AND cx.first_ns - cy.first_ns BETWEEN -90000000000000 AND 90000000000000
  AND NOT (cx.client_isn = cy.client_isn AND cx.server_isn = cy.server_isn
           AND cx.client_isn IS NOT NULL AND cx.server_isn IS NOT NULL
           AND cy.client_isn IS NOT NULL AND cy.server_isn IS NOT NULL)
GROUP BY x.capture, x.connection, y.capture, y.connection
HAVING COUNT(*) >= 3
