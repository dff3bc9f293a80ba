-- extents: how far each connection reaches over all files of its capture point: sequence span per side from its first byte, last packet.
SELECT c.capture AS capture, c.connection AS connection, c.point AS point, c.first_ns AS first_ns,
       c.client_address AS client_address, c.client_port AS client_port, c.server_address AS server_address, c.server_port AS server_port,
       c.client_segments AS client_segments, c.server_segments AS server_segments,
       MAX(COALESCE(c.client_isn, c.client_first_seq)) AS client_base, MAX(COALESCE(c.server_isn, c.server_first_seq)) AS server_base,
       MAX(MOD(COALESCE(k.client_next_seq, c.client_next_seq) - COALESCE(c.client_isn, c.client_first_seq) + 4294967296, 4294967296)) AS client_span,
       MAX(MOD(COALESCE(k.server_next_seq, c.server_next_seq) - COALESCE(c.server_isn, c.server_first_seq) + 4294967296, 4294967296)) AS server_span,
       MAX(COALESCE(k.last_ns, c.last_ns)) AS last_ns
FROM connections c
LEFT JOIN (
  SELECT o.origin_first_ns AS origin_first_ns, x.point AS point, x.client_address AS client_address, x.client_port AS client_port,
         x.server_address AS server_address, x.server_port AS server_port,
         x.client_next_seq AS client_next_seq, x.server_next_seq AS server_next_seq, x.last_ns AS last_ns
  FROM origins o JOIN connections x ON x.capture = o.capture AND x.connection = o.connection
) k
  ON k.point = c.point AND k.client_address = c.client_address AND k.client_port = c.client_port
 AND k.server_address = c.server_address AND k.server_port = c.server_port AND k.origin_first_ns = c.first_ns
GROUP BY c.capture, c.connection, c.point, c.first_ns, c.client_address, c.client_port, c.server_address, c.server_port, c.client_segments, c.server_segments
