CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE scheduling.booking (
    resource      text         NOT NULL,
    session_id    uuid         NOT NULL,
    during        tstzrange    NOT NULL,
    together      uuid         NOT NULL,
CONSTRAINT booking_one_at_a_time EXCLUDE USING gist (resource WITH =, during WITH &&, together WITH <>)
);
CREATE INDEX booking_session ON scheduling.booking (session_id);

-- What was planned before, in the order in which it was. Where two had a trainer or a room at the same time already, the first
-- that was planned has it.
INSERT INTO scheduling.booking (resource, session_id, during, together)
SELECT taken.resource, s.id, taken.during, s.id
FROM scheduling.mt_doc_session s
JOIN scheduling.mt_doc_cohort c ON c.id = (s.data ->> 'cohortId')::uuid
JOIN scheduling.mt_events planned ON planned.stream_id = s.id AND planned.version = 1
CROSS JOIN LATERAL (
    SELECT named.resource, tstzrange((s.data ->> 'startsAt')::timestamptz, coalesce(s.data ->> 'endedAt', s.data ->> 'endsAt')::timestamptz) AS during
    FROM (VALUES (s.data ->> 'trainer', 'trainer ' || (s.data ->> 'trainer')),
                 (s.data ->> 'room', 'room ' || (s.data ->> 'room') || ', ' || (c.data ->> 'place'))) AS named (name, resource)
    WHERE btrim(named.name) <> '') AS taken
WHERE s.data ->> 'status' <> 'Cancelled' AND NOT isempty(taken.during)
ORDER BY planned.seq_id
ON CONFLICT DO NOTHING;
