-- The documents of certificates, each made once. What names a holder is sealed.
CREATE TABLE certification.printed_certificate (
    id                   uuid    NOT NULL PRIMARY KEY,
    status_list          integer NOT NULL,
    status_index         integer NOT NULL,
    issued               jsonb   NOT NULL,
    credential           bytea   NOT NULL,
    holder_credential    bytea   NOT NULL,
    certificate          bytea   NOT NULL,
    realisation          bytea   NOT NULL,
CONSTRAINT printed_certificate_bit UNIQUE (status_list, status_index)
);

CREATE INDEX mt_doc_cohortcertificate_idx_learner_id ON certification.mt_doc_cohortcertificate USING btree ((CAST(data ->> 'learnerId' as uuid)));
CREATE INDEX mt_doc_cohortcertificate_idx_status_list ON certification.mt_doc_cohortcertificate USING btree ((CAST(data ->> 'statusList' as integer)));
CREATE INDEX mt_events_reviews ON certification.mt_events (seq_id) WHERE type IN ('completion-file.certificate-review-required.v1', 'completion-file.completion-review-required.v1');
