-- origins: connections of rotated captures that began in an earlier file of the same capture point, with the start of the one they continue.
SELECT k.capture AS capture, k.connection AS connection, MAX(o.first_ns) AS origin_first_ns
FROM connections k
JOIN connections o
  ON o.point = k.point AND o.client_address = k.client_address AND o.client_port = k.client_port
 AND o.server_address = k.server_address AND o.server_port = k.server_port
WHERE k.client_isn IS NULL AND k.server_isn IS NULL
  AND (o.client_isn IS NOT NULL OR o.server_isn IS NOT NULL)
  AND o.first_ns <= k.first_ns AND o.capture <> k.capture
GROUP BY k.capture, k.connection
