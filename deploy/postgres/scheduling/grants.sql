-- Who may do what in the database of Scheduling. Run by migrate each time, after the patches, as one transaction.
BEGIN;
REVOKE ALL ON DATABASE scheduling FROM PUBLIC;
GRANT CONNECT ON DATABASE scheduling TO tremplin_scheduling, tremplin_auditor, tremplin_backup;
REVOKE ALL ON ALL TABLES IN SCHEMA public, scheduling FROM PUBLIC, tremplin_scheduling, tremplin_auditor;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA scheduling FROM PUBLIC, tremplin_scheduling, tremplin_auditor;
GRANT USAGE ON SCHEMA scheduling TO tremplin_scheduling, tremplin_auditor;

-- History: it grows, and nothing in it is changed.
GRANT SELECT, INSERT ON scheduling.mt_events TO tremplin_scheduling;
GRANT SELECT, USAGE ON SEQUENCE scheduling.mt_events_sequence TO tremplin_scheduling;
-- A stream's row says how long the stream is. Deleting it would take its events along.
GRANT SELECT, INSERT, UPDATE (version, "timestamp") ON scheduling.mt_streams TO tremplin_scheduling;
GRANT SELECT, INSERT ON scheduling.ledger_checkpoint TO tremplin_scheduling;
-- The last tile of each level is written again until it is full.
GRANT SELECT, INSERT, UPDATE (hashes, sequences) ON scheduling.ledger_tile TO tremplin_scheduling;

-- Gaps that the daemon has passed.
GRANT SELECT, INSERT ON scheduling.mt_high_water_skips TO tremplin_scheduling;

-- What follows from history, and can be made anew.
GRANT SELECT, INSERT, UPDATE ON scheduling.mt_event_progression, scheduling.mt_doc_cohort, scheduling.mt_doc_session TO tremplin_scheduling;
GRANT SELECT, INSERT, UPDATE (during), DELETE ON scheduling.booking TO tremplin_scheduling;

GRANT SELECT ON scheduling.mt_event_projection_floors, public.applied_patch TO tremplin_scheduling;
GRANT SELECT ON ALL TABLES IN SCHEMA public, scheduling TO tremplin_auditor;
GRANT SELECT ON SEQUENCE scheduling.mt_events_sequence TO tremplin_auditor;
COMMIT;
