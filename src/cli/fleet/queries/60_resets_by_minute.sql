-- resets_by_minute: the blast radius of RSTs before any analysis: per destination service, tap and minute.
SELECT CONCAT(c.server_address, ':', CAST(c.server_port AS VARCHAR(20))) AS service, t.name AS tap,
       CAST((r.time_ns - MOD(r.time_ns, 60000000000)) / 60000000000 AS BIGINT) AS minute,
       COUNT(*) AS resets, COUNT(DISTINCT CONCAT(r.capture, ':', CAST(r.connection AS VARCHAR(20)))) AS connections
FROM resets r
JOIN connections c ON c.capture = r.capture AND c.connection = r.connection
JOIN taps t ON t.capture = r.capture
GROUP BY CONCAT(c.server_address, ':', CAST(c.server_port AS VARCHAR(20))), t.name, CAST((r.time_ns - MOD(r.time_ns, 60000000000)) / 60000000000 AS BIGINT)
ORDER BY minute, service, tap
