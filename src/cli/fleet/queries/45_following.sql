-- following: of each connection, the next one of the same client to the same service at the same capture point.
SELECT capture, connection,
       LEAD(connection) OVER (PARTITION BY capture, client_address, server_address, server_port ORDER BY first_ns, connection) AS next_connection
FROM connections
