-- Who may do what in the database of Enrollment. Run by migrate each time, after the patches, as one transaction.
BEGIN;
REVOKE ALL ON DATABASE enrollment FROM PUBLIC;
GRANT CONNECT ON DATABASE enrollment TO tremplin_enrollment, tremplin_auditor, tremplin_backup;
REVOKE ALL ON ALL TABLES IN SCHEMA public, enrollment FROM PUBLIC, tremplin_enrollment, tremplin_auditor;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA enrollment FROM PUBLIC, tremplin_enrollment, tremplin_auditor;
GRANT USAGE ON SCHEMA enrollment TO tremplin_enrollment, tremplin_auditor;

-- History: it grows, and nothing in it is changed.
GRANT SELECT, INSERT ON enrollment.mt_events TO tremplin_enrollment;
GRANT SELECT, USAGE ON SEQUENCE enrollment.mt_events_sequence TO tremplin_enrollment;
-- A stream's row says how long the stream is. Deleting it would take its events along.
GRANT SELECT, INSERT, UPDATE (version, "timestamp") ON enrollment.mt_streams TO tremplin_enrollment;
GRANT SELECT, INSERT ON enrollment.ledger_checkpoint TO tremplin_enrollment;
-- The last tile of each level is written again until it is full.
GRANT SELECT, INSERT, UPDATE (hashes, sequences) ON enrollment.ledger_tile TO tremplin_enrollment;

-- The first answer to a partner's command is the one that it gets again.
GRANT SELECT, INSERT ON enrollment.mt_doc_receipt TO tremplin_enrollment;
-- Gaps that the daemon has passed.
GRANT SELECT, INSERT ON enrollment.mt_high_water_skips TO tremplin_enrollment;

-- What follows from history, and can be made anew.
GRANT SELECT, INSERT, UPDATE ON enrollment.mt_event_progression, enrollment.mt_doc_trainingrecord, enrollment.mt_doc_organisation, enrollment.mt_doc_offering, enrollment.mt_doc_review, enrollment.mt_doc_notification, enrollment.mt_doc_standing TO tremplin_enrollment;

GRANT SELECT ON enrollment.mt_event_projection_floors, public.applied_patch TO tremplin_enrollment;
GRANT SELECT ON ALL TABLES IN SCHEMA public, enrollment TO tremplin_auditor;
GRANT SELECT ON SEQUENCE enrollment.mt_events_sequence TO tremplin_auditor;
COMMIT;
