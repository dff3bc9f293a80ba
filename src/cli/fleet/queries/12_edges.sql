-- edges: what is joined to what, both ways, and everything to itself. A connection's name is `capture:connection`.
SELECT capture AS capture, connection AS connection, CONCAT(capture, ':', CAST(connection AS VARCHAR(20))) AS neighbour,
       CONCAT(capture, ':', CAST(connection AS VARCHAR(20))) AS name
FROM connections
UNION ALL
SELECT a_capture AS capture, a_connection AS connection, CONCAT(b_capture, ':', CAST(b_connection AS VARCHAR(20))) AS neighbour,
       CONCAT(a_capture, ':', CAST(a_connection AS VARCHAR(20))) AS name
FROM joins
UNION ALL
SELECT b_capture AS capture, b_connection AS connection, CONCAT(a_capture, ':', CAST(a_connection AS VARCHAR(20))) AS neighbour,
       CONCAT(b_capture, ':', CAST(b_connection AS VARCHAR(20))) AS name
FROM joins
