-- heads: the smallest name within two joins of a connection. Taps that saw a whole connection are all joined directly; two rounds reach
-- those that saw different halves of it.
SELECT e.capture AS capture, e.connection AS connection, MIN(n.head) AS head
FROM edges e
JOIN (SELECT name, MIN(neighbour) AS head FROM edges GROUP BY name) n ON n.name = e.neighbour
GROUP BY e.capture, e.connection
