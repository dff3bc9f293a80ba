-- suspects: groups with something to explain, what, and when it happened. A superset of the incidents: the full analysis of extract decides.
-- What is attached to a group is part of it and no suspect of its own.
SELECT head, MIN(kind) AS kind, MIN(from_ns) AS from_ns, MAX(to_ns) AS to_ns
FROM (
  SELECT m.head AS head, '1-stray' AS kind, t.from_ns AS from_ns, t.to_ns AS to_ns
  FROM attached t JOIN members m ON m.capture = t.capture AND m.connection = t.connection
  UNION ALL
  SELECT m.head AS head, '2-reset' AS kind, r.time_ns AS from_ns, r.time_ns AS to_ns
  FROM resets r
  JOIN members m ON m.capture = r.capture AND m.connection = r.connection
  LEFT JOIN attached t ON t.stray_capture = r.capture AND t.stray_connection = r.connection
  WHERE t.capture IS NULL
  UNION ALL
  SELECT m.head AS head, '3-unanswered' AS kind, c.first_ns AS from_ns, c.last_ns AS to_ns
  FROM connections c
  JOIN members m ON m.capture = c.capture AND m.connection = c.connection
  LEFT JOIN attached t ON t.stray_capture = c.capture AND t.stray_connection = c.connection
  WHERE t.capture IS NULL
    AND (c.icmp_errors > 0
      OR (c.server_segments = 0 AND c.client_segments > 1)
      OR c.client_retransmissions >= 4
      OR c.server_retransmissions >= 4)
) found
GROUP BY head
