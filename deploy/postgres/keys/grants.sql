-- Who may do what in the database of the learners' keys. Run by migrate each time, after the patches, as one transaction.
BEGIN;
REVOKE ALL ON DATABASE keys FROM PUBLIC;
GRANT CONNECT ON DATABASE keys TO tremplin_enrollment, tremplin_certification, tremplin_backup;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, tremplin_enrollment, tremplin_certification, tremplin_auditor;

-- A key is made, withheld and destroyed, and never another. UPDATE of fingerprint is what ON CONFLICT asks for to return the row that is there.
GRANT SELECT, INSERT, UPDATE (fingerprint, withheld), DELETE ON learner_keys TO tremplin_enrollment;
-- Marks go with the key that they belong to.
GRANT SELECT, INSERT ON learner_marks TO tremplin_enrollment;
GRANT SELECT (learner_id, wrapped_key, withheld) ON learner_keys TO tremplin_certification;

GRANT SELECT ON applied_patch TO tremplin_enrollment, tremplin_certification;
COMMIT;
