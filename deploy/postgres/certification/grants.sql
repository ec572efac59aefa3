-- Who may do what in the database of Certification. Run by migrate each time, after the patches, as one transaction.
BEGIN;
REVOKE ALL ON DATABASE certification FROM PUBLIC;
GRANT CONNECT ON DATABASE certification TO tremplin_certification, tremplin_auditor, tremplin_backup;
REVOKE ALL ON ALL TABLES IN SCHEMA public, certification FROM PUBLIC, tremplin_certification, tremplin_auditor;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA certification FROM PUBLIC, tremplin_certification, tremplin_auditor;
GRANT USAGE ON SCHEMA certification TO tremplin_certification, tremplin_auditor;

-- History: it grows, and nothing in it is changed.
GRANT SELECT, INSERT ON certification.mt_events TO tremplin_certification;
GRANT SELECT, USAGE ON SEQUENCE certification.mt_events_sequence TO tremplin_certification;
-- A stream's row says how long the stream is. Deleting it would take its events along.
GRANT SELECT, INSERT, UPDATE (version, "timestamp") ON certification.mt_streams TO tremplin_certification;
GRANT SELECT, INSERT ON certification.ledger_checkpoint TO tremplin_certification;
-- A document is made once, and its bit is never given to another.
GRANT SELECT, INSERT ON certification.printed_certificate TO tremplin_certification;
-- The last tile of each level is written again until it is full.
GRANT SELECT, INSERT, UPDATE (hashes, sequences) ON certification.ledger_tile TO tremplin_certification;

-- Gaps that the daemon has passed.
GRANT SELECT, INSERT ON certification.mt_high_water_skips TO tremplin_certification;

-- What follows from history, and can be made anew.
GRANT SELECT, INSERT, UPDATE ON certification.mt_event_progression, certification.mt_doc_cohortcertificate TO tremplin_certification;

GRANT SELECT ON certification.mt_event_projection_floors, public.applied_patch TO tremplin_certification;
GRANT SELECT ON ALL TABLES IN SCHEMA public, certification TO tremplin_auditor;
GRANT SELECT ON SEQUENCE certification.mt_events_sequence TO tremplin_auditor;
COMMIT;
