-- members: every connection of every group, a group being what is joined or attached to one head: the smallest of its neighbours.
-- One round of neighbours is enough: taps that saw one connection are all joined to each other directly.
SELECT n.capture AS capture, n.connection AS connection, MIN(n.head) AS head
FROM (
  SELECT capture, connection, CONCAT(capture, ':', CAST(connection AS VARCHAR(20))) AS head FROM connections
  UNION ALL
  SELECT a_capture AS capture, a_connection AS connection, CONCAT(b_capture, ':', CAST(b_connection AS VARCHAR(20))) AS head FROM joins
  UNION ALL
  SELECT b_capture AS capture, b_connection AS connection, CONCAT(a_capture, ':', CAST(a_connection AS VARCHAR(20))) AS head FROM joins
) n
GROUP BY n.capture, n.connection
