-- companions: of a suspect group with a RST, the group of the connection that followed. Where that one went may be why the first was reset:
-- a backend that had been taken out of the service.
SELECT DISTINCT s.head AS head, n.head AS companion
FROM suspects s
JOIN members m ON m.head = s.head
JOIN following f ON f.capture = m.capture AND f.connection = m.connection
JOIN members n ON n.capture = f.capture AND n.connection = f.next_connection
WHERE s.kind = '2-reset' AND n.head <> s.head
